"""One run of the ablation study: what it begins from, what it is trained on, and for how long; the same for every variant."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import reading_training
from .growth import carried, grown_reading
from .model import Loci
from .questions import Record
from .sources import Recorded, similar
from .text_training import READS
from .tours import Tour
from .variants import Variant


@dataclass(frozen=True)
class Budget:
    """What every run gets: steps of some tours with some questions each, the scenes whose questions are rehearsed as text, and the
    part of the steps from which on memory looks back (before, M is H). `recorded` is how many recordings the tours come from,
    `shared` the steps that all variants of a representation have in common before, see `variants.before_memory`."""

    steps: int
    recorded: int
    tours_a_step: int = 6
    questions: int = 32
    scenes: int = 500
    enhancing_from: float = 0.25
    shared: int = 0


class Toured:
    """Recorded tours, visited again and again with the questions that they have."""

    def __init__(self, tours: list[Tour]):
        self._tours = [tour for tour in tours if tour.records]

    def tours(self, step: int, rng: np.random.Generator, count: int) -> list[Tour]:
        """`count` tours of about the same length."""
        return similar(self._tours, rng, count)


def recorded(folder: Path) -> list:
    """What the files of a folder hold, tours or longer recordings, in the order of their numbers. Raises ValueError when nothing."""
    paths = sorted(folder.glob("*.pkl"), key=lambda path: (len(path.stem), path.stem))
    found = [item for path in paths for item in pickle.loads(path.read_bytes())]
    if not found:
        raise ValueError(f"{folder} holds no recorded tours")
    return found


def source_of(items: list) -> Toured | Recorded:
    """Where the training gets a step's tours from: tours as they are, or stretches of longer recordings."""
    return Toured(items) if isinstance(items[0], Tour) else Recorded(items)


def begun(state: dict, variant: Variant, seed: int, shared: dict | None = None) -> Loci:
    """A variant before its first step, without eyes. Of a checkpoint's state it has what text taught the decoder, and no more:
    whatever has met a memory was trained for that of `full`. Weights that variants share are put over the rest."""
    torch.manual_seed(seed)
    loci = variant.alter(Loci())
    text = {key: value for key, value in state["loci"].items() if key.startswith("decoder.") and not any(part in key for part in READS)}
    grown_reading(loci, text, state["words"])
    carried(loci, shared or {})
    loci.see = nn.Module()
    return loci


@contextmanager
def small_memories_whole() -> Iterator[None]:
    """Lets the training thin out no memory that has no more tokens than would be left: its background would weigh as if a part
    of it were missing, in the variants with short memories alone."""
    thinned = reading_training.thinned

    def rarely(memory: reading_training.Remembered, generator: torch.Generator, count: int = 768) -> reading_training.Remembered:
        return memory if memory.tokens.shape[1] <= count else thinned(memory, generator, count)

    reading_training.thinned = rarely
    try:
        yield
    finally:
        reading_training.thinned = thinned


def trained(folder: Path, loci: Loci, source, budget: Budget, name: str, seed: int, rehearsed: list[Record]) -> Loci:
    """The model after its steps; those that a checkpoint folder/name has are not made again."""
    with small_memories_whole():
        return reading_training.train(
            folder, loci, source, budget.steps, name=name, tours_a_step=budget.tours_a_step, seed=seed, rehearsed=rehearsed,
            enhancing_from=budget.enhancing_from, questions=budget.questions,
        )  # fmt: skip
