"""Phase 2: from trace to answer, by text alone. No frame is rendered; the decoder learns to reason about places.

The places are given (teacher forcing), so only what follows from them is taught: which things to write down, and the
answer. Worlds are turned and shifted at random, and the places it reads are blurred as perceived ones will be.
"""

import math
import time
from pathlib import Path

import numpy as np
import torch

from .checkpoints import load, save
from .decoder import Decoder
from .muon import muon_and_adamw, schedule
from .questions import Record
from .texts import Texts, batch_texts
from .vocabulary import PAD, soft_targets, token_range

BATCH = 64
RATE = 2e-3
READS = ("ask", "key", "value", "told", "norm_read", "sharp")  # parameters that only a memory gives gradients


def blur(written: torch.Tensor, generator: torch.Generator, share: float) -> torch.Tensor:
    """Written ids with some position and extent tokens moved by one or two bins."""
    out = written
    for family, reach in (("x", 1.2), ("z", 1.2), ("y", 0.8), ("e", 0.8)):
        ids = token_range(family)
        step = (torch.randn(written.shape, generator=generator, device=written.device) * reach).round().long()
        step = step * (torch.rand(written.shape, generator=generator, device=written.device) < share)
        inside = (written >= ids.start) & (written < ids.stop)
        out = torch.where(inside, (written + step).clamp(ids.start, ids.stop - 1), out)
    return out


def text_loss(logits: torch.Tensor, texts: Texts, soft: torch.Tensor, weights: torch.Tensor):
    """Soft cross-entropy [B, A] per token (unweighted), and its weighted mean; padding counts nothing."""
    each = -(soft[texts.target] * torch.log_softmax(logits.float(), -1)).sum(-1)
    weights = weights * (texts.target != PAD)
    return each, (each * weights).sum() / weights.sum().clamp(min=1)


def choosing_loss(choice: torch.Tensor, texts: Texts) -> torch.Tensor:
    """Minus the log of the attention that the first two heads give those tokens of the options that matter; see `_links`."""
    share = (choice[:, :2] * texts.chosen[:, None]).sum(-1).mean(1)
    asked = texts.chosen.any(-1)
    return -((share + 1e-4).log() * asked).sum() / asked.sum().clamp(min=1)


def answer_places(texts: Texts) -> torch.Tensor:
    """Mask [B, A] of the answers: the last token before <eos>."""
    lengths = (texts.target != PAD).sum(-1, keepdim=True)
    return torch.arange(texts.target.shape[1], device=lengths.device) == lengths - 2


def by_task(records: list[Record], right: torch.Tensor) -> dict[str, float]:
    """The mean of `right` per question type, shortened for the log."""
    rows: dict[str, list[float]] = {}
    for record, value in zip(records, right.tolist(), strict=True):
        rows.setdefault(record.question_type.removeprefix("object_").removeprefix("obj_"), []).append(value)
    return {key: round(float(np.mean(value)), 2) for key, value in sorted(rows.items())}


def motions(count: int, rng: np.random.Generator, shift: float = 0.0) -> list[tuple[float, float, float]]:
    """Random turns (any angle) and shifts of worlds."""
    return [(float(rng.uniform(-np.pi, np.pi)), *rng.uniform(-shift, shift, 2)) for _ in range(count)]


def train(
    folder: Path, records: list[Record], steps: int, seconds: float = math.inf, seed: int = 0, total: int | None = None,
    decoder: Decoder | None = None,
) -> Decoder:  # fmt: skip
    """Trains the decoder on records for `steps` batches or `seconds`; resumes from the folder's checkpoint.

    `total` is the number of steps that the learning rate is planned for, where a run stops earlier. `decoder` is trained in place.
    """
    torch.manual_seed(seed)
    decoder, soft = decoder or Decoder(), soft_targets()
    trained = [p for name, p in decoder.named_parameters() if not any(s in name for s in READS)]
    body = [*decoder.layers, decoder.norm]
    optimise = muon_and_adamw(body, [decoder.embedding, decoder.head], 0.012, RATE)
    optimise.optimisers[1].add_param_group(
        {"params": [decoder.question_place, decoder.answer_place], "lr": RATE}
    )
    optimise.base[1].append(RATE)
    state = load(folder, "text")
    step, spent = 0, 0.0
    if state is not None:
        decoder.load_state_dict(state["decoder"])
        optimise.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    started, saved = time.monotonic() - spent, time.monotonic()
    decoder.train()

    def keep() -> None:
        save(folder, "text", {"decoder": decoder.state_dict(), "optimiser": optimise.state_dict(), "step": step,
                              "spent": time.monotonic() - started})  # fmt: skip

    while step < steps:
        done = (time.monotonic() - started) / seconds if seconds < math.inf else step / (total or steps)
        if done >= 1:
            break
        rng = np.random.default_rng([seed, step, 29])
        chosen = [records[i] for i in rng.integers(len(records), size=BATCH)]
        texts = batch_texts(chosen, motions(BATCH, rng, 1.0), rng)
        generator = torch.Generator().manual_seed(step)
        answers = answer_places(texts)
        with torch.autocast("cpu", torch.bfloat16):
            logits, _, choice = decoder(
                texts.question, texts.question_mask, blur(texts.written, generator, 0.15 * min(1.0, 2 * done))
            )
        weights = (~texts.grounded).float() + 3 * answers
        each, loss = text_loss(logits, texts, soft, weights)
        (loss + 0.3 * choosing_loss(choice, texts)).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimise.step(schedule(done, flat=0.5))
        step += 1
        if step % 100 == 0:
            hit = ((logits.argmax(-1) == texts.target) & answers).any(-1).float()
            rate = step * BATCH / (time.monotonic() - started)
            print(
                f"text {step} {done:.3f} {rate:.0f}/s answer {each[answers].mean().item():.3f} {by_task(chosen, hit)}",
                flush=True,
            )
        if time.monotonic() - saved > 120:
            keep()
            saved = time.monotonic()
    keep()
    return decoder
