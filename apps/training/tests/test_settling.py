"""Settling: what is read stays as it is when frames are seen again."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from loci_training import settling
from loci_training.batches import Batch, make_batch
from loci_training.checkpoints import load
from loci_training.model import Loci
from loci_training.reading_training import Lessons
from loci_training.recordings import Recording
from loci_training.settling import beside, entries, settle
from loci_training.sizes import NANO
from loci_training.sources import Recorded
from loci_training.tours import make_tour, simulate


@pytest.fixture(scope="module")
def batch() -> Batch:
    """Two tours, of which the second is seen again a minute later."""
    tours = [make_tour(seed, 9.0) for seed in (11, 18)]
    return replace(make_batch(tours, np.random.default_rng(0), 2, turned=False), again=torch.tensor([0.0, 60.0]))


def test_working_memory_alone_changes_and_only_where_frames_are_seen_again(batch: Batch) -> None:
    once, twice = entries(Loci().eval(), batch, torch.Generator().manual_seed(0))
    assert torch.allclose(twice.working[0], once.working[0], atol=1e-5) and not torch.allclose(twice.working[1], once.working[1], atol=1e-2)
    assert torch.equal(twice.working_times - once.working_times, torch.tensor([[0.0], [60.0]]).expand(-1, NANO.working))
    for part in ("working_held", "episodic", "episodic_times", "episodic_held"):
        assert torch.equal(getattr(twice, part), getattr(once, part))


def test_a_world_beside_is_the_same_world_moved_a_little_and_level(batch: Batch) -> None:
    tokens = [part[:, -8:] for part in batch.tokens]
    moved = beside(tokens, torch.tensor([False, True]), torch.Generator().manual_seed(1))
    for before, after in zip(tokens, moved, strict=True):
        assert torch.allclose(before[0], after[0], atol=1e-6)
    points, other, pose = tokens[3][1], moved[3][1], moved[6][1] @ torch.linalg.inv(tokens[6][1])
    assert torch.allclose(pose, pose[:1].expand_as(pose), atol=1e-5)  # one motion for all frames, and the points go with it
    assert torch.allclose(other, points @ pose[0, :3, :3].T + pose[0, :3, 3], atol=1e-4)
    assert torch.equal(other[..., 1], points[..., 1])
    assert 0 < pose[0, :3, 3].norm() < 4 * settling.BESIDE * math.sqrt(2)


def test_most_tours_are_seen_again_and_some_are_not(batch: Batch) -> None:
    many = replace(batch, again=torch.zeros(2000))
    after = settling.again(many, torch.Generator().manual_seed(0)).again
    assert abs((after == 0).float().mean().item() - settling.ONCE) < 0.03
    assert after[after > 0].min() >= settling.AGAIN[0] and after.max() <= settling.AGAIN[1]


def test_only_the_reader_and_the_decoder_settle_and_a_killed_settling_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tour = make_tour(18, 9.0)
    source = Recorded([Recording(18, 9.0, simulate(tour, np.random.default_rng(0)) | {"poses": tour.poses})])
    torch.manual_seed(2)
    loci = Loci()
    before = {name: value.clone() for name, value in loci.state_dict().items()}
    settle(tmp_path, loci, Lessons(source, 2, 2), 2.0)
    kept = load(tmp_path, "settled")
    changed = {name.split(".")[0] for name, value in kept["loci"].items() if not torch.equal(value, before[name])}
    assert changed == {"reader", "decoder"} and kept["step"] > 0
    again = settle(tmp_path, Loci(), Lessons(source, 2, 2), 1e-6)  # its time is up: what was kept is what there is
    assert all(torch.equal(value, kept["loci"][name]) for name, value in again.state_dict().items())
