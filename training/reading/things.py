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


FOREIGN, NEAR_MISSES = foreign_nouns()
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


def name_thing(rng: Random, foreign: float, taken: set[str], background: float = 0.02) -> tuple[str, str]:
    """A word for a thing and its label: with chance `foreign` another thing, else one of the categories not
    `taken`."""
    chance = rng.random()
    if chance < foreign:
        kind = rng.random()
        pool = FOREIGN[:COMMON] if kind < 0.25 else NEAR_MISSES if kind < 0.55 else FOREIGN
        return (_made_up(rng) if rng.random() < 0.05 else rng.choice(pool)), OTHER
    pool = CATEGORIES[: CATEGORIES.index("door")] if chance > 1 - background else OBJECTS
    category = rng.choice([name for name in pool if name not in taken] or OBJECTS)
    words = SYNONYMS[category]
    return (words[0] if rng.random() < 0.45 else rng.choice(words)), category
