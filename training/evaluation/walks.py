"""The walks that a model is evaluated on, drawn from a seed, with their questions; the same for every study.

Walks last 20 s to 6 minutes, in equal parts from three duration groups. Studies of a bundle share one command
line and give each walk to a process of its own.
"""

import argparse
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from model.sizes import NANO
from questions.further_drafts import further_questions
from questions.records import Record, make_questions
from questions.scoring import EVERY_TASK, VSTI_TASKS
from questions.visibility import Visibility
from rendering.filming import film
from rendering.labels import token_labels
from world.scenes import Scene, make_scene
from world.splits import VALIDATION
from world.walks import Walk, make_walk

T = TypeVar("T")

QUESTIONS_PER_TASK = 2
DURATION_GROUPS = {"short": (20.0, 60.0), "mid": (60.0, 120.0), "long": (120.0, 360.0)}  # seconds


@dataclass(frozen=True)
class EvaluationWalk:
    """A seed's walk: its duration group, scene, poses and questions."""

    group: str
    scene: Scene
    walk: Walk
    records: list[Record]

    def film(self) -> np.ndarray:
        """The frames that the model sees, uint8 [F, H, W, 3]."""
        return film(self.scene, self.walk.poses, self.walk.times, NANO.width, NANO.height)


def walk_duration(seed: int) -> tuple[str, float]:
    """The duration group and the seconds of a seed's walk."""
    group = list(DURATION_GROUPS)[seed % 3]
    low, high = DURATION_GROUPS[group]
    return group, float(np.random.default_rng([seed, 61]).uniform(low, high))


def evaluation_walk(
    seed: int,
    tasks: Iterable[str] = EVERY_TASK,
    per_task: int = QUESTIONS_PER_TASK,
    seconds: float | None = None,
    further: int = 0,
) -> EvaluationWalk:
    """A seed's walk with at most `per_task` questions of each task, of VSTI-Bench's tasks at most two, and
    `further` of each further task.

    It lasts as long as its seed says, or so many seconds. Larger sets of questions begin with the smaller
    ones. Raises ValueError where the scene leaves nowhere to stand.
    """
    group, usual = walk_duration(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, usual if seconds is None else seconds)
    pixels = token_labels(scene, walk.poses)["pixels"]
    counts: Counter[str] = Counter()
    records: list[Record] = []
    for record in make_questions(scene, walk, pixels, seed, per_task, varied=False, tasks=tasks):
        counts[record.question_type] += 1
        if counts[record.question_type] <= QUESTIONS_PER_TASK or record.question_type not in VSTI_TASKS:
            records.append(replace(record, id=100 * seed + len(records)))
    records += further_questions(scene, Visibility(scene, walk, pixels), further)
    return EvaluationWalk(group, scene, walk, records)


def evaluation_questions(
    seed: int,
    per_task: int = QUESTIONS_PER_TASK,
    tasks: Iterable[str] = EVERY_TASK,
    seconds: float | None = None,
    further: int = 0,
) -> list[Record]:
    """The questions of a seed's walk; none where the scene leaves nowhere to stand."""
    try:
        return evaluation_walk(seed, tasks, per_task, seconds, further).records
    except ValueError:
        return []


def study_parser(description: str | None, walks: int = 36) -> argparse.ArgumentParser:
    """The command line of a study that looks at a bundle on validation walks."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--walks", type=int, default=walks)
    parser.add_argument("--processes", type=int, default=2)
    return parser


def memories_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--memories` to a study's command line."""
    parser.add_argument(
        "--memories",
        type=Path,
        help="keeps what is remembered of walks in this folder, and reads what another study of the same "
        "bundle and code has left there",
    )


def map_validation_walks(
    study: Callable[[tuple[Path, int]], T], options: argparse.Namespace, first: int = 0
) -> list[T]:
    """What `study` finds for the bundle and each of so many seeds from validation's `first` on, in order."""
    jobs = [(options.bundle, seed) for seed in VALIDATION[first : first + options.walks]]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        return pool.map(study, jobs, chunksize=1)
