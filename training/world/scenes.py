"""Scenes: a room or a home of several, its furniture, its decoration and its light, all from one seed.

Scene coordinates: x right, y down, z forward, metres; the outer box's centre is (0, 0), its floor y = 0.
"""

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

import numpy as np
import numpy.typing as npt

from world.categories import INDEX
from world.decoration import decorate, place_lights
from world.furniture import TYPICAL
from world.geometry import Rectangle
from world.homes import Opening, Plan, Room, make_plan
from world.layout import Layout, Object, Pose

__all__ = ["Object", "Scene", "make_scene"]

WALL_BOUND = {"door", "sofa", "bed", "shelf", "cabinet", "television", "fridge"}
ROUND = {"lamp", "plant", "stool"}
HUNG = {"television"}
MAX_OBJECTS, MAX_IN_HOME = 24, 36
HOMES = 0.45  # share of scenes that have several rooms


@dataclass(frozen=True)
class Scene:
    """The outer box (width along x, depth along z, height), its floor plan, its objects, and the renderer's
    packed float32 arrays."""

    seed: int
    room: tuple[float, float, float]
    plan: Plan
    objects: list[Object]
    parts: npt.NDArray[np.float32]  # [P, 12]
    materials: npt.NDArray[np.float32]  # [M, 12]
    lights: npt.NDArray[np.float32]  # [L, 6]
    room_row: npt.NDArray[np.float32]  # [8]

    @property
    def rooms(self) -> list[Room]:
        """Each room's centre (x, z), width and depth."""
        return self.plan.rooms

    @property
    def walls(self) -> list[Rectangle]:
        """The walls between rooms."""
        return self.plan.walls

    @property
    def openings(self) -> list[Opening]:
        """The ways from room to room."""
        return self.plan.openings


def _sizes(rng: Random, word: str, room_height: float) -> tuple[float, float, float]:
    """±50 % around the typical size, more often small or large than usual, so that the category does not tell
    the size."""
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
        pose = b.against_wall(size) if word in WALL_BOUND else _anywhere(b, size, word)
        base = b.rng.uniform(0.75, 1.2) if word in HUNG else 0.0
        base = min(base, b.room[2] - size[1] - 0.1)
        if b.free((pose[0], pose[1], size[0], size[2], pose[2]), 0.1):
            b.place(word, size, pose, base)
            return


def _wanted(rng: Random, area: float, most: int) -> list[str]:
    """Which things to try, large ones first: some categories once, some two to six times."""
    words = list(TYPICAL)
    rng.shuffle(words)
    chosen = words[: rng.randint(5, 10) + (2 if most > MAX_OBJECTS else 0)]
    if "door" not in chosen and rng.random() < 0.6:
        chosen.append("door")
    counts = {word: 1 if rng.random() < 0.64 else rng.randint(2, 6) for word in chosen}
    limit = min(most, int(4 + 0.55 * area))
    while sum(counts.values()) > limit:
        counts[max(counts, key=lambda word: (counts[word] > 1, rng.random()))] -= 1
    wanted = [word for word in counts for _ in range(counts[word])]
    return sorted(
        wanted, key=lambda word: -TYPICAL[word][0] * TYPICAL[word][2] - (9 if word == "door" else 0)
    )


def _outer_box(rng: Random) -> tuple[float, float, int]:
    """Width, depth and how many rooms to make of them; areas even over their logarithm, so that no size is
    the one to guess."""
    if rng.random() < HOMES:
        area = 24.0 * (96.0 / 24.0) ** rng.random()
        narrow, wide = max(4.4, area / 11.5), min(11.5, area / 4.4)
        rooms = min(4, max(2, round(area / rng.uniform(11, 26))))
    else:
        area = 9.2 * (62.0 / 9.2) ** rng.random()
        narrow, wide, rooms = max(3.0, area / 8.0), min(8.0, area / 3.0), 1
    width = narrow * (wide / narrow) ** rng.random()
    return width, area / width, rooms


def _standing_room(b: Layout) -> None:
    """Somewhere to stand and to walk in every room: a part of the floor, and the openings, that furniture
    keeps off."""
    rng = b.rng
    for x, z, width, depth in b.plan.rooms:
        open_w, open_d = max(rng.uniform(0.3, 0.5) * width, 1.2), max(rng.uniform(0.3, 0.5) * depth, 1.2)
        spot = (
            x + rng.uniform(-0.5, 0.5) * (width - open_w - 1.0),
            z + rng.uniform(-0.5, 0.5) * (depth - open_d - 1.0),
        )
        b.footprints.append(((*spot, open_w, open_d, 0.0), 0.0))
    b.footprints += [(opening.zone(0.9), 0.0) for opening in b.plan.openings]


def make_scene(seed: int) -> Scene:
    """The scene of a seed. A room of 3 to 8 m a side has up to 24 objects, a home of two to four rooms up to
    36.

    The same seed gives the same scene.
    """
    rng = Random(f"scene-{seed}")
    width, depth, rooms = _outer_box(rng)
    room, plan = (width, depth, rng.uniform(2.35, 3.1)), make_plan(rng, width, depth, rooms)
    b = Layout(rng, room, plan)
    _standing_room(b)
    area = width * depth
    for word in _wanted(rng, area, MAX_OBJECTS if len(plan.rooms) == 1 else MAX_IN_HOME):
        if sum(o.size[0] * o.size[2] for o in b.objects) < 0.34 * area:
            _try_place(b, word)
    lights = place_lights(rng, plan.rooms, room[2], decorate(b))
    power = sum(sum(light[3:]) for light in lights) / 3
    ambient = rng.uniform(0.25, 0.6)
    tint = [ambient * rng.uniform(0.88, 1.12) for _ in range(3)]
    # a home's lamps each light one room
    exposure = (
        rng.uniform(0.75, 1.5)
        / (ambient + 0.33 * power / (1 if len(plan.rooms) == 1 else 0.6 * len(plan.rooms))) ** 0.8
    )
    return Scene(
        seed,
        room,
        plan,
        b.objects,
        np.array(b.parts, np.float32).reshape(-1, 12),
        np.array(b.materials, np.float32),
        np.array(lights, np.float32),
        np.array([*room, *tint, exposure, len(lights)], np.float32),
    )
