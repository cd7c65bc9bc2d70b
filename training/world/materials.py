"""Materials: the colours and textures that things have, priors by category mixed with random ones.

A material is the renderer's row of twelve floats: colour a (3), colour b (3), repeats a metre, texture,
emission, gloss, stretch of the horizontal axis, phase. Colours are linear light in 0..1.
"""

import colorsys
from random import Random

from world.textures import NUMBER

Color = tuple[float, float, float]
Material = tuple[float, ...]

WOODS = [(0.30, 0.16, 0.07), (0.45, 0.28, 0.13), (0.14, 0.07, 0.035), (0.55, 0.40, 0.24), (0.22, 0.10, 0.05)]
NEUTRALS = [
    (0.72, 0.70, 0.66),
    (0.5, 0.48, 0.45),
    (0.22, 0.22, 0.23),
    (0.06, 0.06, 0.065),
    (0.82, 0.80, 0.76),
]
FABRICS = [(0.10, 0.14, 0.24), (0.30, 0.08, 0.07), (0.20, 0.20, 0.21), (0.38, 0.32, 0.24), (0.08, 0.20, 0.17)]
GREENS = [(0.05, 0.18, 0.03), (0.09, 0.26, 0.06), (0.03, 0.12, 0.04)]
METALS = [(0.55, 0.56, 0.58), (0.25, 0.25, 0.26), (0.05, 0.05, 0.05), (0.60, 0.45, 0.20)]
WALLS = [(0.72, 0.69, 0.62), (0.78, 0.77, 0.74), (0.55, 0.62, 0.66), (0.62, 0.52, 0.42), (0.50, 0.58, 0.48)]
CARDBOARD = [(0.42, 0.28, 0.15), (0.50, 0.36, 0.20), (0.30, 0.20, 0.11)]


def random_color(rng: Random) -> Color:
    """Any hue, dark to bright."""
    return colorsys.hsv_to_rgb(rng.random(), rng.random() ** 1.3, 0.05 + 0.75 * rng.random())


def near(rng: Random, palette: list[Color]) -> Color:
    """A colour of the palette with its lightness and tint varied."""
    base, gain = rng.choice(palette), rng.uniform(0.65, 1.35)
    red, green, blue = (min(max(channel * gain * rng.uniform(0.88, 1.12), 0.01), 0.92) for channel in base)
    return red, green, blue


def darker(color: Color, by: float) -> Color:
    """The colour times `by` (which may be above 1, then clipped)."""
    red, green, blue = color
    return min(red * by, 0.95), min(green * by, 0.95), min(blue * by, 0.95)


def material(
    a: Color,
    b: Color,
    texture: str = "flat",
    repeats: float = 1.0,
    emission: float = 0.0,
    gloss: float = 0.0,
    stretch: float = 1.0,
    phase: float = 0.0,
) -> Material:
    """A row for the renderer."""
    return (*a, *b, repeats, float(NUMBER[texture]), emission, gloss, stretch, phase)


def color_of(look: Material) -> Color:
    """A material's first colour."""
    return look[0], look[1], look[2]


def pattern_of(look: Material) -> Color:
    """A material's second colour."""
    return look[3], look[4], look[5]


def _textured(rng: Random, a: Color, textures: list[str], gloss: float = 0.0) -> Material:
    name = rng.choice(textures)
    contrast = rng.uniform(0.45, 0.85) if rng.random() < 0.7 else rng.uniform(1.1, 1.6)
    repeats = {"wood": 0.8, "fabric": 2.5, "carpet": 1.5, "leaves": 3.0, "brushed": 1.0}.get(name, 1.2)
    return material(
        a, darker(a, contrast), name, repeats * rng.uniform(0.7, 1.4), 0.0, gloss, 1.0, rng.random()
    )


