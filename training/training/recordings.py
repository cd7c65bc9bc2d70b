"""Recorded walks: what the trained nets see of them, as files in a training's folder, made once.

The net runs once a frame; the service's own localisation places the chunks. A recording is visited again and
again, each time as another stretch of it with other questions. What was seen by the end of a stretch, and
when, differs from one to the next, so that few recordings teach much.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from model.localizer import Arrays
from model.perceive import Perceive
from model.perception import normalise
from model.sizes import NANO
from model.walkthrough import PerceivedChunk, chunk_ranges, localize_chunks
from rendering.filming import film
from training.tours import Tour, labelled_walk, tour_of_walk
from world.scenes import Scene, make_scene
from world.splits import TRAIN
from world.walks import Walk, make_walk

FIRST_RECORDED = 20_000  # seeds from here on are recorded; simulated tours use those below
RECORDINGS_PER_FILE = 4
SECONDS = (30.0, 360.0)
BLOCK = 32  # frames that the net sees at once
RECORDED = ("visual_tokens", "geometry_tokens", "view_tokens", "confidence")  # kept as they are


@dataclass
class Recording:
    """What the nets see of the first walk of a seed, `seconds` long; see `perceive_frames`."""

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
        scene, walk, labels = labelled_walk(self.seed, self.seconds)
        return scene, walk, {name: labels[name] for name in ("pixels", "object")}

    def stretch(self, first: int, past: int, number: int, recording: int | None = None) -> Tour:
        """The tour of the frames from `first` to before `past`, its world that of frame `first`.

        `number` draws its questions. Where a device holds the tokens, this is its recording number
        `recording`.
        """
        scene, walk, labels = self.truth
        part = Walk(walk.times[first:past] - walk.times[first], walk.poses[first:past])
        labels = {name: value[first:past] for name, value in labels.items()}
        tour = tour_of_walk(scene, part, labels, number)
        names = self.seen if recording is None else ("poses",)
        tour.seen = {name: self.seen[name][first:past] for name in names}
        tour.seen["poses"] = rebase_poses(tour.seen["poses"])
        tour.frames_of = None if recording is None else (recording, first, past)
        return tour


@torch.no_grad()
def perceive_frames(see: Perceive, frames: np.ndarray, objects: bool = True) -> Arrays:
    """A whole walk's tokens, points and centres in the cameras as float16, and poses (x, z, yaw) in the
    world.

    Chunks are placed by landmarks, or without `objects` by their overlaps alone.
    """
    device = see.net.position.device
    with torch.autocast(device.type, torch.bfloat16):
        blocks = [
            see.net(normalise(torch.from_numpy(frames[first : first + BLOCK]).to(device)))
            for first in range(0, len(frames), BLOCK)
        ]
    reading = {name: torch.cat([block[name].float() for block in blocks]).cpu() for name in blocks[0]}

    def chunks() -> Iterator[PerceivedChunk]:
        for first, past in chunk_ranges(len(frames)):
            part = {name: value[first:past] for name, value in reading.items()}
            tokens = see.tokens(part, torch.ones(past - first, dtype=torch.bool))
            arrays = {name: value.numpy() for name, value in tokens.items()}
            yield PerceivedChunk(first, past - first, arrays)

    rows: dict[int, Arrays] = {}
    for chunk in localize_chunks(chunks(), len(frames), objects):
        for row in np.flatnonzero(chunk.localized).tolist():
            names = (*RECORDED, "points", "centers", "camera_to_world")
            rows[chunk.first + row] = {name: chunk.arrays[name][row] for name in names}
    walk = {name: np.stack([rows[frame][name] for frame in range(len(frames))]) for name in rows[0]}
    pose = walk.pop("camera_to_world")
    for name in ("points", "centers"):
        walk[name] = np.einsum("fij,fni->fnj", pose[:, :3, :3], walk[name] - pose[:, None, :3, 3])
    out = {name: value.astype(np.float16) for name, value in walk.items()}
    out["poses"] = np.stack([pose[:, 0, 3], pose[:, 2, 3], np.arctan2(pose[:, 0, 2], pose[:, 0, 0])], -1)
    return out


def perceive_seed(see: Perceive, seed: int, seconds: float) -> Arrays:
    """What the nets see of the first walk of a seed, see `perceive_frames`."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return perceive_frames(see, film(scene, walk.poses, walk.times, NANO.width, NANO.height))


def rebase_poses(poses: np.ndarray) -> np.ndarray:
    """Poses (x, z, yaw) [F, 3] as the first of them sees the world."""
    x, z = (poses[:, :2] - poses[0, :2]).T
    cos, sin = np.cos(poses[0, 2]), np.sin(poses[0, 2])
    return np.stack([cos * x - sin * z, sin * x + cos * z, poses[:, 2] - poses[0, 2]], -1)


def recording_seconds(number: int) -> float:
    """How long the recording of a number is: evenly over the logarithm."""
    return float(np.exp(np.random.default_rng([number, 53]).uniform(*np.log(SECONDS))))


def record_walks(
    folder: Path, see: Perceive, seconds: float, rank: int = 0, processes: int = 1, first: int = 0
) -> None:
    """Records walks until the time is up, from file `first` on. Files that stand are kept. Done once."""
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
            for index in range(number * RECORDINGS_PER_FILE, (number + 1) * RECORDINGS_PER_FILE):
                seed, length = TRAIN.start + FIRST_RECORDED + index, recording_seconds(index)
                try:
                    made.append(Recording(seed, length, perceive_seed(see, seed, length)))
                except ValueError:  # a scene that leaves nowhere to stand
                    continue
            unfinished = path.with_suffix(".new")
            write_recordings(unfinished, made)
            os.replace(unfinished, path)
        number += processes
    finished.touch()


def write_recordings(path: Path, recordings: list[Recording]) -> None:
    """Writes a file of recordings."""
    parts = [
        {
            "seed": recording.seed,
            "seconds": recording.seconds,
            "seen": {name: torch.from_numpy(value) for name, value in recording.seen.items()},
        }
        for recording in recordings
    ]
    torch.save(parts, path)


def read_recordings(path: Path) -> list[Recording]:
    """The recordings of a file. Their arrays stay on disk until they are used, and processes share them in
    memory."""
    parts = torch.load(path, mmap=True)
    return [
        Recording(
            part["seed"], part["seconds"], {name: value.numpy() for name, value in part["seen"].items()}
        )
        for part in parts
    ]


def load_recordings(folder: Path) -> list[Recording]:
    """All recordings of a training, in the order of their numbers. Raises FileNotFoundError when it has
    none."""
    paths = sorted((folder / "recordings").glob("*.pt"), key=lambda path: int(path.stem))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no recordings yet")
    return [recording for path in paths for recording in read_recordings(path)]
