"""Scenes: one box-shaped room, its furniture, its decoration and its light, all from one seed.

Scene coordinates: x right, y down, z forward, metres; the room's centre is (0, 0), its floor y = 0.
"""

from dataclasses import dataclass
from math import atan2, cos, pi, sin
from random import Random

import numpy as np
import numpy.typing as npt

from .categories import FLOOR, INDEX, WALL
from .furniture import BOX, BUILDERS, TYPICAL, Part
from .geometry import Rectangle, apart, corners
from .materials import Material, Palette, material, near, random_color, room_materials, window_view

WALL_BOUND = {"door", "sofa", "bed", "shelf", "cabinet", "television", "fridge"}
ROUND = {"lamp", "plant", "stool"}
# Inward normals of the four walls in the renderer's order, as (x, z).
NORMALS = [(0.0, -1.0), (-1.0, 0.0), (0.0, 1.0), (1.0, 0.0)]
HUNG = {"television"}
MAX_OBJECTS = 24


@dataclass(frozen=True)
class Object:
    """A piece of furniture: category number, box centre (x, y, z), box size (width, height, depth), yaw of its front."""

    category: int
    center: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float

    @property
    def footprint(self) -> Rectangle:
        """Its rectangle on the floor."""
        return (self.center[0], self.center[2], self.size[0], self.size[2], self.yaw)


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


class _Builder:
    """Collects parts and materials while a scene is laid out."""

    def __init__(self, rng: Random, room: tuple[float, float, float]) -> None:
        self.rng, self.room = rng, room
        self.parts: list[tuple[float, ...]] = []
        self.materials: list[Material] = room_materials(rng)
        self.number: dict[Material, int] = {}
        self.objects: list[Object] = []
        self.footprints: list[tuple[Rectangle, float, float]] = []
        self.wall_use: list[tuple[int, float, float]] = []

    def add_parts(self, parts: list[Part], x: float, z: float, base: float, yaw: float, owner: int, category: int) -> None:
        """Puts an object's parts into the scene; `owner` is −1 for decoration."""
        s, c = sin(yaw), cos(yaw)
        for kind, px, pz, width, depth, low, high, look in parts:
            index = self.number.get(look)
            if index is None:
                index = self.number[look] = len(self.materials)
                self.materials.append(look)
            at = (x + c * px + s * pz, z - s * px + c * pz)
            half_d = 0.5 * depth if kind == BOX else 0.5 * width
            self.parts.append((kind, *at, 0.5 * width, half_d, -(base + high), -(base + low), c, s, owner, category, index))

    def free(self, footprint: Rectangle, low: float, gap: float) -> bool:
        """Whether a footprint lies in the room and keeps its distance from all others."""
        width, depth, _ = self.room
        for x, z in corners(footprint):
            if abs(x) > 0.5 * width + 1e-6 or abs(z) > 0.5 * depth + 1e-6:
                return False
        return all(apart(footprint, other, max(gap, keep)) for other, _, keep in self.footprints)

    def place(self, word: str, size: tuple[float, float, float], at: tuple[float, float, float], base: float) -> None:
        """Adds an object whose place was found free."""
        x, z, yaw = at
        width, height, depth = size
        palette = Palette(self.rng, 0.4)
        self.add_parts(BUILDERS[word](self.rng, palette, width, height, depth), x, z, base, yaw, len(self.objects), INDEX[word])
        self.objects.append(Object(INDEX[word], (x, -(base + 0.5 * height), z), size, yaw))
        self.footprints.append(((x, z, width, depth, yaw), base, 0.55 if word == "door" else 0.0))


def _sizes(rng: Random, word: str, room_height: float) -> tuple[float, float, float]:
    """±50 % around the typical size, more often small or large than usual, so that the category does not tell the size."""
    scale = 0.58 * (1.55 / 0.58) ** sin(0.5 * pi * rng.random()) ** 2
    width, height, depth = (axis * scale * rng.uniform(0.86, 1.16) for axis in TYPICAL[word])
    if word == "door":
        depth = 0.1
    if word in ROUND:
        depth = width
    return width, min(height, room_height - 0.1), depth


