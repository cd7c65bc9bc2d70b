"""Decoration and light: windows, pictures, skirting boards, a rug, and where the light comes from."""

from math import atan2, cos, sin
from random import Random

from world.categories import FLOOR, INDEX, WALL
from world.furniture import BOX, Part
from world.geometry import Rectangle, apart
from world.homes import THICK, Room
from world.layout import NORMALS, Layout
from world.materials import Material, material, near, near_wall, random_color, room_floor, window_view

Source = tuple[float, float, float]  # where daylight comes in, scene coordinates


def _hanging(window: bool, size: tuple[float, float, float], look: Material, frame: Material) -> list[Part]:
    """A window of one pane in about 0.8 m, or a picture."""
    width, height, depth = size
    parts: list[Part] = [(BOX, 0, 0, width, depth, 0, height, frame)]
    panes = max(1, round(width / 0.8)) if window else 1
    each = width / panes
    for pane in range(panes):
        middle = (pane + 0.5) * each - 0.5 * width
        parts.append((BOX, middle, 0.2 * depth, each - 0.08, depth, 0.04, height - 0.04, look))
    return parts


def _windows_and_pictures(b: Layout) -> list[Source]:
    rng, sources = b.rng, []
    blocked = [o for o in b.objects if o.category in (INDEX["door"], INDEX["television"])]
    taken: list[Rectangle] = [(*o.footprint[:3], o.footprint[3] + 0.3, o.yaw) for o in blocked]
    taken += [o.footprint for o in b.objects if o.size[1] > 1.2]
    taken += [opening.zone(0.4) for opening in b.plan.openings]
    view = window_view(rng)
    for number in range(rng.randint(2, 8) + 2 * len(b.plan.rooms) - 2):
        window = number < 1 or rng.random() < 0.4
        (wide, tall), thick = (
            ((0.8, 2.2), (0.9, 1.5)) if window else ((0.3, 1.1), (0.3, 0.8)),
            0.05 if window else 0.03,
        )
        size = (rng.uniform(*wide), rng.uniform(*tall), thick)
        x, z, yaw = b.against_wall(size)
        window = window and b.at_outer_wall(x, z)
        rectangle = (x, z, size[0] + 0.1, size[2] + 0.1, yaw)
        if not all(apart(rectangle, other, 0.02) for other in taken):
            continue
        taken.append(rectangle)
        base = min(rng.uniform(0.7, 1.1) if window else rng.uniform(1.2, 1.5), b.room[2] - size[1] - 0.15)
        tone = near(rng, [(0.8, 0.8, 0.78), (0.2, 0.12, 0.06)])
        look = (
            view
            if window
            else material(random_color(rng), random_color(rng), "picture", 0.9, phase=rng.random())
        )
        b.add_parts(_hanging(window, size, look, material(tone, tone)), x, z, base, yaw, -1, WALL)
        if window:
            sources.append((x + 0.5 * sin(yaw), -(base + 0.6 * size[1]), z + 0.5 * cos(yaw)))
    return sources


def _skirting(b: Layout) -> None:
    tone = near(b.rng, [(0.7, 0.7, 0.68), (0.2, 0.12, 0.06), (0.05, 0.05, 0.05)])
    height, look = b.rng.uniform(0.06, 0.14), material(tone, tone)
    for side, (nx, nz) in enumerate(NORMALS):
        length, across = (b.room[1], b.room[0]) if side % 2 else (b.room[0], b.room[1])
        inward = 0.5 * across - 0.006
        strip: Part = (BOX, 0, 0, length, 0.012, 0, height, look)
        b.add_parts([strip], -nx * inward, -nz * inward, 0.0, atan2(nx, nz), -1, WALL)


def _inner_walls(b: Layout) -> None:
    """The walls between rooms, mostly in the outer ones' material, and what spans the openings."""
    rng = b.rng
    look = b.materials[0] if rng.random() < 0.6 else near_wall(rng)
    top = b.room[2]
    for x, z, width, depth, _ in b.plan.walls:
        b.add_parts([(BOX, 0, 0, width, depth, 0, top, look)], x, z, 0.0, 0.0, -1, WALL)
    lintel = rng.uniform(2.0, 2.2)
    if lintel < top - 0.1 and rng.random() < 0.8:
        for o in b.plan.openings:
            width, depth = (THICK, o.width) if o.along_x else (o.width, THICK)
            b.add_parts([(BOX, 0, 0, width, depth, 0, top - lintel, look)], o.x, o.z, lintel, 0.0, -1, WALL)


def _floors(b: Layout) -> None:
    """Some rooms of a home have a floor of their own."""
    for x, z, width, depth in b.plan.rooms if len(b.plan.rooms) > 1 else []:
        if b.rng.random() < 0.5:
            b.add_parts([(BOX, 0, 0, width, depth, 0, 0.004, room_floor(b.rng))], x, z, 0.0, 0.0, -1, FLOOR)


def _rug(b: Layout) -> None:
    rng = b.rng
    x, z, wide, deep = rng.choice(b.plan.rooms)
    width, depth = rng.uniform(0.3, 0.6) * wide, rng.uniform(0.3, 0.6) * deep
    ground, pattern = random_color(rng), random_color(rng)
    weave = rng.choice(["rug", "carpet", "stripes", "checks"])
    look = material(ground, pattern, weave, rng.uniform(0.5, 1.2))
    centre = (x + rng.uniform(-0.2, 0.2) * wide, z + rng.uniform(-0.2, 0.2) * deep)
    b.add_parts([(BOX, 0, 0, width, depth, 0, 0.008, look)], *centre, 0.0, 0.0, -1, FLOOR)


def decorate(b: Layout) -> list[Source]:
    """Adds what hangs on the walls and lies on the floor; returns where the windows' light comes in."""
    _inner_walls(b)
    _floors(b)
    sources = _windows_and_pictures(b)
    if b.rng.random() < 0.7:
        _skirting(b)
    if b.rng.random() < 0.45:
        _rug(b)
    return sources


def place_lights(rng: Random, rooms: list[Room], height: float, sources: list[Source]) -> list[list[float]]:
    """Up to four lights as rows of x, y, z, red, green, blue: daylight at windows and lamps under the
    ceiling, in a home one a room."""
    lights = []
    for x, y, z in sources[: max(4 - len(rooms), 0) if len(rooms) > 1 else 2]:
        power = rng.uniform(0.2, 1.4)
        lights.append([x, y, z, 0.95 * power, power, 1.08 * power])
    lit = rooms if len(rooms) > 1 else rooms * rng.randint(1, 2)
    for middle_x, middle_z, width, depth in lit:
        power, warmth = rng.uniform(0.3, 1.6), rng.uniform(0.55, 1.0)
        x, z = middle_x + rng.uniform(-0.3, 0.3) * width, middle_z + rng.uniform(-0.3, 0.3) * depth
        lights.append([x, 0.25 - height, z, power, power * (0.5 + 0.5 * warmth), power * warmth])
    rng.shuffle(lights)
    return lights
