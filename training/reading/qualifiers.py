"""What people add to the name of a thing: an adjective before it, or where it stands after it."""

from collections.abc import Callable
from random import Random

from reading.fragments import Fragment

ADJECTIVES = (
    "big little small large old new nice tall long wide low brown white black grey wooden round comfy "
    "heavy fancy lovely blue red green dark main other existing mum's granny's dad's john's whole entire "
    "first only damn bloody silly famous same nearest said wretched beautiful ugly"
).split()
PLACES = (
    "over there",
    "over here",
    "in the corner",
    "in the middle",
    "at the back",
    "there",
    "we saw",
    "here",
)
BESIDE = (
    "by the",
    "near the",
    "next to the",
    "beside the",
    "under the",
    "against the",
    "with the",
    "behind the",
)
TAGS = ("_1", "_01", "_02", "#1", "#2", "[0]", "-2", " thing", " thingy", " itself")
QUOTES = ('"', "'", "`", "*", "``", "_")
BEFORE, AFTER, OTHER_THING, TAGGED, QUOTED = 0.05, 0.02, 0.03, 0.02, 0.02


def qualified(thing: Fragment, other: Callable[[], Fragment], rng: Random) -> list[Fragment]:
    """A thing as people single it out. What they name for that (`other`) is no thing asked about."""
    chance = rng.random()
    if chance < BEFORE:
        return [Fragment(rng.choice(ADJECTIVES) + " "), thing]
    if chance < BEFORE + AFTER:
        return [thing, Fragment(" " + rng.choice(PLACES))]
    if chance < BEFORE + AFTER + OTHER_THING:
        return [thing, Fragment(f" {rng.choice(BESIDE)} "), other()]
    chance -= BEFORE + AFTER + OTHER_THING
    if 0 <= chance < TAGGED:
        return [thing, Fragment(rng.choice(TAGS), fixed=True)]
    if TAGGED <= chance < TAGGED + QUOTED:
        quote = Fragment(rng.choice(QUOTES), fixed=True)
        return [quote, thing, quote]
    return [thing]