def _against_wall(b: _Builder, size: tuple[float, float, float], wall: int | None = None) -> tuple[float, float, float]:
    """A pose with the back at a wall."""
    side = b.rng.randrange(4) if wall is None else wall
    nx, nz = NORMALS[side]
    length, across = (b.room[0], b.room[1]) if nz else (b.room[1], b.room[0])
    along = b.rng.uniform(-0.5, 0.5) * max(length - size[0] - 0.02, 0.0)
    inward = 0.5 * across - 0.5 * size[2] - 0.001
    x, z = (along, -nz * inward) if nz else (-nx * inward, along)
    return x, z, atan2(nx, nz)


def _anywhere(b: _Builder, size: tuple[float, float, float], word: str) -> tuple[float, float, float]:
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
        return _against_wall(b, size)
    half_w, half_d = 0.5 * b.room[0] - 0.3, 0.5 * b.room[1] - 0.3
    return rng.uniform(-half_w, half_w), rng.uniform(-half_d, half_d), yaw


def _try_place(b: _Builder, word: str) -> None:
    for _ in range(14):
        size = _sizes(b.rng, word, b.room[2])
        at = _against_wall(b, size) if word in WALL_BOUND else _anywhere(b, size, word)
        base = b.rng.uniform(0.75, 1.2) if word in HUNG else 0.0
        base = min(base, b.room[2] - size[1] - 0.1)
        if b.free((at[0], at[1], size[0], size[2], at[2]), base, 0.1):
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


def _decorate(b: _Builder) -> list[tuple[float, float, float]]:
    """Windows, pictures and a rug; returns where the windows' light comes in."""
    rng, sources = b.rng, []
    blocked = [o for o in b.objects if o.category in (INDEX["door"], INDEX["television"])]
    taken: list[Rectangle] = [(*o.footprint[:3], o.footprint[3] + 0.3, o.yaw) for o in blocked]
    taken += [o.footprint for o in b.objects if o.size[1] > 1.2]
    view = window_view(rng)
    for number in range(rng.randint(2, 8)):
        window = number < 1 or rng.random() < 0.4
        (wide, tall), thick = ((0.8, 2.2), (0.9, 1.5)) if window else ((0.3, 1.1), (0.3, 0.8)), 0.05 if window else 0.03
        size = (rng.uniform(*wide), rng.uniform(*tall), thick)
        x, z, yaw = _against_wall(b, size)
        rectangle = (x, z, size[0] + 0.1, size[2] + 0.1, yaw)
        if not all(apart(rectangle, other, 0.02) for other in taken):
            continue
        taken.append(rectangle)
        base = min(rng.uniform(0.7, 1.1) if window else rng.uniform(1.2, 1.5), b.room[2] - size[1] - 0.15)
        frame = near(rng, [(0.8, 0.8, 0.78), (0.2, 0.12, 0.06)])
        edge, (width, height, depth) = material(frame, frame), size
        look = view if window else material(random_color(rng), random_color(rng), "picture", 0.9, phase=rng.random())
        parts: list[Part] = [(BOX, 0, 0, width, depth, 0, height, edge)]
        panes = max(1, round(width / 0.8)) if window else 1
        each = width / panes
        for pane in range(panes):
            parts.append((BOX, (pane + 0.5) * each - 0.5 * width, 0.2 * depth, each - 0.08, depth, 0.04, height - 0.04, look))
        b.add_parts(parts, x, z, base, yaw, -1, WALL)
        if window:
            sources.append((x + 0.5 * sin(yaw), -(base + 0.6 * height), z + 0.5 * cos(yaw)))
    if rng.random() < 0.7:
        tone = near(rng, [(0.7, 0.7, 0.68), (0.2, 0.12, 0.06), (0.05, 0.05, 0.05)])
        height, skirting = rng.uniform(0.06, 0.14), material(tone, tone)
        for side, (nx, nz) in enumerate(NORMALS):
            length, across = (b.room[1], b.room[0]) if side % 2 else (b.room[0], b.room[1])
            inward = 0.5 * across - 0.006
            strip: Part = (BOX, 0, 0, length, 0.012, 0, height, skirting)
            b.add_parts([strip], -nx * inward, -nz * inward, 0.0, atan2(nx, nz), -1, WALL)
    if rng.random() < 0.45:
        width, depth = rng.uniform(0.3, 0.6) * b.room[0], rng.uniform(0.3, 0.6) * b.room[1]
        ground, pattern = random_color(rng), random_color(rng)
        weave = rng.choice(["rug", "carpet", "stripes", "checks"])
        look = material(ground, pattern, weave, rng.uniform(0.5, 1.2))
        at = (rng.uniform(-0.2, 0.2) * b.room[0], rng.uniform(-0.2, 0.2) * b.room[1])
        b.add_parts([(BOX, 0, 0, width, depth, 0, 0.008, look)], *at, 0.0, 0.0, -1, FLOOR)
    return sources


