"""Writes a data set for `npm run evaluate`: walks of held-out seeds as H.264 clips, their questions, and questions of training
seeds to fit the blind baseline on: `python -m loci_training.testset --out DIR --walks 200`.

Every other question can be asked of a walk several times, the size of the room once: `--rooms` adds walks of which only that is asked.

Clips and walks that stand are kept, so that the command goes on where it was killed. The ffmpeg binary comes from $FFMPEG or PATH.
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from .clips import Encoding, benchmark_row, write_clip
from .evaluate import FEW, asked, seconds_of
from .metrics import EVERY_TASK, VSTI_TASKS
from .questions import Record
from .scenes import make_scene
from .splits import SPLITS, TRAIN
from .walks import make_walk

DATASET = "loci"
# Every sampled frame is a frame of the clip; what is between them would only cost time to draw. Twice the model's rate can be sampled too.
FAST = Encoding(rate=4, supersample=1, settings=("-preset", "veryfast", "-crf", "26"))


@dataclass(frozen=True)
class PlannedClip:
    """A seed's clip to write: where, how, and what to ask of it."""

    seed: int
    folder: Path
    encoding: Encoding = FAST
    per_task: int = FEW
    tasks: Sequence[str] = EVERY_TASK


def clip_of(planned: PlannedClip) -> list[Record]:
    """Writes a seed's clip, unless it stands, and returns its questions; no clip where there are none."""
    path = planned.folder / DATASET / f"walk-{planned.seed}.mp4"
    records = asked_records(planned.seed, planned.per_task, planned.tasks)
    if records and not path.exists():
        scene, unfinished = make_scene(planned.seed), path.with_suffix(".new.mp4")
        write_clip(
            scene,
            make_walk(scene, 0, seconds_of(planned.seed)[1], planned.encoding.rate),
            unfinished,
            planned.encoding,
        )
        os.replace(unfinished, path)
    return records


def planned_clips(
    folder: Path, seeds: Sequence[int], walks: int, rooms: int, per_task: int, rate: float
) -> list[PlannedClip]:
    """The first walks of the seeds, of which everything is asked, and so many walks under a minute of those that follow, of which the room's size is."""
    encoding = replace(FAST, rate=rate)
    short = islice((seed for seed in seeds[walks:] if seconds_of(seed)[0] == "short"), rooms)
    everything = [PlannedClip(seed, folder, encoding, per_task) for seed in seeds[:walks]]
    return everything + [PlannedClip(seed, folder, encoding, 1, ["room_size_estimation"]) for seed in short]


def row(record: Record) -> str:
    """A line of the benchmark's form; a choice of VSTI-Bench carries its letter as `mc_answer` too."""
    written = benchmark_row(record) | {"dataset": DATASET}
    if record.question_type in VSTI_TASKS and record.options:
        written["mc_answer"] = record.ground_truth
    return json.dumps(written) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--walks", type=int, default=200)
    parser.add_argument(
        "--rooms",
        type=int,
        default=0,
        help="further walks under a minute, of which only the room's size is asked",
    )
    parser.add_argument("--rate", type=float, default=FAST.rate, help="frames a second; the model samples 2")
    parser.add_argument(
        "--questions", type=int, default=FEW, help="of each of VSI-Bench's tasks on a walk, at most"
    )
    parser.add_argument(
        "--blind-walks", type=int, default=900, help="training seeds to fit the blind baseline on"
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    (options.out / DATASET).mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        clips = planned_clips(
            options.out, SPLITS[options.split], options.walks, options.rooms, options.questions, options.rate
        )
        lines = [row(record) for records in pool.imap(clip_of, clips) for record in records]
        (options.out / "questions.jsonl").write_text("".join(lines))
        train = [
            row(record)
            for found in pool.imap(
                partial(asked_records, per_task=options.questions), TRAIN[: options.blind_walks], 20
            )
            for record in found
        ]
        (options.out / "train.jsonl").write_text("".join(train))
    print(
        f"{len(lines)} questions on at most {len(clips)} walks, {len(train)} to fit the blind baseline on, in {options.out}"
    )


def asked_records(seed: int, per_task: int, tasks: Sequence[str] = EVERY_TASK) -> list[Record]:
    """A seed's questions, without its clip; none where the scene leaves nowhere to stand."""
    try:
        return asked(seed, tasks, per_task)[2]
    except ValueError:
        return []


if __name__ == "__main__":
    main()
