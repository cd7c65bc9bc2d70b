"""Phase 3: representation, memory and decoder together, on tours; first with simulated perception, then on recorded.

Memory runs as it will run (Algorithm 1 with its evictions), and gradients go through it. The trace is supervised token
by token, the attention of the pointing heads is drawn to the object that is being described, and what memory's entries
are to know of their objects is taught directly (`recall.py`).
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .answer import POINTING
from .batches import QUESTIONS, Batch, Drawn, Held, batch_of, draw, on_device
from .checkpoints import load, save
from .decoder import HIDDEN
from .model import Loci
from .muon import muon_and_adamw, schedule
from .parallel import same_for_all, share_gradients
from .questions import Record
from .recall import Recall
from .remembering import Remembered, remembered, thinned
from .sources import Source
from .text_training import answer_places, blur, by_task, choosing_loss, motions, text_loss
from .texts import Texts, batch_texts
from .trace import FILMING
from .vocabulary import FAMILIES, PAD, soft_targets, token_range

KNOWING, LINKING = 1.0, 0.05  # weights of what memory is taught directly


def reading(
    loci: Loci,
    batch: Batch,
    memory: Remembered,
    written: torch.Tensor,
    generator: torch.Generator | None = None,
):
    """Logits [B·Q, A, V], attention per reading layer, on the question, and the memory's tokens that were looked at."""
    if generator is not None:
        memory = thinned(memory, generator)
    logits, looks, choice = loci.decoder(
        batch.texts.question, batch.texts.question_mask, written, memory.tokens, memory.bias
    )
    return logits, looks, choice, memory


def pointing_loss(
    looks: list[torch.Tensor], memory: Remembered, texts: Texts
) -> tuple[torch.Tensor, torch.Tensor]:
    """Minus the log of the attention that falls on the described object's tokens, or on those of the frame that the camera
    took at the described moment, and that attention's mean."""
    walks = memory.objects.shape[0]
    wanted, moments = texts.objects.view(walks, -1), texts.moments.view(walks, -1)
    on = (memory.objects[:, None, :] == wanted[..., None]) & (wanted >= 0)[..., None]
    then = ((memory.times[:, None, :] - moments[..., None]).abs() < 0.26) & (memory.bias > HIDDEN / 2)[
        :, None
    ]
    on = on | (then & (wanted == FILMING)[..., None])
    asked = texts.grounded.view(walks, -1) & on.any(-1)
    total, mass = looks[0].new_zeros((), dtype=torch.float32), looks[0].new_zeros((), dtype=torch.float32)
    for look in looks:
        share = (look[:, :POINTING] * on[:, None]).sum(-1).mean(1)
        total = total - ((share + 1e-4).log() * asked).sum() / asked.sum().clamp(min=1)
        mass = mass + (share.detach() * asked).sum() / asked.sum().clamp(min=1)
    return total / len(looks), mass / len(looks)


def places_off(logits: torch.Tensor, texts: Texts, family: str) -> float:
    """Median distance of the likeliest token from the true one within a family, in the family's unit."""
    ids = token_range(family)
    inside = (texts.target >= ids.start) & (texts.target < ids.stop) & texts.grounded
    values = torch.from_numpy(FAMILIES[family][1]).float().to(logits.device)
    if not inside.any():
        return float("nan")
    guess = logits[inside][:, ids.start : ids.stop].argmax(-1)
    return (values[guess] - values[texts.target[inside] - ids.start]).abs().median().item()


def rehearse(loci: Loci, texts: Texts, soft: torch.Tensor, generator: torch.Generator) -> None:
    """Adds the gradients of phase 2's loss on some texts: reasoning stays, and grows, while grounding is learnt."""
    with torch.autocast(soft.device.type, torch.bfloat16):
        logits, _, choice = loci.decoder(
            texts.question, texts.question_mask, blur(texts.written, generator, 0.15)
        )
    _, loss = text_loss(logits, texts, soft, (~texts.grounded).float() + 3 * answer_places(texts))
    (0.5 * loss + 0.15 * choosing_loss(choice, texts)).backward()


def optimiser(loci: Loci, recall: Recall, rate: float):
    """Muon on the matrices of representation, memory and decoder layers, AdamW on embeddings, heads and vectors."""
    body = [loci.representation, loci.memory, loci.reader, loci.decoder.layers, loci.decoder.norm]
    pair = muon_and_adamw(body, [loci.decoder.embedding, loci.decoder.head], 0.01 * rate, 1e-3 * rate)
    # recall begins anew in every training, and so at a beginner's rate
    for parameters, own in (
        ([loci.decoder.question_place, loci.decoder.answer_place], 1e-3 * rate),
        (list(recall.parameters()), 1e-3),
    ):
        pair.optimisers[1].add_param_group({"params": parameters, "lr": own})
        pair.base[1].append(own)
    return pair


