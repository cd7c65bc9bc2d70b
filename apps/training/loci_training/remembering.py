"""The memory after a batch's tours, with gradients, and what of it a step of reading looks into."""

from typing import NamedTuple

import torch

from .answer import memory_tokens
from .batches import Batch
from .decoder import HIDDEN
from .model import Loci
from .recall import Recall, linking_loss, recall_loss
from .representation import CONTENT
from .sizes import NANO

LINKED = 8  # entries a step whose attention is taught: all would cost as much as the rest of a step


class Remembered(NamedTuple):
    """The memory after a batch's tours, with gradients: tokens [B, 40·48, D], their bias, each token's object and second; and the
    losses of what its entries know and of how they find it, with the attention that finds the same object."""

    tokens: torch.Tensor
    bias: torch.Tensor
    objects: torch.Tensor
    times: torch.Tensor
    knowing: torch.Tensor
    linking: torch.Tensor
    linked: torch.Tensor


def remembered(
    loci: Loci,
    batch: Batch,
    enhancing: bool = True,
    recall: Recall | None = None,
    generator: torch.Generator | None = None,
    heads_only: bool = False,
) -> Remembered:
    """Runs representation and memory over the batch's tours; the generator draws the entries whose attention is taught. With
    `heads_only` the heads of recall learn from the entries and the entries not from them."""
    # which entry a frame replaces hangs on cosines that bfloat16 is too coarse for
    with torch.no_grad(), torch.autocast(batch.lengths.device.type, enabled=False):
        seen = loci.representation(*batch.tokens, batch.times)
        enhanced, history, w_frame, e_frame = loci.memory.unroll(seen, batch.lengths, enhancing)
    frame = torch.cat([w_frame, e_frame], 1)
    row, at, held = torch.arange(len(frame), device=frame.device)[:, None], frame.clamp(min=0), frame >= 0
    w, when = NANO.working, batch.times[row, at]
    h = loci.representation(*(part[row, at] for part in batch.tokens), when)
    shown = torch.where(e_frame[..., None] >= 0, batch.objects[row, at[:, w:]], -1)
    linking, linked = seen.new_zeros(()), seen.new_zeros(())
    if enhancing:
        episodic, looked = loci.memory.replay(h[:, w:], e_frame, seen, enhanced, history)
        some = torch.randperm(e_frame.shape[1], generator=generator, device=frame.device)[:LINKED]
        linking, linked = linking_loss(
            [(frames[:, some], weights[:, some]) for frames, weights in looked], batch.objects, shown[:, some]
        )
    else:
        nothing = torch.zeros_like(h[:, w:, :, :CONTENT])
        episodic = loci.memory.enhance(h[:, w:], nothing, nothing)[0]
    times = when * held
    tokens, bias = memory_tokens(
        loci.reader, h[:, :w], times[:, :w], held[:, :w], episodic, times[:, w:], held[:, w:]
    )
    objects = torch.where(held[..., None], batch.objects[row, at], -1).flatten(1)
    known = episodic.detach() if heads_only else episodic
    knowing = (
        recall_loss(recall, known, shown, times[:, w:], batch.places, batch.first)
        if recall
        else seen.new_zeros(())
    )
    return Remembered(
        tokens, bias, objects, times.repeat_interleave(NANO.tokens, 1), knowing, linking, linked
    )


def thinned(memory: Remembered, generator: torch.Generator, count: int = 768) -> Remembered:
    """Some of the memory's tokens, background less often; the bias makes up for those left out, so that attention to a kind
    of token weighs what it would weigh with all of them."""
    tokens, bias, objects = memory.tokens, memory.bias, memory.objects
    if tokens.shape[1] <= count:
        return memory
    open_ = bias > HIDDEN / 2
    keep = torch.where(objects >= 0, 1.0, 0.3) * open_
    all_fit = open_.sum(-1, keepdim=True) <= count
    share = torch.where(all_fit, 1.0, (keep * count / keep.sum(-1, keepdim=True)).clamp(max=1.0)) * open_
    chance = torch.rand(share.shape, generator=generator, device=share.device) / share.clamp(min=1e-9)
    index = chance.topk(count, dim=-1, largest=False).indices
    row = torch.arange(len(tokens), device=tokens.device)[:, None]
    evened = bias[row, index] - share.clamp(min=1e-3).log()[row, index] * open_[row, index]
    return memory._replace(
        tokens=tokens[row, index], bias=evened, objects=objects[row, index], times=memory.times[row, index]
    )
