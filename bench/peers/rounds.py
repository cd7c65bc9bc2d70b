"""Rounds of a peer script: each line on standard input starts one, each ends with a line of JSON on standard
output.

Run with `training` on PYTHONPATH: the peers use the training code's own modules, as the script of a user of
the model would. Times are of the whole round, from the clip's file to the last answer.
"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import question_arrays
from model.localizer import Arrays
from model.sizes import FPS, NANO
from model.trace import parse_output
from model.walkthrough import Graphs
from questions.records import Record

FRAME_BYTES = NANO.height * NANO.width * 3


def arguments(what: str) -> Namespace:
    """Where a peer finds its clip, its questions and its model."""
    parser = ArgumentParser(description=what)
    parser.add_argument("--clip", required=True, help="the video")
    parser.add_argument("--frames", type=int, required=True, help="how many frames of it are sampled")
    parser.add_argument("--questions", type=Path, required=True, help="records, as samples/questions.json")
    parser.add_argument("--bundle", type=Path, help="folder of the exported graphs")
    parser.add_argument("--checkpoint", type=Path, help="folder of the trained net")
    parser.add_argument("--ffmpeg", default="ffmpeg")
    parser.add_argument("--threads", type=int, default=1, help="of the graphs")
    return parser.parse_args()


def decoding(options: Namespace) -> list[str]:
    """The command that writes the clip's sampled frames to standard output, RGB."""
    filters = f"fps={FPS}:round=up,scale={NANO.width}:{NANO.height}:flags=area"
    source = ["-loglevel", "error", "-nostdin", "-threads", "1", "-i", options.clip]
    return [options.ffmpeg, *source, "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]


def read_questions(path: Path) -> list[Record]:
    """The questions of a file of records."""
    return [Record(**record, trace=[]) for record in json.loads(path.read_text())]


def answers(graphs: Graphs, state: Arrays, questions: list[Record]) -> list[str]:
    """What the model says to each question about a memory's state."""
    written = (graphs.answer(state | question_arrays(record)) for record in questions)
    return [parse_output(arrays["token_ids"].tolist())[1] for arrays in written]


def pictures(block: bytes | bytearray) -> np.ndarray:
    """RGB bytes as frames [F, H, W, 3]."""
    return np.frombuffer(block, np.uint8).reshape(-1, NANO.height, NANO.width, 3)


def serve(one_round: Callable[[], list[str]]) -> None:
    """Runs a round for each line that is read, until the end of input."""
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        begun = time.perf_counter()
        said = one_round()
        print(json.dumps({"seconds": time.perf_counter() - begun, "answers": said}), flush=True)
