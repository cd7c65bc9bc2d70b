"""Furniture: each category as a handful of boxes, cylinders and spheroids, so that its shape tells what it
is.

A part is (kind, x, z, width, depth, low, high, material): offsets and sizes in metres in the object's own
axes (x to its right, z to its front), heights above the object's base. A cylinder or a spheroid takes its
width as its diameter.
"""

from collections.abc import Callable
from random import Random

from world.materials import Material, Palette, color_of, darker, material, pattern_of

BOX, CYLINDER, SPHEROID = 0, 1, 2
Part = tuple[int, float, float, float, float, float, float, Material]
Builder = Callable[[Random, Palette, float, float, float], list[Part]]

# Typical width, height, depth in metres; each object varies around them.
TYPICAL: dict[str, tuple[float, float, float]] = {
    "door": (0.90, 2.00, 0.10),
    "chair": (0.48, 0.90, 0.50),
    "table": (1.30, 0.74, 0.80),
    "sofa": (1.75, 0.80, 0.85),
    "bed": (1.35, 0.85, 1.95),
    "lamp": (0.40, 1.45, 0.40),
    "plant": (0.55, 1.00, 0.55),
    "shelf": (0.85, 1.60, 0.34),
    "cabinet": (1.00, 0.85, 0.48),
    "television": (1.10, 0.64, 0.08),
    "fridge": (0.66, 1.55, 0.66),
    "stool": (0.40, 0.52, 0.40),
    "box": (0.50, 0.40, 0.42),
}


def _legs(
    kind: int, w: float, d: float, high: float, thick: float, look: Material, inset: float = 0.0
) -> list[Part]:
    x, z = 0.5 * (w - thick) - inset, 0.5 * (d - thick) - inset
    return [(kind, sx * x, sz * z, thick, thick, 0.0, high, look) for sx in (-1, 1) for sz in (-1, 1)]


