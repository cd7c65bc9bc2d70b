"""The ablation study's variants: each differs from the full model in what it is named for, and in nothing
else."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ablation.variants import (
    ENTRIES,
    VARIANTS,
    ContentCompared,
    OldestReplaced,
    any_frames,
    even_frames,
    last_frames,
)
from evaluation.bundle_graphs import question_arrays
from model.answer import BatchDecoder, Write, memory_tokens
from model.loci import Loci
from model.memory import Memory, empty_state
from model.representation import CONTENT, Stamp
from model.sizes import NANO
from model.walkthrough import STATE
from training.batches import make_tour_batch
from training.memory_supervision import Recall, unroll_memory
from training.reading_training import read_memory
from training.texts import text_records
from training.tours import Tour, make_tour
from world.splits import TRAIN

ENTRIES_READ = {
    "no-episodic": 8,
    "no-memory": 40,
    "uniform": 40,
    "episodic-8": 16,
    "episodic-16": 24,
    "episodic-64": 72,
}


def varied(name: str, seed: int = 3) -> Loci:
    torch.manual_seed(seed)
    return VARIANTS[name].alter(Loci()).eval()


def alive(memory: Memory) -> Memory:
    """Memory's attention begins silent: here it says something."""
    for look in (memory.recent, memory.distant):
        torch.nn.init.normal_(look.out.weight, std=0.3)
    return memory.eval()


