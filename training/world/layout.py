"""Layout: a home being filled, piece by piece, with furniture that stays inside its rooms and apart from each
other."""

from dataclasses import dataclass
from math import atan2, cos, sin
from random import Random

from world.categories import INDEX
from world.furniture import BOX, BUILDERS, Part
from world.geometry import Rectangle, apart, corners
from world.homes import Plan
from world.materials import Material, Palette, room_materials

# Inward normals of the four walls in the renderer's order, as (x, z).
NORMALS = [(0.0, -1.0), (-1.0, 0.0), (0.0, 1.0), (1.0, 0.0)]
DOORWAY = 0.55  # metres kept free around a door
TOUCH = 0.0005  # metres between a thing and the wall that it stands at
RANDOM_COLORS = 0.4  # share of objects that have any colour instead of their category's
Pose = tuple[float, float, float]  # x, z, yaw


@dataclass(frozen=True)
class Object:
    """A piece of furniture: category number, box centre (x, y, z), box size (width, height, depth), yaw of
    its front."""

    category: int
    center: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float

    @property
    def footprint(self) -> Rectangle:
        """Its rectangle on the floor."""
        return (self.center[0], self.center[2], self.size[0], self.size[2], self.yaw)


class Layout:
    """Collects parts and materials while a scene is laid out."""

    def __init__(self, rng: Random, room: tuple[float, float, float], plan: Plan) -> None:
        self.rng, self.room, self.plan = rng, room, plan
        self.parts: list[tuple[float, ...]] = []
        self.materials: list[Material] = room_materials(rng)
        self.number: dict[Material, int] = {}
        self.objects: list[Object] = []
        self.footprints: list[tuple[Rectangle, float]] = []  # each with the distance that it keeps

    def add_parts(
        self, parts: list[Part], x: float, z: float, base: float, yaw: float, owner: int, category: int
    ) -> None:
        """Puts an object's parts into the scene; `owner` is −1 for decoration."""
        s, c = sin(yaw), cos(yaw)
        for kind, px, pz, width, depth, low, high, look in parts:
            index = self.number.get(look)
            if index is None:
                index = self.number[look] = len(self.materials)
                self.materials.append(look)
            centre = (x + c * px + s * pz, z - s * px + c * pz)
            half_d = 0.5 * depth if kind == BOX else 0.5 * width
            self.parts.append(
                (
                    kind,
                    *centre,
                    0.5 * width,
                    half_d,
                    -(base + high),
                    -(base + low),
                    c,
                    s,
                    owner,
                    category,
                    index,
                )
            )

    def free(self, footprint: Rectangle, gap: float) -> bool:
        """Whether a footprint lies in the home, cuts no wall and keeps its distance from all others."""
        width, depth, _ = self.room
        for x, z in corners(footprint):
            if abs(x) > 0.5 * width + 1e-6 or abs(z) > 0.5 * depth + 1e-6:
                return False
        if not all(apart(footprint, wall, TOUCH) for wall in self.plan.walls):
            return False
        return all(apart(footprint, other, max(gap, keep)) for other, keep in self.footprints)

    def place(self, word: str, size: tuple[float, float, float], pose: Pose, base: float) -> None:
        """Adds an object whose place was found free."""
        x, z, yaw = pose
        width, height, depth = size
        palette = Palette(self.rng, RANDOM_COLORS)
        self.add_parts(
            BUILDERS[word](self.rng, palette, width, height, depth),
            x,
            z,
            base,
            yaw,
            len(self.objects),
            INDEX[word],
        )
        self.objects.append(Object(INDEX[word], (x, -(base + 0.5 * height), z), size, yaw))
        self.footprints.append(((x, z, width, depth, yaw), DOORWAY if word == "door" else 0.0))

    def at_outer_wall(self, x: float, z: float) -> bool:
        """Whether a thing of little depth at (x, z) hangs on a wall that has the outside behind it."""
        return min(0.5 * self.room[0] - abs(x), 0.5 * self.room[1] - abs(z)) < 0.1

    def against_wall(self, size: tuple[float, float, float]) -> Pose:
        """A pose with the back at a wall of any room, anywhere along it."""
        middle_x, middle_z, width, depth = self.rng.choice(self.plan.rooms)
        side = self.rng.randrange(4)
        nx, nz = NORMALS[side]
        length, across = (width, depth) if nz else (depth, width)
        along = self.rng.uniform(-0.5, 0.5) * max(length - size[0] - 0.02, 0.0)
        inward = 0.5 * across - 0.5 * size[2] - 0.001
        x, z = (along, -nz * inward) if nz else (-nx * inward, along)
        return middle_x + x, middle_z + z, atan2(nx, nz)