def _lights(rng: Random, room: tuple[float, float, float], sources: list[tuple[float, float, float]]) -> list[list[float]]:
    lights = []
    for x, y, z in sources[:2]:
        power = rng.uniform(0.2, 1.4)
        lights.append([x, y, z, 0.95 * power, power, 1.08 * power])
    for _ in range(rng.randint(1, 2)):
        power, warmth = rng.uniform(0.3, 1.6), rng.uniform(0.55, 1.0)
        x, z = rng.uniform(-0.3, 0.3) * room[0], rng.uniform(-0.3, 0.3) * room[1]
        lights.append([x, 0.25 - room[2], z, power, power * (0.5 + 0.5 * warmth), power * warmth])
    rng.shuffle(lights)
    return lights


def make_scene(seed: int) -> Scene:
    """The scene of a seed: a room of 3 to 8 m a side with up to 24 objects. The same seed gives the same scene."""
    rng = Random(f"scene-{seed}")
    # Even over the logarithm of the area, 9 to 62 m², so that no size is the one to guess.
    area = 9.2 * (62.0 / 9.2) ** rng.random()
    width = max(3.0, area / 8.0) * (min(8.0, area / 3.0) / max(3.0, area / 8.0)) ** rng.random()
    depth = area / width
    room = (width, depth, rng.uniform(2.35, 3.1))
    b = _Builder(rng, room)
    # Somewhere to stand and to walk: a part of the floor that furniture keeps off.
    open_w, open_d = max(rng.uniform(0.3, 0.5) * width, 1.2), max(rng.uniform(0.3, 0.5) * depth, 1.2)
    spot = (rng.uniform(-0.5, 0.5) * (width - open_w - 1.0), rng.uniform(-0.5, 0.5) * (depth - open_d - 1.0))
    b.footprints.append(((*spot, open_w, open_d, 0.0), 0.0, 0.0))
    budget = 0.34 * area
    for word in _wanted(rng, area):
        if sum(o.size[0] * o.size[2] for o in b.objects) < budget:
            _try_place(b, word)
    lights = _lights(rng, room, _decorate(b))
    power = sum(sum(light[3:]) for light in lights) / 3
    ambient = rng.uniform(0.25, 0.6)
    tint = [ambient * rng.uniform(0.88, 1.12) for _ in range(3)]
    exposure = rng.uniform(0.75, 1.5) / (ambient + 0.33 * power) ** 0.8
    return Scene(
        seed, room, b.objects,
        np.array(b.parts, np.float32).reshape(-1, 12), np.array(b.materials, np.float32), np.array(lights, np.float32),
        np.array([*room, *tint, exposure, len(lights)], np.float32),
    )  # fmt: skip
