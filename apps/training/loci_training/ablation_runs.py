"""One run of the ablation study: what it begins from, what it is trained on, and for how long; the same for every variant."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from . import reading_training
from .growth import carried, grown_reading
from .model import Loci
from .questions import Record
from .sources import Recorded
from .text_training import READS
from .variants import Variant


@dataclass(frozen=True)
class Budget:
    """What every run gets: steps of some tours with some questions each, the scenes whose questions are rehearsed as text, and the
    part of the steps from which on memory looks back (before, M is H). `recorded` is how many recordings there are,
    `shared` the steps that all variants of a representation have in common before, see `variants.before_memory`."""

    steps: int
    recorded: int
    tours_a_step: int = 6
    questions: int = 32
    scenes: int = 500
    enhancing_from: float = 0.25
    shared: int = 0


def begun(state: dict, variant: Variant, seed: int, shared: dict | None = None) -> Loci:
    """A variant before its first step, without eyes. Of a checkpoint's state it has what text taught the decoder, and no more:
    whatever has met a memory was trained for that of `full`. Weights that variants share are put over the rest."""
    torch.manual_seed(seed)
    loci = variant.alter(Loci())
    text = {
        key: value
        for key, value in state["loci"].items()
        if key.startswith("decoder.") and not any(part in key for part in READS)
    }
    grown_reading(loci, text, state["words"])
    carried(loci, shared or {})
    loci.see = nn.Module()
    return loci


def trained(
    folder: Path, loci: Loci, source: Recorded, budget: Budget, name: str, seed: int, rehearsed: list[Record]
) -> Loci:
    """The model after its steps; those that a checkpoint folder/name has are not made again."""
    lessons = reading_training.Lessons(source, budget.tours_a_step, budget.questions, rehearsed, seed)
    return reading_training.train(
        folder, loci, lessons, budget.steps, name=name, enhancing_from=budget.enhancing_from
    )