class Palette:
    """Chooses one object's materials: its category's own with probability 1 − `random_share`, else any."""

    def __init__(self, rng: Random, random_share: float) -> None:
        self.rng = rng
        self.wild = rng.random() < random_share

    def _color(self, palette: list[Color]) -> Color:
        return random_color(self.rng) if self.wild else near(self.rng, palette)

    def wood(self) -> Material:
        """Wood, or paint where the object is a random one."""
        painted = not self.wild and self.rng.random() < 0.2
        names = ["flat" if painted else "wood", "wood"]
        return _textured(self.rng, self._color(NEUTRALS if painted else WOODS), names, 0.15)

    def fabric(self) -> Material:
        """Upholstery and bedding: plain, woven or patterned."""
        names = ["fabric", "fabric", "plaster", "checks", "stripes", "dots"]
        return _textured(self.rng, self._color(FABRICS + NEUTRALS), names)

    def linen(self) -> Material:
        """Sheets, pillows and lamp shades: bright."""
        return _textured(
            self.rng, self._color([NEUTRALS[0], NEUTRALS[4], (0.75, 0.68, 0.55)]), ["fabric", "plaster"]
        )

    def metal(self) -> Material:
        """Legs, handles, poles."""
        return _textured(self.rng, self._color(METALS), ["brushed", "flat"], 0.6)

    def appliance(self) -> Material:
        """Fridges: white or steel."""
        colors = [NEUTRALS[4], NEUTRALS[4], METALS[0], NEUTRALS[3]]
        return _textured(self.rng, self._color(colors), ["flat", "brushed"], 0.5)

    def leaf(self) -> Material:
        """Foliage."""
        return _textured(self.rng, self._color(GREENS), ["leaves"])

    def pot(self) -> Material:
        """Flower pots: terracotta, ceramic."""
        return _textured(self.rng, self._color([(0.40, 0.16, 0.08), *NEUTRALS]), ["plaster", "flat"], 0.2)

    def cardboard(self) -> Material:
        """Boxes: cardboard or a plain crate."""
        return _textured(
            self.rng, self._color(CARDBOARD + CARDBOARD + NEUTRALS), ["cardboard", "cardboard", "flat"]
        )

    def screen(self) -> Material:
        """A television's screen: black, sometimes on."""
        if self.rng.random() < 0.3:
            return material(
                (0.02, 0.03, 0.08), random_color(self.rng), "picture", 0.7, 0.9, 0.6, phase=self.rng.random()
            )
        return material(
            (0.008, 0.008, 0.01), (0.03, 0.035, 0.05), "screen", 0.6, 0.0, 0.9, 1.0, self.rng.random()
        )

    def books(self) -> Material:
        """A row of books."""
        return material(
            (0.03, 0.03, 0.03),
            (0.75, 0.65, 0.5),
            "books",
            self.rng.uniform(0.8, 1.6),
            phase=self.rng.random(),
        )

    def glowing(self) -> Material:
        """A lamp's shade: lit or not."""
        color = self._color([NEUTRALS[4], (0.8, 0.65, 0.42), (0.7, 0.7, 0.68)])
        return material(color, darker(color, 0.8), "fabric", 2.0, self.rng.choice([0.0, 0.8, 1.6, 2.2]))


def room_materials(rng: Random) -> list[Material]:
    """Four walls, floor, ceiling: the renderer's first six materials."""
    wild = rng.random() < 0.35
    base = random_color(rng) if wild else near(rng, WALLS)
    texture = rng.choice(["plaster", "plaster", "plaster", "flat", "stripes", "dots", "brick", "marble"])
    contrasts = {
        "plaster": rng.uniform(0.6, 0.88),
        "stripes": rng.uniform(0.7, 0.92),
        "dots": rng.uniform(0.7, 0.9),
    }
    contrast = contrasts.get(texture, 0.75)
    wall = material(base, darker(base, contrast), texture, rng.uniform(0.5, 1.1), phase=rng.random())
    accent = random_color(rng)
    walls = [wall] * 4
    if rng.random() < 0.35:
        walls[rng.randrange(4)] = material(
            accent, darker(accent, 0.85), rng.choice(["plaster", "brick", "flat"]), 0.9
        )
    floor = room_floor(rng)
    high = near(rng, [(0.8, 0.8, 0.78)]) if rng.random() < 0.8 else random_color(rng)
    return [*walls, floor, material(high, darker(high, 0.9), "plaster", 0.6)]


def near_wall(rng: Random) -> Material:
    """A wall of a usual colour."""
    base = near(rng, WALLS)
    return material(
        base,
        darker(base, rng.uniform(0.7, 0.9)),
        rng.choice(["plaster", "plaster", "flat", "brick"]),
        rng.uniform(0.5, 1.1),
        phase=rng.random(),
    )


def room_floor(rng: Random) -> Material:
    """Planks, tiles, carpet …"""
    name = rng.choice(["planks", "planks", "planks", "tiles", "carpet", "checks", "marble", "wood"])
    tone = (
        random_color(rng)
        if rng.random() < 0.25
        else near(rng, WOODS if name in ("planks", "wood") else NEUTRALS + WALLS)
    )
    return material(
        tone,
        darker(tone, rng.uniform(0.45, 0.75)),
        name,
        rng.uniform(0.5, 1.1),
        0.0,
        0.1 if name == "carpet" else 0.3,
    )


def window_view(rng: Random) -> Material:
    """The bright outside behind a window's glass."""
    sky = (0.75 * rng.uniform(0.6, 1.1), 0.85 * rng.uniform(0.8, 1.05), 0.95)
    return material(sky, near(rng, GREENS), "view", 0.45, rng.uniform(0.1, 1.1), 0.0, 1.0, 0.1)
