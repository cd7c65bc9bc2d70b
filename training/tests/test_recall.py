"""What memory is taught directly: the place and the first moment of what an entry shows, and where to look
for them."""

import math

import torch

from model.memory import Memory
from model.representation import CONTENT, TIME_WAVES, WAVES, sinusoids
from model.sizes import NANO
from training.memory_supervision import Recall, linking_loss, recall_loss

OBJECTS = torch.tensor([[[0, 1, -1], [1, 1, 0]]])  # [B, n, N]
TIMES = torch.tensor([[2.0, 9.0]])
PLACES = torch.tensor([[[1.0, 2.0], [-3.0, 0.5]]])
FIRST = torch.tensor([[1.0, 4.0]])


def known() -> tuple[Recall, torch.Tensor]:
    """Heads that copy the first 40 channels, and entries that hold there what is to be known."""
    recall = Recall()
    width = recall.place.out_features
    with torch.no_grad():
        for head, first in ((recall.place, 0), (recall.first, width)):
            head.bias.zero_()
            head.weight.copy_(torch.eye(CONTENT)[first : first + head.out_features])
    entries = torch.zeros(*OBJECTS.shape, NANO.d)
    index = OBJECTS.clamp(min=0)
    since = torch.minimum(FIRST[0][index], TIMES[..., None])
    entries[..., :width] = sinusoids(PLACES[0][index], WAVES)
    entries[..., width : width + recall.first.out_features] = sinusoids(since[..., None], TIME_WAVES)
    return recall, entries


def test_entries_that_know_everything_cost_nothing() -> None:
    recall, entries = known()
    assert recall_loss(recall, entries, OBJECTS, TIMES, PLACES, FIRST) < 1e-10


def test_a_wrong_place_and_a_wrong_moment_cost() -> None:
    recall, entries = known()
    assert recall_loss(recall, entries, OBJECTS, TIMES, PLACES + 0.3, FIRST) > 0.05
    assert recall_loss(recall, entries, OBJECTS, TIMES, PLACES, FIRST - 0.5) > 0.05


def test_an_entry_is_not_asked_for_moments_after_it() -> None:
    recall, entries = known()
    # object 1 is first seen at 4 s: the entry of 2 s can know no more than its own time
    assert (
        recall_loss(
            recall, entries[:, :1], OBJECTS[:, :1], TIMES[:, :1], PLACES, FIRST + torch.tensor([[0.0, 50.0]])
        )
        < 1e-10
    )


def test_tokens_without_an_object_are_not_asked() -> None:
    recall, entries = known()
    entries[0, 0, 2] = 100
    assert recall_loss(recall, entries, OBJECTS, TIMES, PLACES, FIRST) < 1e-10
    assert recall_loss(recall, entries, torch.full_like(OBJECTS, -1), TIMES, PLACES, FIRST) == 0


def looked_at(share: float) -> tuple[list, torch.Tensor, torch.Tensor]:
    """One query of object 7 looks at two frames of two tokens, of which the last shows it and gets `share` of
    the attention."""
    objects = torch.tensor([[[3, -1], [4, 7], [7, 7]]])
    weights = torch.tensor([(1 - share) / 3] * 3 + [share]).view(1, 1, 1, 1, 4)
    return [(torch.tensor([[[0, 1]]]), weights)], objects, torch.tensor([[[7]]])


def test_linking_costs_less_the_more_attention_falls_on_the_same_object() -> None:
    losses, masses = zip(*(linking_loss(*looked_at(share)) for share in (0.1, 0.5, 0.9)), strict=True)
    assert losses[0] > losses[1] > losses[2]
    assert torch.allclose(torch.stack(masses), torch.tensor([0.1, 0.5, 0.9]))
    assert math.isclose(losses[1].item(), -math.log(0.5 + 1e-3), rel_tol=1e-5)


def test_frames_that_are_not_there_and_queries_of_nothing_link_to_nothing() -> None:
    looked, objects, shown = looked_at(0.9)
    nowhere = [(torch.full_like(looked[0][0], -1), looked[0][1])]
    assert [part.item() for part in linking_loss(nowhere, objects, shown)] == [0, 0]
    # −1 is background, not an object that could be found again
    assert [part.item() for part in linking_loss(looked, objects, -torch.ones_like(shown))] == [0, 0]


def test_attention_learns_to_find_the_same_object() -> None:
    torch.manual_seed(0)
    memory, frames = Memory(), 10
    objects = torch.randint(0, 4, (1, frames, NANO.tokens))
    meaning = torch.randn(4, NANO.d)
    seen = meaning[objects] + 0.1 * torch.randn(1, frames, NANO.tokens, NANO.d)
    enhanced, history, _, _ = memory.unroll(seen, torch.tensor([frames]))
    asked = torch.arange(8, frames)[None]
    optimise, found = torch.optim.Adam(memory.parameters(), 5e-3), []
    for _ in range(15):
        _, looked = memory.replay(seen[:, 8:], asked, seen, enhanced, history)
        loss, mass = linking_loss(looked, objects, objects[:, 8:])
        optimise.zero_grad()
        loss.backward()
        optimise.step()
        found.append(mass.item())
    assert found[0] < 0.4 and found[-1] > 0.6
