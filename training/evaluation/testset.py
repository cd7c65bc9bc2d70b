"""Writes a data set for `npm run evaluate`:
`python -m evaluation.testset --out ../runs/testset --walks 200`.

It holds walks of held-out seeds as H.264 clips, their questions, and questions of training seeds to fit the
blind baseline on. Most questions can be asked of a walk several times, the size of the room once: `--rooms`
adds walks of which only that is asked. Clips that are there are kept, so that the command goes on where it
was killed.
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
# model's rate
# can be sampled too.
FAST = Encoding(rate=4, supersample=1, settings=("-preset", "veryfast", "-crf", "26"))


@dataclass(frozen=True)
class PlannedClip:
    """A seed's clip to write: where, how, and what to ask of it."""

    seed: int
    folder: Path
    encoding: Encoding = FAST
    per_task: int = QUESTIONS_PER_TASK
    tasks: Sequence[str] = EVERY_TASK

    def write(self) -> list[Record]:
        """Writes the clip, unless it stands, and returns its questions; no clip where there are none."""
        path = self.folder / DATASET / f"walk-{self.seed}.mp4"
        records = evaluation_questions(self.seed, self.per_task, self.tasks)
        if records and not path.exists():
            scene, unfinished = make_scene(self.seed), path.with_suffix(".new.mp4")
            walk = make_walk(scene, 0, walk_duration(self.seed)[1], self.encoding.rate)
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


def question_line(record: Record) -> str:
    """A line of the benchmark's form; a choice of VSTI-Bench carries its letter as `mc_answer` too."""
    row = benchmark_row(record) | {"dataset": DATASET}
    if record.question_type in VSTI_TASKS and record.options:
        row["mc_answer"] = record.ground_truth
    return json.dumps(row) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--walks", type=int, default=200)
    parser.add_argument(
        "--rooms", type=int, default=0, help="further walks, of which only the room's size is asked"
    )
    parser.add_argument("--rate", type=float, default=FAST.rate, help="frames a second; the model samples 2")
    parser.add_argument(
        "--questions",
        type=int,
        default=QUESTIONS_PER_TASK,
        help="of each of VSI-Bench's tasks on a walk, at most",
    )
    parser.add_argument("--blind-walks", type=int, default=900, help="training seeds for the blind baseline")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    (options.out / DATASET).mkdir(parents=True, exist_ok=True)
    clips = plan_clips(
        options.out, SPLITS[options.split], options.walks, options.rooms, options.questions, options.rate
    )
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        lines = [
            question_line(record) for records in pool.imap(PlannedClip.write, clips) for record in records
        ]
        (options.out / "questions.jsonl").write_text("".join(lines))
        ask = partial(evaluation_questions, per_task=options.questions)
        found = pool.imap(ask, TRAIN[: options.blind_walks], 20)
        train = [question_line(record) for records in found for record in records]
        (options.out / "train.jsonl").write_text("".join(train))
    print(
        f"{len(lines)} questions on at most {len(clips)} walks, "
        f"{len(train)} to fit the blind baseline on, in {options.out}"
    )


if __name__ == "__main__":
    main()
