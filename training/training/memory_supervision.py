"""The memory after a batch's tours, with gradients, and what its entries are taught directly.

A frame knows where it sees an object now. Memory knows more: what earlier entries saw of the same object. So
its attention is drawn to the same object's tokens. Two linear heads must find in an entry M the object's
place and the time of its first appearance, as sinusoids. The first time is handed on from entry to entry. The
heads serve the training only; the bundle does not hold them.
"""

from typing import NamedTuple

import torch
from torch import nn

from model.answer import memory_tokens
from model.decoder import HIDDEN
from model.loci import Loci
from model.representation import CONTENT, TIME_WAVES, WAVES, sinusoids
from model.sizes import NANO
from training.batches import Batch

LINKED_ENTRIES = 8  # entries a step whose attention is taught: all would cost as much as the rest of a step
TOKENS_READ = 768  # memory tokens that a step of reading attends to
BACKGROUND_SHARE = 0.3  # how often a background token is kept, against one of an object


class Recall(nn.Module):
    """Content of M [..., 96] → what it knows of its object: sinusoids of (x, z) [..., 24] and of the first
    second [..., 16]."""

    def __init__(self):
        super().__init__()
        self.place, self.first = nn.Linear(CONTENT, 4 * len(WAVES)), nn.Linear(CONTENT, 2 * len(TIME_WAVES))

    def forward(self, content: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """→ place, first."""
        return self.place(content), self.first(content)


def recall_loss(recall: Recall, episodic, objects, times, places, first) -> torch.Tensor:
    """Mean squared error of what M knows of its tokens' objects.

    episodic [B, n, N, D], the tokens' objects [B, n, N] (below 0 none), the entries' times [B, n] in seconds;
    of the objects their places [B, O, 2] in the memory's world and the seconds first [B, O] when they were
    first seen.
    """
    shown, index = objects >= 0, objects.clamp(min=0).flatten(1)
    place = places.gather(1, index.unsqueeze(-1).expand(-1, -1, 2)).unflatten(1, objects.shape[1:])
    since = torch.minimum(first.gather(1, index).unflatten(1, objects.shape[1:]), times.unsqueeze(-1))
    place_found, first_found = recall(episodic[..., :CONTENT])
    place_error = (place_found.float() - sinusoids(place, WAVES)).square().mean(-1)
    first_error = (first_found.float() - sinusoids(since.unsqueeze(-1), TIME_WAVES)).square().mean(-1)
    return ((place_error + first_error) * shown).sum() / shown.sum().clamp(min=1)


def linking_loss(
    attention: list[tuple[torch.Tensor, torch.Tensor]], objects: torch.Tensor, shown: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Minus the log of the attention that tokens give to their own object's tokens in memory, and that
    attention's mean.

    `attention` as `Memory.replay` gives it; objects of all frames' tokens [B, F, N]; `shown` [B, n, N] the
    querying tokens' objects.
    """
    total, mean = objects.new_zeros((), dtype=torch.float32), objects.new_zeros((), dtype=torch.float32)
    row = torch.arange(len(objects), device=objects.device)[:, None, None]
    for frames, weights in attention:
        held = torch.where((frames >= 0)[..., None], objects[row, frames.clamp(min=0)], -1).flatten(2)
        same = (held[:, :, None, :] == shown[..., None]) & (shown >= 0)[..., None]
        has_target = same.any(-1)
        share = (weights.float().mean(2) * same).sum(-1)
        count = has_target.sum().clamp(min=1)
        total = total - ((share + 1e-3).log() * has_target).sum() / count
        mean = mean + (share.detach() * has_target).sum() / count
    return total / len(attention), mean / len(attention)


class UnrolledMemory(NamedTuple):
    """The memory after a batch's tours, with gradients: tokens [B, 40·48, D], their bias, each token's object
    and second; and the losses of what its entries know and of where they look, with the attention on the same
    object."""

    tokens: torch.Tensor
    bias: torch.Tensor
    objects: torch.Tensor
    times: torch.Tensor
    recall_loss: torch.Tensor
    linking_loss: torch.Tensor
    linked_attention: torch.Tensor


def unroll_memory(
    loci: Loci,
    batch: Batch,
    enhancing: bool = True,
    recall: Recall | None = None,
    generator: torch.Generator | None = None,
    heads_only: bool = False,
) -> UnrolledMemory:
    """Runs representation and memory over the batch's tours.

    The generator draws the entries whose attention is taught. With `heads_only` the heads of recall learn
    from the entries, and the entries not from them.
    """
    # cosines decide which entry a frame replaces, and bfloat16 is too coarse for them
    with torch.no_grad(), torch.autocast(batch.lengths.device.type, enabled=False):
        seen = loci.representation(*batch.tokens, batch.times)
        enhanced, history, w_frame, e_frame = loci.memory.unroll(seen, batch.lengths, enhancing)
    frame = torch.cat([w_frame, e_frame], 1)
    row, index, held = torch.arange(len(frame), device=frame.device)[:, None], frame.clamp(min=0), frame >= 0
    w, seconds = NANO.working, batch.times[row, index]
    h = loci.representation(*(part[row, index] for part in batch.tokens), seconds)
    shown = torch.where(e_frame[..., None] >= 0, batch.objects[row, index[:, w:]], -1)
    linking, linked = seen.new_zeros(()), seen.new_zeros(())
    if enhancing:
        episodic, attention = loci.memory.replay(h[:, w:], e_frame, seen, enhanced, history)
        chosen = torch.randperm(e_frame.shape[1], generator=generator, device=frame.device)[:LINKED_ENTRIES]
        linking, linked = linking_loss(
            [(frames[:, chosen], weights[:, chosen]) for frames, weights in attention],
            batch.objects,
            shown[:, chosen],
        )
    else:
        nothing = torch.zeros_like(h[:, w:, :, :CONTENT])
        episodic = loci.memory.enhance(h[:, w:], nothing, nothing)[0]
    times = seconds * held
    tokens, bias = memory_tokens(
        loci.reader, h[:, :w], times[:, :w], held[:, :w], episodic, times[:, w:], held[:, w:]
    )
    objects = torch.where(held[..., None], batch.objects[row, index], -1).flatten(1)
    recalled = seen.new_zeros(())
    if recall is not None:
        entries = episodic.detach() if heads_only else episodic
        recalled = recall_loss(recall, entries, shown, times[:, w:], batch.places, batch.first)
    token_times = times.repeat_interleave(NANO.tokens, 1)
    return UnrolledMemory(tokens, bias, objects, token_times, recalled, linking, linked)


def sample_tokens(
    memory: UnrolledMemory, generator: torch.Generator, count: int = TOKENS_READ
) -> UnrolledMemory:
    """At most `count` of the memory's tokens, background less often than objects.

    The bias makes up for those left out, so that attention to a kind of token weighs what it would with all
    of them.
    """
    tokens, bias, objects = memory.tokens, memory.bias, memory.objects
    if tokens.shape[1] <= count:
        return memory
    open_tokens = bias > HIDDEN / 2
    keep = torch.where(objects >= 0, 1.0, BACKGROUND_SHARE) * open_tokens
    all_fit = open_tokens.sum(-1, keepdim=True) <= count
    share = (
        torch.where(all_fit, 1.0, (keep * count / keep.sum(-1, keepdim=True)).clamp(max=1.0)) * open_tokens
    )
    rank = torch.rand(share.shape, generator=generator, device=share.device) / share.clamp(min=1e-9)
    index = rank.topk(count, dim=-1, largest=False).indices
    row = torch.arange(len(tokens), device=tokens.device)[:, None]
    corrected = bias[row, index] - share.clamp(min=1e-3).log()[row, index] * open_tokens[row, index]
    return memory._replace(
        tokens=tokens[row, index],
        bias=corrected,
        objects=objects[row, index],
        times=memory.times[row, index],
    )
