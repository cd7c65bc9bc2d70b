"""Walks that no training sees, recorded once, and how a net in PyTorch answers questions about them.

Perception is recorded as for the training (`training/recordings.py`), so that nets which differ in what comes
after it are compared on the same tokens. A bundle is scored by the service's evaluator instead (`npm run
evaluate`).
"""

import os
import pickle
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from evaluation.walks import DURATION_GROUPS, evaluation_walk, walk_duration
from model.answer import BatchDecoder, Write
from model.decoder import HIDDEN
from model.loci import Loci
from model.perceive import Perceive
from model.vocabulary import task_of
from questions.scoring import TASKS, score
from training.batches import make_tour_batch
from training.memory_supervision import UnrolledMemory, unroll_memory
from training.recordings import perceive_frames
from training.tours import Tour, make_tour
from world.splits import VALIDATION

# Calibration and novelty use the first of the split. The duration groups take turns.
HELD_OUT_SEEDS = VALIDATION[2_002:]
WALKS_AT_ONCE = 4  # walks whose memories are unrolled side by side

Mark = tuple[str, float]  # question type, score 0..1


@dataclass(frozen=True)
class HeldOutWalk:
    """A recorded walk with its questions."""

    group: str
    tour: Tour


def record_walk(folder: Path, see: Perceive, seed: int) -> None:
    """Records the walk of a seed as a file, unless there is one; None where no camera fits or nothing can be
    asked."""
    path = folder / f"{seed}.pkl"
    if path.exists():
        return
    recorded = None
    try:
        walk = evaluation_walk(seed, TASKS)
        tour = make_tour(seed, walk_duration(seed)[1], 1)
        if walk.records:
            tour = replace(
                tour,
                records=walk.records,
                seen=perceive_frames(see, walk.film()),
                labels={"object": tour.labels["object"]},
            )
            recorded = HeldOutWalk(walk.group, tour)
    except ValueError:  # the scene leaves nowhere to stand: the file says so
        pass
    unfinished = path.with_suffix(f".{os.getpid()}.new")
    unfinished.write_bytes(pickle.dumps(recorded))
    os.replace(unfinished, path)


def load_walks(folder: Path) -> list[HeldOutWalk]:
    """All recorded walks, the shortest first."""
    found = [pickle.loads(path.read_bytes()) for path in folder.glob("*.pkl")]
    return sorted((walk for walk in found if walk is not None), key=lambda walk: walk.tour.frames)


def memory_coverage(tour: Tour, memory: UnrolledMemory, row: int) -> dict[str, float]:
    """What the memory of one walk still shows: the share of the objects seen that any entry shows, and the
    longest time between two entries (or before the first) as a share of the walk."""
    open_tokens = memory.bias[row] > HIDDEN / 2
    objects, times = memory.objects[row][open_tokens], memory.times[row][open_tokens].unique()
    seen = np.unique(tour.labels["object"][tour.labels["object"] >= 0])
    gaps = torch.diff(times, prepend=torch.zeros(1))
    return {
        "shown": float(np.isin(seen, objects.numpy()).mean()) if len(seen) else 1.0,
        "gap": float(gaps.max() / max(times.max(), 1.0)),
    }


@torch.no_grad()
def score_walks(loci: Loci, walks: list[HeldOutWalk]) -> list[dict]:
    """Per walk its group, its marks, and what its memory still shows."""
    loci.eval()
    write, rows = Write(loci.decoder), []
    for first in range(0, len(walks), WALKS_AT_ONCE):
        group = walks[first : first + WALKS_AT_ONCE]
        batch = make_tour_batch([walk.tour for walk in group], np.random.default_rng(0), 1, turned=False)
        memory = unroll_memory(loci, batch)
        for row, walk in enumerate(group):
            answers = BatchDecoder(write, memory.tokens[row], memory.bias[row]).answers(walk.tour.records)
            marks = [
                (record.question_type, score(record.question_type, answer, record.ground_truth))
                for record, answer in zip(walk.tour.records, answers, strict=True)
            ]
            rows.append({"group": walk.group, "marks": marks, **memory_coverage(walk.tour, memory, row)})
    return rows


def average_over_tasks(values: Mapping[str, float]) -> float:
    """The unweighted mean over tasks of a value per question type; the types of one task are averaged
    first."""
    tasks: dict[str, list[float]] = defaultdict(list)
    for question_type, value in values.items():
        tasks[task_of(question_type)].append(value)
    return float(np.mean([np.mean(group) for group in tasks.values()]))


def task_table(marks: list[Mark]) -> dict:
    """Percent per question type with standard errors, and the average over the benchmark's tasks with its
    own."""
    by_type: dict[str, list[float]] = defaultdict(list)
    for question_type, value in marks:
        by_type[question_type].append(100 * value)
    types = {
        name: {
            "score": float(np.mean(by_type[name])),
            "standard_error": float(np.std(by_type[name]) / len(by_type[name]) ** 0.5),
            "questions": len(by_type[name]),
        }
        for name in TASKS
        if name in by_type
    }
    average = average_over_tasks({name: row["score"] for name, row in types.items()})
    # the average is linear in the types' scores: its error is that of the weighted sum
    weights = {name: average_over_tasks({other: float(other == name) for other in types}) for name in types}
    variance = sum((weights[name] * row["standard_error"]) ** 2 for name, row in types.items())
    return {"tasks": types, "average": average, "standard_error": variance**0.5}


def summary(rows: list[dict]) -> dict:
    """The table over all walks and over each duration group, with the means of what memories still show."""
    out = {}
    for group in ("all", *DURATION_GROUPS):
        walks = [row for row in rows if group in ("all", row["group"])]
        if walks:
            coverage = {name: float(np.mean([row[name] for row in walks])) for name in ("shown", "gap")}
            marks = [mark for row in walks for mark in row["marks"]]
            out[group] = task_table(marks) | {"walks": len(walks)} | coverage
    return out
