"""A script with the exported graphs: ffmpeg decodes beside them, and they take chunk after chunk from its
pipe."""

import subprocess
from collections.abc import Iterator
from queue import Queue
from threading import Thread

import numpy as np
from rounds import FRAME_BYTES, answers, arguments, decoding, pictures, read_questions, serve

from evaluation.bundle_graphs import BundleGraphs
from model.sizes import NANO
from model.walkthrough import PerceivedChunk, chunk_ranges, localize_chunks, remember_chunks

FRAMES_AHEAD = 40  # what ffmpeg may be ahead of the graphs

options = arguments(__doc__ or "")
graphs = BundleGraphs.load(options.bundle)
questions = read_questions(options.questions)


def read_frames(pipe, frames: Queue) -> None:
    """Puts each frame into the queue as it is decoded; None ends it."""
    while len(frame := pipe.read(FRAME_BYTES)) == FRAME_BYTES:
        frames.put(pictures(frame)[0])
    frames.put(None)


def perceived() -> Iterator[PerceivedChunk]:
    """The clip's chunks, perceived while the next are decoded."""
    with subprocess.Popen(decoding(options), stdout=subprocess.PIPE) as ffmpeg:
        frames: Queue = Queue(FRAMES_AHEAD)
        Thread(target=read_frames, args=(ffmpeg.stdout, frames), daemon=True).start()
        kept: list[np.ndarray] = []
        for first, past in chunk_ranges(options.frames):
            held = past - first
            while len(kept) < held and (frame := frames.get()) is not None:
                kept.append(frame)
            # a clip may have a frame less than its duration promises
            kept += kept[-1:] * (held - len(kept))
            block = np.zeros((NANO.frames, NANO.height, NANO.width, 3), np.uint8)
            block[:held] = kept
            mask = np.arange(NANO.frames) < held
            yield PerceivedChunk(first, held, graphs.perceive({"frames": block, "frame_mask": mask}))
            kept = kept[held - NANO.overlap :]
        ffmpeg.kill()


def walk_and_answer() -> list[str]:
    """One round."""
    state = remember_chunks(graphs, localize_chunks(perceived(), options.frames))
    return answers(graphs, state, questions)


serve(walk_and_answer)
