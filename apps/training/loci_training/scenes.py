"""Scenes: one box-shaped room, its furniture, its decoration and its light, all from one seed.

Scene coordinates: x right, y down, z forward, metres; the room's centre is (0, 0), its floor y = 0.
"""

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

import numpy as np
import numpy.typing as npt

from .categories import INDEX
from .decoration import decorate, place_lights
from .furniture import TYPICAL
from .layout import Layout, Object, Pose

__all__ = ["Object", "Scene", "make_scene"]

WALL_BOUND = {"door", "sofa", "bed", "shelf", "cabinet", "television", "fridge"}
ROUND = {"lamp", "plant", "stool"}
HUNG = {"television"}
MAX_OBJECTS = 24


@dataclass(frozen=True)
class Scene:
    """A room (width along x, depth along z, height), its objects, and the renderer's packed float32 arrays."""

    seed: int
    room: tuple[float, float, float]
    objects: list[Object]
    parts: npt.NDArray[np.float32]  # [P, 12]
    materials: npt.NDArray[np.float32]  # [M, 12]
    lights: npt.NDArray[np.float32]  # [L, 6]
    room_row: npt.NDArray[np.float32]  # [8]


def _sizes(rng: Random, word: str, room_height: float) -> tuple[float, float, float]:
    """±50 % around the typical size, more often small or large than usual, so that the category does not tell the size."""
    scale = 0.58 * (1.55 / 0.58) ** sin(0.5 * pi * rng.random()) ** 2
    width, height, depth = (axis * scale * rng.uniform(0.86, 1.16) for axis in TYPICAL[word])
    if word == "door":
        depth = 0.1
    if word in ROUND:
        depth = width
    return width, min(height, room_height - 0.1), depth


def _anywhere(b: Layout, size: tuple[float, float, float], word: str) -> Pose:
    """A pose on the free floor; small things often stand by a wall or a table."""
    rng = b.rng
    yaw = rng.uniform(-pi, pi) if rng.random() < 0.6 else rng.randrange(4) * pi / 2
    tables = [o for o in b.objects if o.category == INDEX["table"]]
    if word in ("chair", "stool") and tables and rng.random() < 0.5:
        table, side = rng.choice(tables), rng.randrange(4)
        reach = 0.5 * (table.size[2] if side % 2 == 0 else table.size[0]) + 0.5 * size[2] + 0.12
        facing = table.yaw + side * pi / 2
        return table.center[0] + reach * sin(facing), table.center[2] + reach * cos(facing), facing + pi
    if word in ("plant", "lamp", "box") and rng.random() < 0.5:
        return b.against_wall(size)
    half_w, half_d = 0.5 * b.room[0] - 0.3, 0.5 * b.room[1] - 0.3
    return rng.uniform(-half_w, half_w), rng.uniform(-half_d, half_d), yaw


def _try_place(b: Layout, word: str) -> None:
    for _ in range(14):
        size = _sizes(b.rng, word, b.room[2])
        at = b.against_wall(size) if word in WALL_BOUND else _anywhere(b, size, word)
        base = b.rng.uniform(0.75, 1.2) if word in HUNG else 0.0
        base = min(base, b.room[2] - size[1] - 0.1)
        if b.free((at[0], at[1], size[0], size[2], at[2]), 0.1):
            b.place(word, size, at, base)
            return


def _wanted(rng: Random, area: float) -> list[str]:
    """Which things to try, large ones first: some categories once, some two to six times."""
    words = list(TYPICAL)
    rng.shuffle(words)
    chosen = words[: rng.randint(5, 10)]
    if "door" not in chosen and rng.random() < 0.6:
        chosen.append("door")
    counts = {word: 1 if rng.random() < 0.64 else rng.randint(2, 6) for word in chosen}
    limit = min(MAX_OBJECTS, int(4 + 0.55 * area))
    while sum(counts.values()) > limit:
        counts[max(counts, key=lambda word: (counts[word] > 1, rng.random()))] -= 1
    wanted = [word for word in counts for _ in range(counts[word])]
    return sorted(wanted, key=lambda word: -TYPICAL[word][0] * TYPICAL[word][2] - (9 if word == "door" else 0))


def make_scene(seed: int) -> Scene:
    """The scene of a seed: a room of 3 to 8 m a side with up to 24 objects. The same seed gives the same scene."""
    rng = Random(f"scene-{seed}")
    # Even over the logarithm of the area, 9 to 62 m², so that no size is the one to guess.
    area = 9.2 * (62.0 / 9.2) ** rng.random()
    width = max(3.0, area / 8.0) * (min(8.0, area / 3.0) / max(3.0, area / 8.0)) ** rng.random()
    depth = area / width
    room = (width, depth, rng.uniform(2.35, 3.1))
    b = Layout(rng, room)
    # Somewhere to stand and to walk: a part of the floor that furniture keeps off.
    open_w, open_d = max(rng.uniform(0.3, 0.5) * width, 1.2), max(rng.uniform(0.3, 0.5) * depth, 1.2)
    spot = (rng.uniform(-0.5, 0.5) * (width - open_w - 1.0), rng.uniform(-0.5, 0.5) * (depth - open_d - 1.0))
    b.footprints.append(((*spot, open_w, open_d, 0.0), 0.0))
    budget = 0.34 * area
    for word in _wanted(rng, area):
        if sum(o.size[0] * o.size[2] for o in b.objects) < budget:
            _try_place(b, word)
    lights = place_lights(rng, room, decorate(b))
    power = sum(sum(light[3:]) for light in lights) / 3
    ambient = rng.uniform(0.25, 0.6)
    tint = [ambient * rng.uniform(0.88, 1.12) for _ in range(3)]
    exposure = rng.uniform(0.75, 1.5) / (ambient + 0.33 * power) ** 0.8
    return Scene(
        seed, room, b.objects,
        np.array(b.parts, np.float32).reshape(-1, 12), np.array(b.materials, np.float32), np.array(lights, np.float32),
        np.array([*room, *tint, exposure, len(lights)], np.float32),
    )  # fmt: skip
