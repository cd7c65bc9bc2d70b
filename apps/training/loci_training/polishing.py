"""Phase 4: the last step of an order or a route, by text alone, with everything else held where it is.

Beside all the other tasks the letter of such a sequence comes too rarely for its path (words met in the options → letter) to be
found; alone it takes some hundred small batches. What the decoder says at every other place is kept by distillation.
"""

import copy

import numpy as np
import torch

from .decoder import Decoder
from .muon import schedule
from .questions import Record
from .text_training import READS, answer_places, blur, choosing_loss, motions, text_loss
from .texts import SEQUENCES, batch_texts
from .vocabulary import PAD, soft_targets

ORDERS, OTHERS, RATE = 32, 16, 2e-3


def polish(decoder: Decoder, records: list[Record], steps: int, seed: int = 0) -> Decoder:
    """Trains the decoder in place on the order and route questions of `records` for `steps` small batches."""
    before = copy.deepcopy(decoder).eval()
    orders = [record for record in records if record.question_type in SEQUENCES]
    soft = soft_targets()
    moved = [p for name, p in decoder.named_parameters() if not any(part in name for part in READS)]
    optimise = torch.optim.AdamW(moved, RATE, betas=(0.9, 0.99), weight_decay=0.0)
    for step in range(steps):
        rng = np.random.default_rng([seed, step, 71])
        chosen = [orders[i] for i in rng.integers(len(orders), size=ORDERS)] + [
            records[i] for i in rng.integers(len(records), size=OTHERS)
        ]
        texts = batch_texts(chosen, motions(len(chosen), rng, 1.0), rng)
        written = blur(texts.written, torch.Generator().manual_seed(step), 0.15)
        letters = answer_places(texts) & (torch.arange(len(chosen)) < ORDERS)[:, None]
        logits, _, choice = decoder(texts.question, texts.question_mask, written)
        with torch.no_grad():
            wanted = torch.softmax(before(texts.question, texts.question_mask, written)[0], -1)
        each, loss = text_loss(logits, texts, soft, letters.float())
        kept = (texts.target != PAD) & ~letters
        drift = -(wanted * torch.log_softmax(logits, -1)).sum(-1)[kept].mean()
        (loss + 1.0 * drift + 0.3 * choosing_loss(choice, texts)).backward()
        for group in optimise.param_groups:
            group["lr"] = RATE * schedule(step / steps, 0.02, 0.6)
        optimise.step()
        decoder.zero_grad(set_to_none=True)
        if step % 50 == 0:
            hit = ((logits.argmax(-1) == texts.target) & letters).any(-1).float()[:ORDERS].mean()
            print(
                f"polish {step} letter {each[letters].mean().item():.3f} right {hit.item():.2f} rest {drift.item():.3f}",
                flush=True,
            )
    return decoder
