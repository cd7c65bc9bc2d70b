"""What an episodic entry is to know of the things it shows, taught directly: where each stands and when it was first seen.

A frame knows where it sees a thing now. Memory knows more: what earlier entries saw of the same thing. So its attention is
drawn to the same object's tokens, and two linear heads must find in M the object's place and the time of its first
appearance, as the sinusoids that positions and times are written in everywhere. By induction over the entries that memory
keeps, the first time is handed on for ever. The heads serve the training only; the bundle does not hold them.
"""

import torch
from torch import nn

from .representation import CONTENT, TIME_WAVES, WAVES, sinusoids


class Recall(nn.Module):
    """Content of M [..., 96] → what it knows of its object: sinusoids of (x, z) [..., 24] and of the first second [..., 16]."""

    def __init__(self):
        super().__init__()
        self.place, self.first = nn.Linear(CONTENT, 4 * len(WAVES)), nn.Linear(CONTENT, 2 * len(TIME_WAVES))

    def forward(self, content: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """→ place, first."""
        return self.place(content), self.first(content)


def recall_loss(recall: Recall, episodic, objects, times, places, first) -> torch.Tensor:
    """Mean squared error of what M knows of its tokens' objects.

    episodic [B, n, N, D], the tokens' objects [B, n, N] (below 0 none), the entries' times [B, n] in seconds; of the objects
    their places [B, O, 2] in the memory's world and the seconds first [B, O] when they were first seen.
    """
    shown, index = objects >= 0, objects.clamp(min=0).flatten(1)
    at = places.gather(1, index.unsqueeze(-1).expand(-1, -1, 2)).unflatten(1, objects.shape[1:])
    since = torch.minimum(first.gather(1, index).unflatten(1, objects.shape[1:]), times.unsqueeze(-1))
    told_place, told_first = recall(episodic[..., :CONTENT])
    off_place = (told_place.float() - sinusoids(at, WAVES)).square().mean(-1)
    off_first = (told_first.float() - sinusoids(since.unsqueeze(-1), TIME_WAVES)).square().mean(-1)
    return ((off_place + off_first) * shown).sum() / shown.sum().clamp(min=1)


def linking_loss(
    looked: list[tuple[torch.Tensor, torch.Tensor]], objects: torch.Tensor, shown: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Minus the log of the attention that tokens give to their own object's tokens in memory, and that attention's mean.

    `looked` as `Memory.replay` gives it; objects of all frames' tokens [B, F, N]; `shown` [B, n, N] the querying tokens' objects.
    """
    total, mass = objects.new_zeros((), dtype=torch.float32), objects.new_zeros((), dtype=torch.float32)
    row = torch.arange(len(objects), device=objects.device)[:, None, None]
    for frames, weights in looked:
        held = torch.where((frames >= 0)[..., None], objects[row, frames.clamp(min=0)], -1).flatten(2)
        same = (held[:, :, None, :] == shown[..., None]) & (shown >= 0)[..., None]
        asked = same.any(-1)
        share = (weights.float().mean(2) * same).sum(-1)
        count = asked.sum().clamp(min=1)
        total = total - ((share + 1e-3).log() * asked).sum() / count
        mass = mass + (share.detach() * asked).sum() / count
    return total / len(looked), mass / len(looked)
