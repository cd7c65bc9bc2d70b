"""Answers stay what they were when the last frames are seen once more."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from loci_training.batches import Batch, make_batch
from loci_training.model import Loci
from loci_training.reading_training import optimiser
from loci_training.recall import Recall
from loci_training.remembering import remembered
from loci_training.steady import steadiness
from loci_training.tours import make_tour

QUESTIONS = 3


@pytest.fixture(scope="module")
def batch() -> Batch:
    """Two tours, of which the second is seen again two minutes later."""
    tours = [make_tour(seed, 9.0) for seed in (11, 18)]
    return replace(make_batch(tours, np.random.default_rng(0), QUESTIONS, turned=False), again=torch.tensor([0.0, 120.0]))


def read(loci: Loci, batch: Batch, tokens: torch.Tensor, memory) -> torch.Tensor:
    """The logits that some tokens of a memory give."""
    texts = batch.texts
    return loci.decoder(texts.question, texts.question_mask, texts.written, tokens, memory.bias)[0]


def test_what_reads_as_before_costs_nothing_and_another_reading_does(batch: Batch) -> None:
    torch.manual_seed(0)
    loci = Loci().eval()
    memory = remembered(loci, batch)
    before, after = read(loci, batch, memory.before, memory), read(loci, batch, memory.tokens, memory)
    assert steadiness(loci.decoder, batch, memory, batch.texts.written, before).item() == pytest.approx(0, abs=1e-6)
    assert steadiness(loci.decoder, batch, memory, batch.texts.written, after) > 0
    # of the tour that was seen once, any reading will do
    other = torch.cat([before[:QUESTIONS] + torch.randn_like(before[:QUESTIONS]), before[QUESTIONS:]])
    assert steadiness(loci.decoder, batch, memory, batch.texts.written, other).item() == pytest.approx(0, abs=1e-6)


def test_where_nothing_is_seen_again_nothing_is_asked_for(batch: Batch) -> None:
    loci, once = Loci().eval(), replace(batch, again=torch.zeros(2))
    memory = remembered(loci, once)
    assert steadiness(loci.decoder, once, memory, once.texts.written, torch.randn_like(read(loci, once, memory.tokens, memory))) == 0


def test_reading_learns_to_stay(batch: Batch) -> None:
    torch.manual_seed(0)
    loci, off = Loci(), []
    step = optimiser(loci, Recall(), 0.5)
    for _ in range(25):
        memory = remembered(loci, batch)
        loss = steadiness(loci.decoder, batch, memory, batch.texts.written, read(loci, batch, memory.tokens, memory))
        loss.backward()
        step.step(1.0)
        off.append(loss.item())
    assert off[-1] < off[0] / 2


def test_heads_of_recall_can_learn_without_moving_what_they_read(batch: Batch) -> None:
    loci, recall = Loci(), Recall()
    for alone in (True, False):
        loci.zero_grad()
        remembered(loci, batch, recall=recall, heads_only=alone).knowing.backward()
        moved = [p.grad is not None and bool(p.grad.any()) for p in loci.representation.parameters()]
        assert any(moved) != alone and recall.place.weight.grad.any()