@dataclass(frozen=True)
class Lessons:
    """What the steps of a training are made of: `tours_a_step` tours with `questions` each from a source of
    `tours(step, rng, count)`, and of questions that are taught as text alone 64 for every 6 tours."""

    source: Source
    tours_a_step: int = 6
    questions: int = QUESTIONS
    rehearsed: list[Record] | None = None
    seed: int = 0

    def drawn(self, step: int, rank: int) -> tuple[Drawn, Texts | None]:
        """A step's tours and the texts rehearsed beside them, by step and rank alone."""
        rng = np.random.default_rng([self.seed, step, rank, 31])
        drawn = draw(self.source.tours(step, rng, self.tours_a_step), rng, self.questions)
        if not self.rehearsed:
            return drawn, None
        some = [
            self.rehearsed[i]
            for i in rng.integers(len(self.rehearsed), size=64 * max(self.tours_a_step // 6, 1))
        ]
        return drawn, batch_texts(some, motions(len(some), rng, 1.0), rng)


def train(
    folder: Path, loci: Loci, lessons: Lessons, steps: int, seconds: float = math.inf, name: str = "reading", rate: float = 1.0,
    rank: int = 0, pointing: float = 0.3, enhancing_from: float = 0.0, knowing_from: float = 0.0, device: str = "cpu", held: Held | None = None,
    ahead: Iterator[tuple[Drawn, Texts | None]] | None = None,
) -> Loci:  # fmt: skip
    """Trains on the batches of some lessons for `steps` or `seconds`; resumes from folder/name.

    With several processes every one is given its rank; rank 0 keeps the checkpoint. From the fraction `enhancing_from` of the
    run on, the memory's own attention takes part; before, M is H. Until `knowing_from` the heads that read what memory knows learn
    alone: where weights are good already, heads that are not would spoil them. On a GPU the recordings' tokens are `held` there, and steps
    are drawn by other processes (`ahead`).
    """
    torch.manual_seed(lessons.seed)
    loci, recall, soft = loci.to(device), Recall().to(device), soft_targets().to(device)
    body = [loci.representation, loci.memory, loci.reader, loci.decoder, recall]
    parameters = [p for module in body for p in module.parameters()]
    optimise = optimiser(loci, recall, rate)
    state = load(folder, name)
    step, spent = 0, 0.0
    if state is not None:
        loci.load_state_dict(state["loci"])
        recall.load_state_dict(state["recall"])
        optimise.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    started, saved, seen = time.monotonic() - spent, time.monotonic(), 0
    for module in body:
        module.train()

    def keep() -> None:
        if rank == 0:
            save(folder, name, {"loci": loci.state_dict(), "recall": recall.state_dict(), "optimiser": optimise.state_dict(), "step": step,
                                "spent": time.monotonic() - started})  # fmt: skip

    while step < steps:
        done = same_for_all((time.monotonic() - started) / seconds if seconds < math.inf else step / steps)
        if done >= 1:
            break
        drawn, rehearsed = next(ahead) if ahead else lessons.drawn(step, rank)
        batch = batch_of(drawn, device, held)
        generator = torch.Generator(device).manual_seed(1000 * step + rank)
        texts, answers = batch.texts, answer_places(batch.texts)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            memory = remembered(
                loci, batch, done >= enhancing_from, recall, generator, heads_only=done < knowing_from
            )
            logits, looks, choice, looked_at = reading(
                loci, batch, memory, blur(texts.written, generator, 0.15), generator
            )
        each, loss = text_loss(logits, texts, soft, 1.0 + 1.0 * answers)
        point, mass = pointing_loss(looks, looked_at, texts)
        (
            loss
            + pointing * point
            + 0.1 * choosing_loss(choice, texts)
            + KNOWING * memory.knowing
            + LINKING * memory.linking
        ).backward()
        if rehearsed is not None:
            rehearse(loci, on_device(rehearsed, device), soft, generator)
        share_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimise.step(schedule(done, flat=0.4))
        step += 1
        seen += len(batch.records)
        if step % 20 == 0 and rank == 0:
            told = texts.grounded & (texts.target != PAD)
            hit = ((logits.argmax(-1) == texts.target) & answers).any(-1).float()
            off = {family: round(places_off(logits, texts, family), 2) for family in "xzest"}
            print(f"{name} {step} {done:.3f} {seen / (time.monotonic() - started):.0f}/s F {batch.lengths.max()} content {each[told].mean().item():.3f} "
                  f"answer {each[answers].mean().item():.3f} point {mass.item():.2f} know {memory.knowing.item():.3f} "
                  f"link {memory.linked.item():.2f} off {off} {by_task(batch.records, hit)}", flush=True)  # fmt: skip
        if time.monotonic() - saved > 150:
            keep()
            saved = time.monotonic()
    keep()
    return loci