def _door(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    frame, leaf, handle = palette.wood(), palette.wood(), palette.metal()
    panel = material(darker(color_of(leaf), 0.7), darker(pattern_of(leaf), 0.7), "wood", 0.8)
    out: list[Part] = [
        (BOX, 0, -0.2 * d, w * 0.86, d * 0.6, 0, h * 0.96, leaf),
        (BOX, -0.465 * w, 0, 0.07 * w, d, 0, h, frame),
        (BOX, 0.465 * w, 0, 0.07 * w, d, 0, h, frame),
        (BOX, 0, 0, w, d, h * 0.96, h, frame),
        (BOX, 0.34 * w, 0.3 * d, 0.09 * w, 0.35 * d, h * 0.47, h * 0.5, handle),
    ]
    for low, high in [(0.08, 0.42), (0.54, 0.88)] if rng.random() < 0.7 else []:
        out.append((BOX, 0, 0.1 * d, w * 0.55, 0.12 * d, h * low, h * high, panel))
    return out


def _chair(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    frame = palette.wood() if rng.random() < 0.6 else palette.metal()
    seat = palette.fabric() if rng.random() < 0.5 else frame
    level, thick = 0.5 * h, 0.09 * w
    out = _legs(rng.choice([BOX, CYLINDER]), w, d, level, thick, frame)
    out.append((BOX, 0, 0, w, d, level - 0.02, level + 0.06 * h, seat))
    back = -0.5 * d + 0.5 * thick
    if rng.random() < 0.5:
        out.append((BOX, 0, back, w, thick, level, h, seat))
    else:
        out += [(BOX, s * 0.5 * (w - thick), back, thick, thick, level, h, frame) for s in (-1, 1)]
        out += [(BOX, 0, back, w, 0.6 * thick, h * low, h * (low + 0.1), frame) for low in (0.68, 0.9)]
    return out


def _table(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    top, legs = palette.wood(), palette.wood() if rng.random() < 0.7 else palette.metal()
    out: list[Part] = [(BOX, 0, 0, w, d, h - 0.05, h, top)]
    if rng.random() < 0.8:
        return out + _legs(BOX, w, d, h - 0.05, min(0.09, 0.1 * d), legs, 0.03)
    foot = 0.55 * min(w, d)
    return [*out, (CYLINDER, 0, 0, 0.12, 0.12, 0, h, legs), (CYLINDER, 0, 0, foot, foot, 0, 0.04, legs)]


def _sofa(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    cover, arm = palette.fabric(), min(0.12 * w, 0.25)
    pillow = palette.fabric() if rng.random() < 0.5 else cover
    foot, seat = 0.08 * h, 0.5 * h
    out: list[Part] = [
        (BOX, 0, 0, w, d, foot, 0.32 * h, cover),
        (BOX, 0, -0.36 * d, w, 0.28 * d, foot, h, cover),
        (BOX, -0.5 * (w - arm), 0, arm, d, foot, 0.68 * h, cover),
        (BOX, 0.5 * (w - arm), 0, arm, d, foot, 0.68 * h, cover),
    ]
    cushions = max(1, round((w - 2 * arm) / 0.65))
    each = (w - 2 * arm) / cushions
    for number in range(cushions):
        x = -0.5 * w + arm + (number + 0.5) * each
        out.append((BOX, x, 0.13 * d, each - 0.02, 0.7 * d, 0.32 * h, seat, pillow))
        out.append((BOX, x, -0.2 * d, each - 0.03, 0.1 * d, seat, 0.92 * h, pillow))
    return out + _legs(BOX, w, d, foot, 0.05, palette.wood())


def _bed(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    frame, cover, linen = palette.wood(), palette.fabric(), palette.linen()
    level = 0.6 * h
    out: list[Part] = [
        (BOX, 0, -0.48 * d, w, 0.04 * d, 0, h, frame),
        (BOX, 0, 0, w, d, 0.12 * h, 0.38 * h, frame),
        (BOX, 0, 0.02 * d, w * 0.96, d * 0.94, 0.38 * h, level, linen),
        (BOX, 0, 0.17 * d, w * 0.985, d * 0.64, 0.36 * h, level + 0.03, cover),
    ]
    pillows = 2 if w > 1.1 else 1
    for number in range(pillows):
        x = (number - 0.5 * (pillows - 1)) * 0.46 * w
        out.append((BOX, x, -0.36 * d, 0.38 * w, 0.16 * d, level, level + 0.12 * h, linen))
    return out + _legs(BOX, w, d, 0.12 * h, 0.07, frame)


def _lamp(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    pole, shade, drop = palette.metal(), palette.glowing(), rng.uniform(0.2, 0.3)
    kind = CYLINDER if rng.random() < 0.8 else SPHEROID
    return [
        (CYLINDER, 0, 0, 0.7 * w, 0.7 * w, 0, 0.03, pole),
        (CYLINDER, 0, 0, 0.035, 0.035, 0, h * (1 - 0.5 * drop), pole),
        (kind, 0, 0, w, w, h * (1 - drop), h, shade),
    ]


def _plant(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    pot, leaf, stem = palette.pot(), palette.leaf(), palette.wood()
    lip = 0.28 * h
    out: list[Part] = [
        (CYLINDER, 0, 0, 0.55 * w, 0.55 * w, 0, lip, pot),
        (CYLINDER, 0, 0, 0.05, 0.05, lip, 0.6 * h, stem),
        (SPHEROID, 0, 0, 0.72 * w, 0.72 * w, 0.45 * h, h, leaf),
    ]
    for _ in range(4):
        x, z, low = rng.uniform(-0.27, 0.27) * w, rng.uniform(-0.27, 0.27) * w, rng.uniform(0.32, 0.55) * h
        out.append((SPHEROID, x, z, 0.45 * w, 0.45 * w, low, low + 0.35 * h, leaf))
    return out


def _shelf(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    wood, board = palette.wood(), 0.03
    out: list[Part] = [(BOX, s * 0.5 * (w - board), 0, board, d, 0, h, wood) for s in (-1, 1)]
    out.append((BOX, 0, -0.5 * d + 0.01, w, 0.02, 0, h, wood))
    levels = max(2, round(h / 0.38))
    gap = (h - board) / levels
    out += [(BOX, 0, 0, w, d, number * gap, number * gap + board, wood) for number in range(levels + 1)]
    for number in range(levels):
        if rng.random() < 0.7:
            fill = rng.uniform(0.4, 0.94) * (w - 2 * board)
            x = rng.choice([-1, 1]) * 0.5 * (w - 2 * board - fill)
            low = number * gap + board
            out.append(
                (BOX, x, -0.1 * d, fill, 0.7 * d, low, low + gap * rng.uniform(0.5, 0.8), palette.books())
            )
    return out


def _cabinet(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    body, front, handle = palette.wood(), palette.wood(), palette.metal()
    front = body if rng.random() < 0.6 else front
    out: list[Part] = [(BOX, 0, -0.02 * d, w, 0.96 * d, 0.05 * h, h, body)]
    columns, rows = max(1, round(w / 0.45)), rng.choice([1, 1, 2, 3])
    each, tall = w / columns, 0.9 * h / rows
    for column in range(columns):
        for row in range(rows):
            x, low = (column + 0.5) * each - 0.5 * w, 0.07 * h + row * tall
            out.append((BOX, x, 0.47 * d, each - 0.03, 0.03 * d, low, low + tall - 0.03, front))
            middle = low + 0.5 * tall
            out.append((BOX, x, 0.49 * d, 0.3 * each, 0.02 * d, middle, middle + 0.025, handle))
    return out + _legs(BOX, w, 0.92 * d, 0.05 * h, 0.05, handle)


def _television(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    case = material((0.015, 0.015, 0.016), (0.03, 0.03, 0.03), "flat", 1.0, 0.0, 0.4)
    bezel = 0.02 + 0.01 * rng.random()
    return [
        (BOX, 0, -0.05 * d, w, 0.9 * d, 0, h, case),
        (BOX, 0, 0.42 * d, w - 2 * bezel, 0.16 * d, bezel, h - bezel, palette.screen()),
    ]


def _fridge(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    body, handle, split = palette.appliance(), palette.metal(), rng.choice([0.35, 0.62, 0.7])
    side = rng.choice([-1, 1]) * 0.38 * w
    return [
        (BOX, 0, -0.05 * d, w, 0.9 * d, 0, h, body),
        (BOX, 0, 0.43 * d, w * 0.98, 0.1 * d, 0.05, h * split - 0.01, body),
        (BOX, 0, 0.43 * d, w * 0.98, 0.1 * d, h * split + 0.01, h, body),
        (BOX, side, 0.485 * d, 0.03, 0.03 * d, h * (split - 0.22), h * (split - 0.04), handle),
        (BOX, side, 0.485 * d, 0.03, 0.03 * d, h * (split + 0.04), h * min(split + 0.22, 0.97), handle),
    ]


def _stool(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    seat, legs = palette.fabric() if rng.random() < 0.4 else palette.wood(), palette.metal()
    out: list[Part] = [(CYLINDER, 0, 0, w, w, 0.88 * h, h, seat)]
    if rng.random() < 0.3:
        return [
            *out,
            (CYLINDER, 0, 0, 0.06, 0.06, 0, 0.9 * h, legs),
            (CYLINDER, 0, 0, 0.8 * w, 0.8 * w, 0, 0.03, legs),
        ]
    return out + _legs(CYLINDER, w, w, 0.88 * h, 0.04, legs, 0.13 * w)


def _box(rng: Random, palette: Palette, w: float, h: float, d: float) -> list[Part]:
    side = palette.cardboard()
    tape = material(darker(color_of(side), 1.4), darker(color_of(side), 1.3), "flat")
    return [(BOX, 0, 0, w, d, 0, h - 0.004, side), (BOX, 0, 0, 0.12 * w, d, h - 0.004, h, tape)]


BUILDERS: dict[str, Builder] = {
    "door": _door,
    "chair": _chair,
    "table": _table,
    "sofa": _sofa,
    "bed": _bed,
    "lamp": _lamp,
    "plant": _plant,
    "shelf": _shelf,
    "cabinet": _cabinet,
    "television": _television,
    "fridge": _fridge,
    "stool": _stool,
    "box": _box,
}
