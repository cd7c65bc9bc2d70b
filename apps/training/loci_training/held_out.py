"""Walks that no training sees, recorded once, and how a model does on them in PyTorch: beside the blind baseline, and with what
its memory still shows of the walk in the end.

Walks and questions are drawn as `evaluate.py` draws them; perception is recorded as for the training (`features.py`), so
that models that differ in what comes after it are compared on the same tokens.
"""

import os
import pickle
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from .answer import Write
from .batches import make_batch
from .blind import BlindBaseline
from .decoder import HIDDEN
from .evaluate import GROUPS, asked, seconds_of
from .features import perceive_frames
from .filming import film
from .greedy import Greedy
from .metrics import TASKS, score, task_average
from .model import Loci
from .perceive import Perceive
from .reading_training import Remembered, remembered
from .sizes import NANO
from .splits import VALIDATION
from .tours import Tour, make_tour

SEEDS = VALIDATION[
    2_002:
]  # calibration and the novelty score use the first of the split; short, mid, long in turns
AT_ONCE = 4  # walks whose memories are built side by side


@dataclass(frozen=True)
class HeldOut:
    """A recorded walk with its questions, and what the blind baseline scores on each, 0..1."""

    group: str
    tour: Tour
    blind: list[float]


def record_walk(folder: Path, see: Perceive, baseline: BlindBaseline, seed: int) -> None:
    """Records the walk of a seed as a file, unless it stands; a scene that leaves nowhere to stand, or nothing to ask, becomes None."""
    path = folder / f"{seed}.pkl"
    if path.exists():
        return
    try:
        group, walk, records, scene = asked(seed, TASKS)
        tour = make_tour(seed, seconds_of(seed)[1], 1)
    except ValueError:
        group, records = "", []
    kept = None
    if records:
        seen = perceive_frames(see, film(scene, walk.poses, walk.times, NANO.width, NANO.height))
        tour = replace(tour, records=records, seen=seen, labels={"object": tour.labels["object"]})
        kept = HeldOut(
            group, tour, [score(r.question_type, baseline.answer(r), r.ground_truth) for r in records]
        )
    partial = path.with_suffix(f".{os.getpid()}.new")
    partial.write_bytes(pickle.dumps(kept))
    os.replace(partial, path)


def held_out(folder: Path) -> list[HeldOut]:
    """All recorded walks, the shortest first."""
    found = [pickle.loads(path.read_bytes()) for path in folder.glob("*.pkl")]
    return sorted((walk for walk in found if walk is not None), key=lambda walk: walk.tour.frames)


def still_shown(tour: Tour, memory: Remembered, row: int) -> dict[str, float]:
    """What the memory of one walk kept of it: the share of the objects seen that any entry shows, and the longest stretch
    between two entries (or before the first) as a share of the walk."""
    open_ = memory.bias[row] > HIDDEN / 2
    objects, times = memory.objects[row][open_], memory.times[row][open_].unique()
    seen = np.unique(tour.labels["object"][tour.labels["object"] >= 0])
    gaps = torch.diff(times, prepend=torch.zeros(1))
    return {
        "shown": float(np.isin(seen, objects.numpy()).mean()) if len(seen) else 1.0,
        "gap": float(gaps.max() / max(times.max(), 1.0)),
    }


@torch.no_grad()
def answered(loci: Loci, walks: list[HeldOut]) -> list[dict]:
    """Per walk its group, what its memory still shows, and per question the task, the score and the blind one, 0..1."""
    loci.eval()
    write, rows = Write(loci.decoder), []
    for first in range(0, len(walks), AT_ONCE):
        some = walks[first : first + AT_ONCE]
        batch = make_batch([walk.tour for walk in some], np.random.default_rng(0), 1, turned=False)
        memory = remembered(loci, batch)
        for row, walk in enumerate(some):
            said = Greedy(write, memory.tokens[row], memory.bias[row]).answers(walk.tour.records)
            marks = [
                (r.question_type, score(r.question_type, text, r.ground_truth), blind)
                for r, text, blind in zip(walk.tour.records, said, walk.blind, strict=True)
            ]
            rows.append({"group": walk.group, "marks": marks, **still_shown(walk.tour, memory, row)})
    return rows


def task_table(marks: list[tuple[str, float, float]]) -> dict:
    """Percent per task with standard errors, and the average over the benchmark's tasks with its own."""
    of_task = defaultdict(list)
    for task, *pair in marks:
        of_task[task].append(pair)
    tasks = {}
    for task in (name for name in TASKS if name in of_task):
        values = 100 * np.array(of_task[task])
        tasks[task] = {"score": values[:, 0].mean(), "standard_error": values[:, 0].std() / len(values) ** 0.5,
                       "blind": values[:, 1].mean(), "questions": len(values)}  # fmt: skip
    shares = {task: task_average({other: float(other == task) for other in tasks}) for task in tasks}

    def average(what: str) -> float:
        return task_average({task: row[what] for task, row in tasks.items()})

    spread = sum((shares[task] * row["standard_error"]) ** 2 for task, row in tasks.items()) ** 0.5
    return {"tasks": tasks, "average": average("score"), "standard_error": spread, "blind": average("blind")}


def summary(rows: list[dict]) -> dict:
    """The table over all walks and over each duration group, with the means of what memories still show."""
    out = {}
    for group in ("all", *GROUPS):
        walks = [row for row in rows if group in ("all", row["group"])]
        if walks:
            kept = {name: float(np.mean([row[name] for row in walks])) for name in ("shown", "gap")}
            out[group] = task_table([mark for row in walks for mark in row["marks"]]) | {
                "walks": len(walks),
                **kept,
            }
    return out
