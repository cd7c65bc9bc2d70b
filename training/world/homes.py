"""Floor plans: the rooms of a home, the walls between them, and the openings that lead from one to the next.

A home is a box cut in two again and again. Rooms and walls are axis-parallel rectangles in scene coordinates,
metres.
"""

from dataclasses import dataclass, field
from random import Random

from world.geometry import Rectangle

THICK = 0.12  # metres, walls between rooms
LEAST_SIDE = 2.4  # metres of a room
MARGIN = 0.3  # metres of wall left and right of an opening
Room = tuple[float, float, float, float]  # centre x, z, width along x, depth along z


@dataclass(frozen=True)
class Opening:
    """A way through a wall: its middle, its width, and whether one walks through it along x (else along
    z)."""

    x: float
    z: float
    width: float
    along_x: bool

    def beside(self, reach: float) -> list[tuple[float, float]]:
        """The points `reach` metres before and behind it."""
        dx, dz = (reach, 0.0) if self.along_x else (0.0, reach)
        return [(self.x - dx, self.z - dz), (self.x + dx, self.z + dz)]

    def zone(self, reach: float) -> Rectangle:
        """The floor in it and `reach` metres before and behind it."""
        width, depth = (2 * reach, self.width) if self.along_x else (self.width, 2 * reach)
        return (self.x, self.z, width, depth, 0.0)


@dataclass(frozen=True)
class Plan:
    """Rooms, the pieces of the walls between them, and the openings."""

    rooms: list[Room]
    walls: list[Rectangle] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)

    def room_at(self, x: float, z: float) -> int:
        """The room that a point lies in, or the nearest one."""
        return min(range(len(self.rooms)), key=lambda i: _outside(self.rooms[i], x, z))


def _outside(room: Room, x: float, z: float) -> float:
    return max(abs(x - room[0]) - 0.5 * room[2], 0.0) + max(abs(z - room[1]) - 0.5 * room[3], 0.0)


@dataclass(frozen=True)
class _Cut:
    """A wall's middle line: at one coordinate, between two of the other. `along_x`: one passes it along x."""

    along_x: bool
    line: float
    low: float
    high: float


def _cut_up(rng: Random, width: float, depth: float, count: int) -> tuple[list[list[float]], list[_Cut]]:
    """Regions [x0, z0, x1, z1] and the lines between them."""
    regions, cuts = [[-0.5 * width, -0.5 * depth, 0.5 * width, 0.5 * depth]], []
    while len(regions) < count:
        region = max(regions, key=lambda r: (r[2] - r[0]) * (r[3] - r[1]))
        x0, z0, x1, z1 = region
        along_x = x1 - x0 > z1 - z0
        low, high = (x0, x1) if along_x else (z0, z1)
        if high - low < 2 * LEAST_SIDE:
            break
        room = max(0.38, LEAST_SIDE / (high - low))
        line = low + (high - low) * rng.uniform(room, 1 - room)
        regions.remove(region)
        regions += (
            [[x0, z0, line, z1], [line, z0, x1, z1]] if along_x else [[x0, z0, x1, line], [x0, line, x1, z1]]
        )
        cuts.append(_Cut(along_x, line, z0 if along_x else x0, z1 if along_x else x1))
    return regions, cuts


def _openings(rng: Random, regions: list[list[float]]) -> list[Opening] | None:
    """Openings between neighbours so that every region can be reached; None where that cannot be."""
    shared = []
    for i, a in enumerate(regions):
        for j, b in enumerate(regions):
            for along_x, (near, far, low, high) in ((True, (0, 2, 1, 3)), (False, (1, 3, 0, 2))):
                if a[far] == b[near]:
                    first, last = max(a[low], b[low]) + MARGIN, min(a[high], b[high]) - MARGIN
                    if last - first >= 1.0:
                        shared.append((i, j, along_x, a[far], first, last))
    rng.shuffle(shared)
    group, openings = list(range(len(regions))), []
    for i, j, along_x, line, first, last in shared:
        if group[i] == group[j] and rng.random() < 0.7:
            continue
        group = [group[i] if g == group[j] else g for g in group]
        width = min(rng.uniform(1.0, 1.5), last - first)
        middle = rng.uniform(first + 0.5 * width, last - 0.5 * width)
        openings.append(Opening(*((line, middle) if along_x else (middle, line)), width, along_x))
    return openings if len(set(group)) == 1 else None


def _pieces(cut: _Cut, openings: list[Opening]) -> list[Rectangle]:
    """What openings leave of a wall."""
    ends = [cut.low]
    for o in sorted(openings, key=lambda o: o.z if cut.along_x else o.x):
        across, along = (o.x, o.z) if cut.along_x else (o.z, o.x)
        if o.along_x == cut.along_x and across == cut.line and cut.low < along < cut.high:
            ends += [along - 0.5 * o.width, along + 0.5 * o.width]
    ends.append(cut.high)
    spans = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if b - a > 0.02]
    if cut.along_x:
        return [(cut.line, 0.5 * (a + b), THICK, b - a, 0.0) for a, b in spans]
    return [(0.5 * (a + b), cut.line, b - a, THICK, 0.0) for a, b in spans]


def make_plan(rng: Random, width: float, depth: float, rooms: int) -> Plan:
    """A plan of up to `rooms` rooms in a box of that width (x) and depth (z); a single room has no inner
    walls."""
    if rooms > 1:
        regions, cuts = _cut_up(rng, width, depth, rooms)
        openings = _openings(rng, regions)
        if openings is not None and len(regions) > 1:
            outer = (-0.5 * width, -0.5 * depth, 0.5 * width, 0.5 * depth)
            inner = [
                [v if v == outer[k] else v + (0.5 if k < 2 else -0.5) * THICK for k, v in enumerate(r)]
                for r in regions
            ]
            found = [(0.5 * (a + c), 0.5 * (b + d), c - a, d - b) for a, b, c, d in inner]
            return Plan(found, [piece for cut in cuts for piece in _pieces(cut, openings)], openings)
    return Plan([(0.0, 0.0, width, depth)])
