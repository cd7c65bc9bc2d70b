"""What is seen once more changes no answer: what is read afterwards is drawn to what was read before."""

import torch
from torch import nn

from .batches import Batch
from .decoder import Decoder
from .remembering import Remembered
from .text_training import answer_places
from .vocabulary import PAD


def steadiness(decoder: Decoder, batch: Batch, memory: Remembered, written: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """How far the `logits` [B·Q, A, V] that were read are from those that the memory gave before the last frames were seen once more: the
    mean Kullback–Leibler divergence of their written tokens, answers twice, over the tours that were; 0 if none was.

    What was read before is taken as given. Nothing that is asked about changes when frames are seen again, but for the clock.
    """
    rows = batch.again > 0
    if not rows.any():
        return logits.new_zeros((), dtype=torch.float32)
    texts, asked = batch.texts, rows.repeat_interleave(len(logits) // len(rows))
    with torch.no_grad():
        wanted, _, _ = decoder(texts.question[asked], texts.question_mask[asked], written[asked], memory.before[rows], memory.bias[rows])
    found = nn.functional.log_softmax(logits[asked].float(), -1)
    off = nn.functional.kl_div(found, nn.functional.log_softmax(wanted.float(), -1), reduction="none", log_target=True).sum(-1)
    weights = ((texts.target != PAD) * (1.0 + answer_places(texts)))[asked]
    return (off * weights).sum() / weights.sum()
