"""Words for things: how people call the model's categories, and several hundred things that it does not
know."""

from random import Random

from reading.grammar import FOLDER, lines_of
from reading.labels import OTHER
from world.categories import CATEGORIES, OBJECT_CATEGORIES, PLURALS

PLURAL = dict(zip(CATEGORIES, PLURALS, strict=True))
OBJECTS = [CATEGORIES[number] for number in OBJECT_CATEGORIES]
SYLLABLES = (
    "ba do fi gu ka lo me ni po ru sa ti vo wex zim tra plo gri ster nop quil dra mun shel bor".split()
)
IRREGULAR = {
    "shelf": "shelves",
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "knife": "knives",
    "tooth": "teeth",
    "foot": "feet",
    "loaf": "loaves",
}
UNCOUNTED = (
    "shelving",
    "greenery",
    "drawers",
    "people",
    "stairs",
    "scissors",
    "glasses",
    "curtains",
    "blinds",
)

COMMON = 130  # the list's first nouns are what people ask about most


def _nouns(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [noun.strip() for line in lines for noun in line.split(",") if noun.strip()]


def foreign_nouns() -> tuple[list[str], list[str]]:
    """Things that are none of the model's categories, and those of them that look or sound like one."""
    text, near = (FOLDER / "foreign-nouns.txt").read_text().split("# Near misses")
    return _nouns(text), _nouns(near.partition("\n")[2])


def synonyms() -> dict[str, list[str]]:
    """What people say for each category, the usual word first."""
    named = (line.split(" = ") for line in lines_of("synonyms.txt"))
    return {category: words.split(", ") for category, words in named}


# What people put before a thing's name: with it, that is what the name's last word says.
ATTRIBUTES = (
    "garden balcony guest baby kids' children's school hotel cinema theatre camping fishing patio metal "
    "glass wicker oak pine teak bamboo leather velvet linen plastic steel ikea antique vintage designer "
    "retro art-deco victorian scandinavian louis folding stacking rolling swivelling adjustable "
    "extendable reclining electric wall corner window hallway attic cellar garage bedside kitchen "
    "living-room dining-room bathroom nursery mini giant oversized second-hand handmade cheap striped "
    "floral painted upholstered carved l-shaped u-shaped half-round oval square two-door three-drawer "
    "four-legged double-sided built-in pull-out fold-out free-standing spider peace snake banana shoe tea "
    "file linen coat tiffany lava pole bucket drum captain's grandma's"
).split()
HEADS = {
    "door": ("door",),
    "chair": ("chair", "armchair"),
    "table": ("table", "desk"),
    "sofa": ("sofa", "couch", "settee"),
    "bed": ("bed",),
    "lamp": ("lamp",),
    "plant": ("plant",),
    "shelf": ("shelf", "bookcase", "bookshelf"),
    "cabinet": ("cabinet", "cupboard", "wardrobe"),
    "television": ("tv", "television"),
    "fridge": ("fridge", "refrigerator"),
    "stool": ("stool",),
    "box": ("box", "crate"),
}
# Who and what is told of while something else is asked about.
PASSING = (
    "cat dog puppy hamster parrot wife husband mum mom dad gran sister brother baby toddler kid son daughter "
    "postman plumber nurse neighbour tenant landlord buyer glasses spectacles phone keys wallet cup mug tea "
    "coffee snacks crisps sandwich slippers shoes socks jacket hat handbag rucksack homework book newspaper "
    "remote charger laptop console guitar bike scooter pram walker wheelchair crutch stick cane van lift "
    "stairs hammer drill tape ruler ladder paint carpet rug curtain window wall floor ceiling"
).split()
PASSED, PASSED_FOREIGN = 0.4, 0.5  # the share of PASSING, and of other things among the rest
COMPOUND, FOREIGN_COMPOUND = 0.06, 0.1  # the share of names that are made of two words
FOREIGN, NEAR_MISSES = foreign_nouns()
PLAIN = [noun for noun in FOREIGN if " " not in noun and noun not in ("sink", "bed")]
KNOWN_FOREIGN = {*FOREIGN, *NEAR_MISSES}
SYNONYMS = synonyms()


def plural(noun: str, rng: Random | None = None) -> str:
    """A noun's plural; with `rng` now and then one that is spelt as learners do."""
    head, last = noun.rpartition(" ")[0], noun.rpartition(" ")[2]
    if noun == "chest of drawers":
        return "chests of drawers"
    for single, many in IRREGULAR.items():
        if last.endswith(single) and len(last) >= len(single):
            if rng is not None and single == "shelf" and rng.random() < 0.15:
                many = "shelfs"
            last = last[: -len(single)] + many
            break
    else:
        if last in UNCOUNTED or last == "t.v.":
            pass
        elif last.endswith(("x", "ch", "sh", "s", "z")):
            last += "es"
        elif last.endswith("y") and last[-2:-1] not in "aeiou":
            last = last + "s" if rng is not None and rng.random() < 0.3 else last[:-1] + "ies"
        else:
            last += "'s" if rng is not None and rng.random() < 0.02 else "s"
    return f"{head} {last}".strip()


def _made_up(rng: Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3))))


def _compound(rng: Random, category: str) -> str:
    """A category's name after what tells it from others. In English the last word says what a thing is."""
    first = rng.choice(ATTRIBUTES if rng.random() < 0.8 else PLAIN)
    name = f"{first} {rng.choice(HEADS[category])}"
    return category if name in KNOWN_FOREIGN else name


def name_thing(rng: Random, foreign: float, taken: set[str], background: float = 0.02) -> tuple[str, str]:
    """A word for a thing and its label: with chance `foreign` another thing, else one of the categories not
    `taken`."""
    chance = rng.random()
    if chance < foreign:
        kind = rng.random()
        pool = FOREIGN[:COMMON] if kind < 0.25 else NEAR_MISSES if kind < 0.55 else FOREIGN
        if rng.random() < FOREIGN_COMPOUND:
            return f"{rng.choice(HEADS[rng.choice(list(HEADS))])} {rng.choice(PLAIN)}", OTHER
        return (_made_up(rng) if rng.random() < 0.05 else rng.choice(pool)), OTHER
    pool = CATEGORIES[: CATEGORIES.index("door")] if chance > 1 - background else OBJECTS
    category = rng.choice([name for name in pool if name not in taken] or OBJECTS)
    words = SYNONYMS[category]
    if category in HEADS and rng.random() < COMPOUND:
        return _compound(rng, category), category
    return (words[0] if rng.random() < 0.45 else rng.choice(words)), category


def name_passing(rng: Random, taken: set[str]) -> tuple[str, str]:
    """A word for what a question only tells of, and its label: mostly what the model does not know."""
    if rng.random() < PASSED:
        word = rng.choice(PASSING)
        return word, word if word in CATEGORIES else OTHER
    return name_thing(rng, PASSED_FOREIGN, taken)
