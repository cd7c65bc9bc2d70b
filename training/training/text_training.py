"""Phases 2 and 4: from trace to answer, by text alone. No frame is rendered; the decoder learns to reason
about places.

The places are given (teacher forcing), so only what follows from them is taught: which things to write down,
and the answer. Worlds are turned and shifted at random, and the places it reads are blurred as perceived ones
will be.
"""

import copy
import time
from pathlib import Path

import numpy as np
import torch

from model.decoder import Decoder
from model.vocabulary import PAD, soft_targets, token_range
from questions.records import Record
from training.checkpoints import load, save
from training.muon import learning_rate_factor, muon_and_adamw
from training.plan import Schedule
from training.texts import SEQUENCES, Texts, batch_texts

BATCH, RATE = 64, 2e-3
ORDERS, OTHERS = 32, 16  # questions of a step of phase 4: sequences, and any
BLURRED = 0.15  # of the number tokens that are read
CHECKPOINT_SECONDS = 120
MEMORY_PARAMETERS = (
    "ask",
    "key",
    "value",
    "told",
    "norm_read",
    "sharp",
)  # only a memory gives them gradients


def blur_numbers(written: torch.Tensor, generator: torch.Generator, share: float) -> torch.Tensor:
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
    """Minus the log of the attention that the first two heads give those tokens of the options that matter;
    see `texts._links`."""
    share = (choice[:, :2] * texts.chosen[:, None]).sum(-1).mean(1)
    has_target = texts.chosen.any(-1)
    return -((share + 1e-4).log() * has_target).sum() / has_target.sum().clamp(min=1)


def answer_mask(texts: Texts) -> torch.Tensor:
    """Mask [B, A] of the answers: the last token before <eos>."""
    lengths = (texts.target != PAD).sum(-1, keepdim=True)
    return torch.arange(texts.target.shape[1], device=lengths.device) == lengths - 2


def accuracy_by_task(records: list[Record], right: torch.Tensor) -> dict[str, float]:
    """The mean of `right` per question type, shortened for the log."""
    rows: dict[str, list[float]] = {}
    for record, value in zip(records, right.tolist(), strict=True):
        rows.setdefault(record.question_type.removeprefix("object_").removeprefix("obj_"), []).append(value)
    return {key: round(float(np.mean(value)), 2) for key, value in sorted(rows.items())}


def random_motions(
    count: int, rng: np.random.Generator, shift: float = 0.0
) -> list[tuple[float, float, float]]:
    """Random turns (any angle) and shifts of worlds."""
    return [(float(rng.uniform(-np.pi, np.pi)), *rng.uniform(-shift, shift, 2)) for _ in range(count)]


def decoder_parameters(decoder: Decoder) -> list[torch.nn.Parameter]:
    """What text alone gives gradients to."""
    return [
        parameter
        for name, parameter in decoder.named_parameters()
        if not any(part in name for part in MEMORY_PARAMETERS)
    ]


def train(
    folder: Path, records: list[Record], schedule: Schedule, seed: int = 0, decoder: Decoder | None = None
) -> Decoder:
    """Phase 2: trains the decoder, in place where one is given; resumes from the folder's checkpoint."""
    torch.manual_seed(seed)
    decoder, soft = decoder or Decoder(), soft_targets()
    parameters = decoder_parameters(decoder)
    body = [*decoder.layers, decoder.norm]
    optimiser = muon_and_adamw(body, [decoder.embedding, decoder.head], 0.012, RATE)
    optimiser.add_adamw_group([decoder.question_place, decoder.answer_place], RATE)
    state = load(folder, "text")
    step, spent = 0, 0.0
    if state is not None:
        decoder.load_state_dict(state["decoder"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    started, saved = time.monotonic() - spent, time.monotonic()
    decoder.train()

    def keep() -> None:
        state = {"decoder": decoder.state_dict(), "optimiser": optimiser.state_dict()}
        save(folder, "text", state | {"step": step, "spent": time.monotonic() - started})

    while step < schedule.steps:
        done = schedule.progress(step, started)
        if done >= 1:
            break
        rng = np.random.default_rng([seed, step, 29])
        chosen = [records[index] for index in rng.integers(len(records), size=BATCH)]
        texts = batch_texts(chosen, random_motions(BATCH, rng, 1.0), rng)
        written = blur_numbers(
            texts.written, torch.Generator().manual_seed(step), BLURRED * min(1.0, 2 * done)
        )
        answers = answer_mask(texts)
        with torch.autocast("cpu", torch.bfloat16):
            logits, _, choice = decoder(texts.question, texts.question_mask, written)
        each, loss = text_loss(logits, texts, soft, (~texts.grounded).float() + 3 * answers)
        (loss + 0.3 * choosing_loss(choice, texts)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step(learning_rate_factor(done, flat=0.5))
        step += 1
        if step % 100 == 0:
            right = ((logits.argmax(-1) == texts.target) & answers).any(-1).float()
            rate = step * BATCH / (time.monotonic() - started)
            print(
                f"text {step} {done:.3f} {rate:.0f}/s answer {each[answers].mean().item():.3f} "
                f"{accuracy_by_task(chosen, right)}",
                flush=True,
            )
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            keep()
            saved = time.monotonic()
    keep()
    return decoder


def polish(decoder: Decoder, records: list[Record], steps: int, seed: int = 0) -> Decoder:
    """Phase 4: trains the decoder in place on the last step of orders and routes, for `steps` small batches.

    Beside all other tasks the letter of such a sequence is too rare to learn how it follows from the options.
    Alone it takes some hundred small batches. What the decoder says everywhere else is kept by distillation.
    """
    before = copy.deepcopy(decoder).eval()
    orders = [record for record in records if record.question_type in SEQUENCES]
    soft = soft_targets()
    optimiser = torch.optim.AdamW(decoder_parameters(decoder), RATE, betas=(0.9, 0.99), weight_decay=0.0)
    for step in range(steps):
        rng = np.random.default_rng([seed, step, 71])
        chosen = [orders[index] for index in rng.integers(len(orders), size=ORDERS)]
        chosen += [records[index] for index in rng.integers(len(records), size=OTHERS)]
        texts = batch_texts(chosen, random_motions(len(chosen), rng, 1.0), rng)
        written = blur_numbers(texts.written, torch.Generator().manual_seed(step), BLURRED)
        letters = answer_mask(texts) & (torch.arange(len(chosen)) < ORDERS)[:, None]
        logits, _, choice = decoder(texts.question, texts.question_mask, written)
        with torch.no_grad():
            wanted = torch.softmax(before(texts.question, texts.question_mask, written)[0], -1)
        each, loss = text_loss(logits, texts, soft, letters.float())
        others = (texts.target != PAD) & ~letters
        distillation = -(wanted * torch.log_softmax(logits, -1)).sum(-1)[others].mean()
        (loss + 1.0 * distillation + 0.3 * choosing_loss(choice, texts)).backward()
        for group in optimiser.param_groups:
            group["lr"] = RATE * learning_rate_factor(step / steps, 0.02, 0.6)
        optimiser.step()
        decoder.zero_grad(set_to_none=True)
        if step % 50 == 0:
            right = ((logits.argmax(-1) == texts.target) & letters).any(-1).float()[:ORDERS].mean()
            print(
                f"polish {step} letter {each[letters].mean().item():.3f} right {right.item():.2f} "
                f"rest {distillation.item():.3f}",
                flush=True,
            )
    return decoder
