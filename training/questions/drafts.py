"""A question before it is put into words, how numbers are spread, and how options are drawn up."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log
from random import Random
from typing import TypeVar

from questions.visibility import Grounding, Visibility
from world.furniture import TYPICAL


@dataclass(frozen=True)
class Draft:
    """The words for the wording's places, the options (choices only), the right answer, and the trace that
    leads there."""

    words: dict[str, str]
    options: list[str] | None
    truth: str
    trace: list[Grounding]


Drafter = Callable[[Visibility, Random], list[Draft]]


Thing = TypeVar("Thing")
HANGING = {"television": 0.9}  # metres above the floor


def spread(rng: Random, things: Iterable[tuple[float, Thing]]) -> list[tuple[float, Thing]]:
    """One of these (value, thing) for every stretch of values, in a random order: even over the logarithm of
    the values."""
    bins: dict[int, list[tuple[float, Thing]]] = defaultdict(list)
    for value, thing in things:
        bins[int(log(value) // 0.45)].append((value, thing))
    return [rng.choice(bins[number]) for number in rng.sample(sorted(bins), len(bins))]


def usually_nearer(visibility: Visibility, things: Iterable[int]) -> int:
    """The one of these objects that a guess would take for the nearest: small things are seen from nearby
    only."""
    return min(things, key=lambda i: max(TYPICAL[visibility.name(i)]))


def usually_higher(visibility: Visibility, things: Iterable[int]) -> int:
    """The one of these objects whose middle a guess would take for the highest."""
    return max(
        things, key=lambda i: HANGING.get(visibility.name(i), 0.0) + 0.5 * TYPICAL[visibility.name(i)][1]
    )


def lettered(rng: Random, right: str, wrong: list[str]) -> tuple[list[str], str]:
    """Options in a random order with their letters, and the right one's letter."""
    options = [right, *wrong]
    rng.shuffle(options)
    return [f"{'ABCD'[place]}. {text}" for place, text in enumerate(options)], "ABCD"[options.index(right)]