def frames(count: int, seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    h = torch.randn(count, NANO.tokens, NANO.d)
    h[..., CONTENT:] = Stamp()(torch.arange(count) * 0.5)[:, None]
    return h


@pytest.fixture(scope="module")
def tour() -> Tour:
    """A walk of 70 frames."""
    return make_tour(18, 35.0)


@pytest.mark.parametrize(
    "make",
    [OldestReplaced, ContentCompared, lambda: Memory(episodic=8), lambda: Memory(working=3, episodic=64)],
)
def test_a_varied_memory_steps_as_it_unrolls(make) -> None:
    torch.manual_seed(1)
    memory, h = alive(make()), frames(90, 2)
    state = empty_state(memory.working, memory.episodic)
    with torch.no_grad():
        for t, frame in enumerate(h):
            state, _, _ = memory.step(frame, torch.tensor(t * 0.5), torch.tensor(True), state)
    enhanced, _, working, episodic = memory.unroll(h[None], torch.tensor([90]))
    assert torch.equal(state.working_times, working[0] * 0.5)
    assert torch.equal(state.episodic_times, episodic[0] * 0.5)
    assert torch.allclose(state.episodic, enhanced[0, episodic[0]], atol=1e-4)


@pytest.mark.parametrize("count", [33, 50, 97])
def test_a_queue_keeps_the_last_frames(count: int) -> None:
    _, _, _, held = OldestReplaced().unroll(frames(count, 4)[None], torch.tensor([count]))
    assert sorted(held[0].tolist()) == list(range(count - NANO.episodic, count))


def test_without_a_stamp_the_paper_s_rule_overwrites_what_has_just_been_written() -> None:
    angle = torch.arange(200)[:, None, None] * 0.02
    h = (
        torch.cat([angle.cos(), angle.sin(), torch.zeros(200, 1, NANO.d - 2)], -1)
        .expand(-1, NANO.tokens, -1)
        .clone()
    )
    h[..., CONTENT:] = Stamp()(torch.arange(200) * 0.5)[:, None]
    _, _, _, held = ContentCompared().unroll(h[None], torch.tensor([200]), enhancing=False)
    assert sorted(held[0].tolist()) == [*range(NANO.episodic - 1), 199]
    _, _, _, spread = Memory().unroll(h[None], torch.tensor([200]), enhancing=False)
    assert sum(frame >= NANO.episodic for frame in spread[0].tolist()) > 8


@pytest.mark.parametrize("length", [41, 77, 720])
def test_even_frames_reach_from_the_first_to_the_last_at_equal_steps(length: int) -> None:
    found = even_frames(torch.tensor([length]), ENTRIES)[0]
    assert (found[0], found[-1], len(found)) == (0, length - 1, ENTRIES)
    steps = torch.diff(found)
    assert steps.min() >= 1
    assert steps.max() - steps.min() <= 1


def test_frames_that_favour_no_variant_are_the_last_and_others_from_anywhere() -> None:
    lengths = torch.tensor([200, 60, 200, 30])
    found = any_frames(lengths, ENTRIES)
    assert torch.equal(found, any_frames(lengths, ENTRIES))
    assert not torch.equal(found[0], any_frames(torch.tensor([200, 61]), ENTRIES)[0])
    assert (torch.diff(found[:3]) > 0).all()
    assert found[1, -8:].tolist() == list(range(52, 60))
    assert 60 < found[0, :32].float().mean() < 130
    assert found[3].tolist() == last_frames(lengths[3:], ENTRIES)[0].tolist()


def test_a_walk_with_fewer_frames_than_are_kept_is_kept_whole() -> None:
    lengths = torch.tensor([40, 12])
    for chosen in (even_frames, last_frames):
        assert chosen(lengths, ENTRIES)[0].tolist() == list(range(40))
        assert [frame for frame in chosen(lengths, ENTRIES)[1].tolist() if frame >= 0] == list(range(12))


@pytest.mark.parametrize(
    ("name", "read_from"), [("no-episodic", 62), ("no-memory", 30), ("full", 0), ("uniform", 0), ("fifo", 0)]
)
def test_what_is_read_hangs_on_the_frames_that_a_variant_can_know_of(
    tour: Tour, name: str, read_from: int
) -> None:
    loci, batch = varied(name), make_tour_batch([tour], np.random.default_rng(0), 1)
    if hasattr(loci.memory, "recent"):
        alive(loci.memory)
    with torch.no_grad():
        before = unroll_memory(loci, batch)
        for first, changes in ((read_from, True), (0, read_from == 0)):
            other = replace(batch, tokens=[part.clone() for part in batch.tokens])
            past = first + 1 if changes else read_from
            for part in other.tokens[:3]:
                part[:, first:past] += 1
            assert torch.allclose(before.tokens, unroll_memory(loci, other).tokens, atol=1e-5) != changes


def test_frames_that_are_only_kept_are_read_as_they_are(tour: Tour) -> None:
    batch = make_tour_batch([tour], np.random.default_rng(0), 1)
    for name, chosen in (("no-memory", last_frames), ("uniform", even_frames)):
        loci = varied(name)
        kept = chosen(batch.lengths, ENTRIES)[0]
        with torch.no_grad():
            h = loci.representation(*(part[:, kept] for part in batch.tokens), batch.times[:, kept])
            wanted = (
                loci.reader(h[:, -8:], batch.times[:, kept[-8:]], 0),
                loci.reader(h[:, :-8], batch.times[:, kept[:-8]], 1),
            )
            assert torch.allclose(unroll_memory(loci, batch).tokens, torch.cat(wanted, 1), atol=1e-5)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_reads_its_number_of_entries_and_can_be_taught(tour: Tour, name: str) -> None:
    loci, batch = varied(name), make_tour_batch([tour], np.random.default_rng(0), 2)
    memory = unroll_memory(loci, batch, recall=Recall())
    assert memory.tokens.shape[1] == ENTRIES_READ.get(name, ENTRIES) * NANO.tokens
    logits, *_ = read_memory(loci, batch, memory, batch.texts.written)
    (logits.square().mean() + memory.recall_loss + memory.linking_loss).backward()
    gradients = [p.grad for part in (loci.representation, loci.reader) for p in part.parameters()]
    assert all(grad is not None and grad.isfinite().all() for grad in gradients)


def test_without_the_gate_every_cue_comes_in_whole() -> None:
    loci = varied("no-gate")
    assert (
        loci.representation.alpha(torch.randn(5, NANO.tokens, CONTENT), torch.randn(5, NANO.tokens, 81)) == 1
    ).all()
    assert not hasattr(loci.representation, "gate")


def test_without_alignment_geometry_tokens_know_nothing_of_the_view() -> None:
    geometry, views = torch.randn(2, NANO.tokens, NANO.d_geometry), torch.randn(2, 2, 1, NANO.d_geometry)
    for name, same in (("no-alignment", True), ("full", False)):
        aligned = varied(name).representation.aligned
        assert torch.equal(aligned(geometry, views[0]), aligned(geometry, views[1])) == same
        assert aligned(geometry, views[0]).shape[1] == NANO.tokens + (0 if same else 1)


def test_concatenation_has_no_attention_and_sees_no_other_patch() -> None:
    injected, aligned = torch.randn(NANO.tokens, CONTENT), torch.randn(NANO.tokens + 1, 64)
    other = aligned.clone()
    other[7] += 1
    for name, differing in (("concatenation", [7]), ("full", list(range(NANO.tokens)))):
        attend = varied(name).representation.attend
        assert (attend(injected, aligned) != attend(injected, other)).any(
            -1
        ).nonzero().flatten().tolist() == differing
    weights = [
        sum(p.numel() for p in varied(name).representation.parameters()) for name in ("concatenation", "full")
    ]
    assert not any(hasattr(varied("concatenation").representation, part) for part in ("ask", "key", "value"))
    assert abs(weights[0] / weights[1] - 1) < 0.01


@pytest.mark.parametrize("name", VARIANTS)
def test_what_variants_share_begins_with_the_same_weights(name: str) -> None:
    weights, full = varied(name).state_dict(), varied("full").state_dict()
    alike = [key for key in weights if key in full and weights[key].shape == full[key].shape]
    assert all(torch.equal(weights[key], full[key]) for key in alike)
    assert set(weights) - set(alike) <= {
        "representation.patch1.weight",
        "representation.beside.weight",
        "representation.beside.bias",
    }


def test_questions_side_by_side_are_answered_as_each_alone() -> None:
    torch.manual_seed(9)
    loci = Loci().eval()
    records = text_records(TRAIN[:2], 1)[:6]
    state = [
        torch.randn(8, NANO.tokens, NANO.d),
        torch.arange(8.0),
        torch.ones(8, dtype=torch.bool),
        torch.randn(32, NANO.tokens, NANO.d),
        torch.arange(32.0),
        torch.arange(32) < 20,
    ]
    with torch.no_grad():
        together = BatchDecoder(Write(loci.decoder), *memory_tokens(loci.reader, *state)).ids(records)
    for record, written in zip(records, together, strict=True):
        alone = loci.answer(
            dict(zip(STATE, (part.numpy() for part in state), strict=True)) | question_arrays(record)
        )["token_ids"]
        assert written == alone[: len(written)].tolist()
        assert len(written) >= 3
