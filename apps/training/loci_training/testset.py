"""Writes a data set for `npm run evaluate`: walks of held-out seeds as H.264 clips, their questions, and questions of training
seeds to fit the blind baseline on: `python -m loci_training.testset --out DIR --walks 200`.

Clips and walks that stand are kept, so that the command goes on where it was killed. The ffmpeg binary comes from $FFMPEG or PATH.
"""

import argparse
import json
import multiprocessing
import os
from functools import partial
from pathlib import Path

from .clips import Encoding, benchmark_row, write_clip
from .evaluate import FEW, asked, seconds_of
from .metrics import VSTI_TASKS
from .questions import Record
from .scenes import make_scene
from .splits import SPLITS, TRAIN
from .walks import make_walk

DATASET = "loci"
# Every sampled frame is a frame of the clip; what is between them would only cost time to draw.
FAST = Encoding(rate=4, supersample=1, settings=("-preset", "veryfast", "-crf", "26"))


def clip_of(seed: int, per_task: int, folder: Path) -> list[Record]:
    """Writes a seed's clip, unless it stands, and returns its questions; none where the scene leaves nowhere to stand."""
    path = folder / DATASET / f"walk-{seed}.mp4"
    records = asked_records(seed, per_task)
    if records and not path.exists():
        scene, partial = make_scene(seed), path.with_suffix(".new.mp4")
        write_clip(scene, make_walk(scene, 0, seconds_of(seed)[1], FAST.rate), partial, FAST)
        os.replace(partial, path)
    return records


def row(record: Record) -> str:
    """A line of the benchmark's form; a choice of VSTI-Bench carries its letter as `mc_answer` too."""
    written = benchmark_row(record) | {"dataset": DATASET}
    if record.question_type in VSTI_TASKS and record.options:
        written["mc_answer"] = record.ground_truth
    return json.dumps(written) + "\n"


def _job(arguments: tuple[int, int, Path]) -> list[Record]:
    return clip_of(*arguments)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--walks", type=int, default=200)
    parser.add_argument("--questions", type=int, default=FEW, help="of each of VSI-Bench's tasks on a walk, at most")
    parser.add_argument("--blind-walks", type=int, default=900, help="training seeds to fit the blind baseline on")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    (options.out / DATASET).mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        seeds = SPLITS[options.split][: options.walks]
        lines = [row(record) for records in pool.imap(_job, [(seed, options.questions, options.out) for seed in seeds]) for record in records]
        (options.out / "questions.jsonl").write_text("".join(lines))
        train = [row(record) for found in pool.imap(partial(asked_records, per_task=options.questions), TRAIN[: options.blind_walks], 20) for record in found]
        (options.out / "train.jsonl").write_text("".join(train))
    print(f"{len(lines)} questions on {options.walks} walks, {len(train)} to fit the blind baseline on, in {options.out}")


def asked_records(seed: int, per_task: int) -> list[Record]:
    """A seed's questions, without its clip; none where the scene leaves nowhere to stand."""
    try:
        return asked(seed, per_task=per_task)[2]
    except ValueError:
        return []


if __name__ == "__main__":
    main()
