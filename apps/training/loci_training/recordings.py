"""Recorded walks: what the trained nets see of them, as files in a training's folder, made once.

A recording is visited again and again, each time as another stretch of it with other questions: what was seen by the end
of a stretch, and when, differs from one to the next, so that few recordings teach much.
"""

import os
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from .features import filmed
from .perceive import Perceive
from .scenes import Scene
from .splits import TRAIN
from .tours import Tour, tour_of, walked
from .walks import Walk
from .walkthrough import Arrays

FIRST_RECORDED = 20_000  # seeds from here on are recorded; simulated tours use those below
BLOCK = 4  # recordings a file
SECONDS = (30.0, 360.0)


@dataclass
class Recording:
    """What the nets see of the first walk of a seed, `seconds` long; see `features.perceive_frames`."""

    seed: int
    seconds: float
    seen: Arrays

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return len(self.seen["poses"])

    @cached_property
    def truth(self) -> tuple[Scene, Walk, Arrays]:
        """The scene, the walk, and of its labels the objects' pixels and each token's object."""
        scene, walk, labels = walked(self.seed, self.seconds)
        return scene, walk, {name: labels[name] for name in ("pixels", "object")}

    def stretch(self, first: int, past: int, number: int, mine: int | None = None) -> Tour:
        """The tour of the frames from `first` to before `past`, its world that of frame `first`; `number` draws its questions. Where the
        tokens are held elsewhere, this recording is number `mine` there."""
        scene, walk, labels = self.truth
        part = Walk(walk.times[first:past] - walk.times[first], walk.poses[first:past])
        tour = tour_of(scene, part, {name: value[first:past] for name, value in labels.items()}, number)
        names = self.seen if mine is None else ("poses",)
        tour.seen = {name: self.seen[name][first:past] for name in names}
        tour.seen["poses"] = rebased(tour.seen["poses"])
        tour.frames_of = None if mine is None else (mine, first, past)
        return tour


def rebased(poses: np.ndarray) -> np.ndarray:
    """Poses (x, z, yaw) [F, 3] as the first of them sees the world."""
    x, z = (poses[:, :2] - poses[0, :2]).T
    cos, sin = np.cos(poses[0, 2]), np.sin(poses[0, 2])
    return np.stack([cos * x - sin * z, sin * x + cos * z, poses[:, 2] - poses[0, 2]], -1)


def recording_seconds(number: int) -> float:
    """How long the recording of a number is: evenly over the logarithm."""
    return float(np.exp(np.random.default_rng([number, 53]).uniform(*np.log(SECONDS))))


def record(folder: Path, see: Perceive, seconds: float, rank: int, processes: int, first: int = 0) -> None:
    """Records walks until the time is up, from file `first` on; files that stand are kept. Done once."""
    finished, began = folder / f"recordings-{rank}-done", time.monotonic()
    if finished.exists():
        return
    target = folder / "recordings"
    target.mkdir(exist_ok=True)
    number = first + rank
    while time.monotonic() - began < seconds:
        path = target / f"{number}.pt"
        if not path.exists():
            made = []
            for index in range(number * BLOCK, (number + 1) * BLOCK):
                seed, length = TRAIN.start + FIRST_RECORDED + index, recording_seconds(index)
                try:
                    made.append(Recording(seed, length, filmed(see, seed, length)))
                except ValueError:  # a scene that leaves nowhere to stand
                    continue
            partial = path.with_suffix(".new")
            keep(partial, made)
            os.replace(partial, path)
        number += processes
    finished.touch()


def keep(path: Path, made: list[Recording]) -> None:
    """Writes a file of recordings."""
    parts = [
        {
            "seed": r.seed,
            "seconds": r.seconds,
            "seen": {name: torch.from_numpy(value) for name, value in r.seen.items()},
        }
        for r in made
    ]
    torch.save(parts, path)


def kept(path: Path) -> list[Recording]:
    """The recordings of a file. What was seen stays on disk until it is looked at, and processes share it in memory."""
    parts = torch.load(path, mmap=True)
    return [
        Recording(
            part["seed"], part["seconds"], {name: value.numpy() for name, value in part["seen"].items()}
        )
        for part in parts
    ]


def recordings(folder: Path) -> list[Recording]:
    """All recordings of a training, in the order of their numbers. Raises FileNotFoundError when it has none."""
    paths = sorted((folder / "recordings").glob("*.pt"), key=lambda p: int(p.stem))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no recordings yet")
    return [recording for path in paths for recording in kept(path)]
