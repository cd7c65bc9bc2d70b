"""Walls hold a chunk's positions; where none is seen, the steps stand as they are."""

import torch

from loci_training.anchoring import hold
from loci_training.walkthrough import chunks


def drifting(count: int = 32) -> tuple[torch.Tensor, torch.Tensor]:
    """True positions [T] along an axis, and steps [T] that are off by 3 cm each, always the same way."""
    torch.manual_seed(0)
    steps = torch.cat([torch.zeros(1), torch.randn(count - 1) * 0.1])
    return steps.cumsum(0), torch.cat([torch.zeros(1), steps[1:] + 0.03])


def test_without_a_wall_in_sight_positions_are_the_sum_of_their_steps() -> None:
    _, steps = drifting()
    nothing = (torch.zeros(32), torch.zeros(32))
    assert torch.allclose(hold(steps, [nothing, nothing]), steps.cumsum(0), atol=1e-5)


def test_a_wall_that_stands_still_takes_the_drift_away() -> None:
    true, steps = drifting()
    seen = (3.0 - true, torch.full((32,), 0.9))
    found = hold(steps, [seen, (torch.zeros(32), torch.zeros(32))])
    assert (steps.cumsum(0) - true).abs().max() > 0.9
    assert (found - true).abs().max() < 0.05


def test_a_few_wrong_sightings_are_doubted() -> None:
    true, steps = drifting()
    seen = 3.0 - true
    seen[10:13] += 2.0
    found = hold(steps, [(seen, torch.full((32,), 0.9)), (-2.0 - true, torch.full((32,), 0.9))])
    assert (found - true).abs().max() < 0.3


def test_chunks_share_their_overlap_and_leave_no_frame_out() -> None:
    assert list(chunks(20)) == [(0, 20)]
    assert list(chunks(32)) == [(0, 32)]
    assert list(chunks(33)) == [(0, 32), (28, 33)]
    assert list(chunks(90)) == [(0, 32), (28, 60), (56, 88), (84, 90)]
