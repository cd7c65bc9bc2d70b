"""A question before it is put into words, and how options are drawn up."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .sight import Grounding, Sight


@dataclass(frozen=True)
class Draft:
    """The words for the wording's places, the options (choices only), the right answer, and the trace that leads there."""

    words: dict[str, str]
    options: list[str] | None
    truth: str
    trace: list[Grounding]


Drafter = Callable[[Sight, Random], list[Draft]]


def lettered(rng: Random, right: str, wrong: list[str]) -> tuple[list[str], str]:
    """Options in a random order with their letters, and the right one's letter."""
    options = [right, *wrong]
    rng.shuffle(options)
    return [f"{'ABCD'[place]}. {text}" for place, text in enumerate(options)], "ABCD"[options.index(right)]
