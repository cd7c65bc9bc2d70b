"""The nano domain's vocabulary of things: sixteen single lower-case words, background first.

The index of a word is the category number everywhere: in labels, in the heads and in the bundle's manifest.
"""

CATEGORIES = [
    "wall",
    "floor",
    "ceiling",
    "door",
    "chair",
    "table",
    "sofa",
    "bed",
    "lamp",
    "plant",
    "shelf",
    "cabinet",
    "television",
    "fridge",
    "stool",
    "box",
]

PLURALS = [
    "walls",
    "floors",
    "ceilings",
    "doors",
    "chairs",
    "tables",
    "sofas",
    "beds",
    "lamps",
    "plants",
    "shelves",
    "cabinets",
    "televisions",
    "fridges",
    "stools",
    "boxes",
]

BACKGROUND = CATEGORIES[:3]
WALL, FLOOR, CEILING = 0, 1, 2
OBJECT_CATEGORIES = range(len(BACKGROUND), len(CATEGORIES))
INDEX = {word: number for number, word in enumerate(CATEGORIES)}
