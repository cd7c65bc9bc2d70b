"""Writes a data set for `npm run evaluate`:
`python -m evaluation.testset --out ../runs/testset --walks 200`.

It holds walks of held-out seeds as H.264 clips, their questions, and questions of training seeds to fit the
blind baseline on. Most questions can be asked of a walk several times, the size of the room once: `--rooms`
adds walks of which only that is asked. Clips that are there are kept, so that the command goes on where it
was killed.

`--minutes 10,20,40,60 --walks 4` writes four long walks of each length instead, through homes of three or
four rooms, and asks the further tasks too.
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import ceil
from pathlib import Path

from evaluation.samples import benchmark_row
from evaluation.walks import QUESTIONS_PER_TASK, evaluation_questions, walk_duration
from questions.records import Record
from questions.scoring import EVERY_TASK, VSTI_TASKS
from rendering.clips import Encoding, write_clip
from world.scenes import make_scene
from world.splits import SPLITS, TRAIN
from world.walks import make_walk

DATASET = "loci"
# Every sampled frame is a frame of the clip: frames between them would only cost time to draw. Twice the
# model's rate can be sampled too.
FAST = Encoding(rate=4, supersample=1, settings=("-preset", "veryfast", "-crf", "26"))
LONG_FROM = 10_000  # in its split, the first seed of long walks: no shorter walk is through the same place
LARGE = 50.0  # square metres of a place that long walks go through
LARGE_ROOMS = 3


@dataclass(frozen=True)
class PlannedClip:
    """A seed's clip to write: where, how, and what to ask of it."""

    seed: int
    folder: Path
    encoding: Encoding = FAST
    per_task: int = QUESTIONS_PER_TASK
    tasks: Sequence[str] = EVERY_TASK
    seconds: float | None = None  # None: as long as the seed says
    further: int = 0  # questions of each further task

    def questions(self) -> list[Record]:
        """What is asked of it; nothing where the scene leaves nowhere to stand."""
        return evaluation_questions(self.seed, self.per_task, self.tasks, self.seconds, self.further)

    def write(self) -> list[Record]:
        """Writes the clip, unless it stands, and returns its questions; no clip where there are none."""
        path = self.folder / DATASET / f"walk-{self.seed}.mp4"
        records = self.questions()
        if records and not path.exists():
            scene, unfinished = make_scene(self.seed), path.with_suffix(".new.mp4")
            seconds = self.seconds or walk_duration(self.seed)[1]
            walk = make_walk(scene, 0, seconds, self.encoding.rate)
            write_clip(scene, walk, unfinished, self.encoding)
            os.replace(unfinished, path)
        return records


def plan_clips(
    folder: Path, seeds: Sequence[int], walks: int, rooms: int, per_task: int, rate: float
) -> list[PlannedClip]:
    """The first walks of the seeds, of which everything is asked, and so many walks under a minute of those
    that follow, of which the room's size is."""
    encoding = replace(FAST, rate=rate)
    short = islice((seed for seed in seeds[walks:] if walk_duration(seed)[0] == "short"), rooms)
    everything = [PlannedClip(seed, folder, encoding, per_task) for seed in seeds[:walks]]
    return everything + [PlannedClip(seed, folder, encoding, 1, ["room_size_estimation"]) for seed in short]


def large_places(seeds: Sequence[int]) -> Iterator[int]:
    """The seeds of places that a long walk has something to see in."""
    for seed in seeds[LONG_FROM:]:
        scene = make_scene(seed)
        if len(scene.rooms) >= LARGE_ROOMS and scene.room[0] * scene.room[1] >= LARGE:
            yield seed


def plan_long_clips(
    folder: Path, seeds: Sequence[int], minutes: Sequence[float], walks: int, per_task: int, rate: float
) -> list[PlannedClip]:
    """So many walks of each length, each through a place of its own; the lengths take turns."""
    encoding, places = replace(FAST, rate=rate), large_places(seeds)
    return [
        PlannedClip(next(places), folder, encoding, per_task, EVERY_TASK, 60 * length, per_task)
        for _, length in product(range(walks), minutes)
    ]


def question_line(record: Record) -> str:
    """A line of the benchmark's form; a choice of VSTI-Bench carries its letter as `mc_answer` too."""
    row = benchmark_row(record) | {"dataset": DATASET}
    if record.question_type in VSTI_TASKS and record.options:
        row["mc_answer"] = record.ground_truth
    return json.dumps(row) + "\n"


def plan(options: argparse.Namespace) -> tuple[list[PlannedClip], list[PlannedClip]]:
    """The clips of the test set, and those that the blind baseline's questions are of, which nobody draws."""
    out, seeds, rate = options.out, SPLITS[options.split], options.rate
    per_task, walks, blind = options.questions, options.walks, options.blind_walks
    if not options.minutes:
        clips = plan_clips(out, seeds, walks, options.rooms, per_task, rate)
        return clips, plan_clips(out, TRAIN, blind, 0, per_task, rate)
    clips = plan_long_clips(out, seeds, options.minutes, walks, per_task, rate)
    blind_walks = ceil(blind / len(options.minutes))
    return clips, plan_long_clips(out, TRAIN, options.minutes, blind_walks, per_task, rate)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(description=__doc__)
    out.add_argument("--out", type=Path, required=True)
    out.add_argument("--split", choices=["validation", "test"], default="test")
    out.add_argument("--walks", type=int, default=200, help="with --minutes: of each length")
    out.add_argument(
        "--minutes",
        type=lambda text: [float(part) for part in text.split(",")],
        help="lengths of long walks, such as 10,20,40,60",
    )
    out.add_argument(
        "--rooms", type=int, default=0, help="further walks, of which only the room's size is asked"
    )
    out.add_argument("--rate", type=float, default=FAST.rate, help="frames a second; the model samples 2")
    out.add_argument(
        "--questions",
        type=int,
        default=QUESTIONS_PER_TASK,
        help="of each of VSI-Bench's tasks on a walk, at most",
    )
    out.add_argument("--blind-walks", type=int, default=900, help="training seeds for the blind baseline")
    out.add_argument("--processes", type=int, default=2)
    return out


def main() -> None:
    """Writes clips, questions.jsonl and train.jsonl."""
    options = parser().parse_args()
    (options.out / DATASET).mkdir(parents=True, exist_ok=True)
    clips, blind = plan(options)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        lines = [
            question_line(record) for records in pool.imap(PlannedClip.write, clips) for record in records
        ]
        (options.out / "questions.jsonl").write_text("".join(lines))
        found = pool.imap(PlannedClip.questions, blind, 20)
        train = [question_line(record) for records in found for record in records]
        (options.out / "train.jsonl").write_text("".join(train))
    print(
        f"{len(lines)} questions on at most {len(clips)} walks, "
        f"{len(train)} to fit the blind baseline on, in {options.out}"
    )


if __name__ == "__main__":
    main()
