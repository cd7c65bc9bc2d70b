"""Phase 3: representation, memory and decoder together, on tours; first with simulated perception, then on
recorded.

Memory runs as it will run (Algorithm 1 with its evictions), and gradients go through it. The trace is
supervised token by token. The attention of the pointing heads is drawn to the object that is being described.
What entries are to know of their objects is taught directly (`memory_supervision.py`).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from model.answer import POINTING
from model.decoder import HIDDEN
from model.loci import Loci
from model.trace import FILMING
from model.vocabulary import FAMILIES, PAD, soft_targets, token_range
from questions.records import Record
from training.batches import (
    QUESTIONS_PER_TOUR,
    Batch,
    DeviceTokens,
    DrawnTours,
    collate,
    draw_tours,
    texts_on,
)
from training.checkpoints import load, save
from training.memory_supervision import Recall, UnrolledMemory, sample_tokens, unroll_memory
from training.muon import OptimiserPair, learning_rate_factor, muon_and_adamw
from training.parallel import same_for_all, share_gradients
from training.plan import Schedule
from training.sources import TourSource
from training.text_training import (
    accuracy_by_task,
    answer_mask,
    blur_numbers,
    choosing_loss,
    random_motions,
    text_loss,
)
from training.texts import Texts, batch_texts

RECALL_WEIGHT, LINKING_WEIGHT, POINTING_WEIGHT = 1.0, 0.05, 0.3
BLURRED = 0.15  # of the number tokens that are read
REHEARSED, TOURS_FOR_THEM = 64, 6  # texts rehearsed for so many tours
SAME_MOMENT = 0.26  # seconds: a frame of the described moment
CHECKPOINT_SECONDS = 150


@dataclass(frozen=True)
class ReadingRun:
    """How a training reads: under which name it keeps its checkpoint, for how long, at which share of the
    beginner's learning rate.

    With several processes each has its rank, and rank 0 keeps the checkpoint. From the fraction
    `enhance_from` of the run on, the memory's own attention takes part; before, M is H. Until `recall_from`
    the heads that read what memory knows learn alone: where weights are good already, untrained heads would
    spoil them.
    """

    folder: Path
    schedule: Schedule
    name: str = "reading"
    rate: float = 1.0
    rank: int = 0
    enhance_from: float = 0.0
    recall_from: float = 0.0
    device: str = "cpu"


@dataclass(frozen=True)
class ReadingData:
    """What the steps of a training are made of: `tours_a_step` tours with `questions` each, and questions
    that are rehearsed as text beside them."""

    source: TourSource
    tours_a_step: int = 6
    questions: int = QUESTIONS_PER_TOUR
    rehearsed: list[Record] | None = None
    seed: int = 0

    def draw(self, step: int, rank: int) -> tuple[DrawnTours, Texts | None]:
        """A step's tours and the texts rehearsed beside them, by step and rank alone."""
        rng = np.random.default_rng([self.seed, step, rank, 31])
        drawn = draw_tours(self.source.tours(step, rng, self.tours_a_step), rng, self.questions)
        if not self.rehearsed:
            return drawn, None
        count = REHEARSED * max(self.tours_a_step // TOURS_FOR_THEM, 1)
        chosen = [self.rehearsed[index] for index in rng.integers(len(self.rehearsed), size=count)]
        return drawn, batch_texts(chosen, random_motions(count, rng, 1.0), rng)


def read_memory(
    loci: Loci,
    batch: Batch,
    memory: UnrolledMemory,
    written: torch.Tensor,
    generator: torch.Generator | None = None,
):
    """Logits [B·Q, A, V], attention per reading layer, on the question, and the memory's tokens that were
    read."""
    if generator is not None:
        memory = sample_tokens(memory, generator)
    logits, attention, choice = loci.decoder(
        batch.texts.question, batch.texts.question_mask, written, memory.tokens, memory.bias
    )
    return logits, attention, choice, memory


def pointing_loss(
    attention: list[torch.Tensor], memory: UnrolledMemory, texts: Texts
) -> tuple[torch.Tensor, torch.Tensor]:
    """Minus the log of the attention that falls on the described object's tokens, or on those of the frame
    that the camera took at the described moment, and that attention's mean."""
    walks = memory.objects.shape[0]
    wanted, moments = texts.objects.view(walks, -1), texts.moments.view(walks, -1)
    on_object = (memory.objects[:, None, :] == wanted[..., None]) & (wanted >= 0)[..., None]
    at_moment = (memory.times[:, None, :] - moments[..., None]).abs() < SAME_MOMENT
    at_moment &= (memory.bias > HIDDEN / 2)[:, None]
    target = on_object | (at_moment & (wanted == FILMING)[..., None])
    has_target = texts.grounded.view(walks, -1) & target.any(-1)
    total, mean = (attention[0].new_zeros((), dtype=torch.float32) for _ in range(2))
    for weights in attention:
        share = (weights[:, :POINTING] * target[:, None]).sum(-1).mean(1)
        total = total - ((share + 1e-4).log() * has_target).sum() / has_target.sum().clamp(min=1)
        mean = mean + (share.detach() * has_target).sum() / has_target.sum().clamp(min=1)
    return total / len(attention), mean / len(attention)


def median_error(logits: torch.Tensor, texts: Texts, family: str) -> float:
    """Median distance of the likeliest token from the true one within a family, in the family's unit."""
    ids = token_range(family)
    inside = (texts.target >= ids.start) & (texts.target < ids.stop) & texts.grounded
    values = torch.from_numpy(FAMILIES[family][1]).float().to(logits.device)
    if not inside.any():
        return float("nan")
    guess = logits[inside][:, ids.start : ids.stop].argmax(-1)
    return (values[guess] - values[texts.target[inside] - ids.start]).abs().median().item()


def rehearse(loci: Loci, texts: Texts, soft: torch.Tensor, generator: torch.Generator) -> None:
    """Adds the gradients of phase 2's loss on some texts: reasoning stays, and grows, while grounding is
    learnt."""
    with torch.autocast(soft.device.type, torch.bfloat16):
        written = blur_numbers(texts.written, generator, BLURRED)
        logits, _, choice = loci.decoder(texts.question, texts.question_mask, written)
    _, loss = text_loss(logits, texts, soft, (~texts.grounded).float() + 3 * answer_mask(texts))
    (0.5 * loss + 0.15 * choosing_loss(choice, texts)).backward()


def make_optimiser(loci: Loci, recall: Recall, rate: float) -> OptimiserPair:
    """Muon on the matrices of representation, memory and decoder layers, AdamW on embeddings, heads and
    vectors."""
    body = [loci.representation, loci.memory, loci.reader, loci.decoder.layers, loci.decoder.norm]
    optimiser = muon_and_adamw(body, [loci.decoder.embedding, loci.decoder.head], 0.01 * rate, 1e-3 * rate)
    optimiser.add_adamw_group([loci.decoder.question_place, loci.decoder.answer_place], 1e-3 * rate)
    # recall begins anew in every training, and so at a beginner's rate
    optimiser.add_adamw_group(list(recall.parameters()), 1e-3)
    return optimiser


def train(
    run: ReadingRun,
    loci: Loci,
    data: ReadingData,
    device_tokens: DeviceTokens | None = None,
    prefetched: Iterator[tuple[DrawnTours, Texts | None]] | None = None,
) -> Loci:
    """Trains on the data's batches; resumes from the run's checkpoint.

    On a GPU it holds the recordings' tokens, and other processes draw the steps.
    """
    torch.manual_seed(data.seed)
    device, rank = run.device, run.rank
    loci, recall, soft = loci.to(device), Recall().to(device), soft_targets().to(device)
    body = [loci.representation, loci.memory, loci.reader, loci.decoder, recall]
    parameters = [parameter for module in body for parameter in module.parameters()]
    optimiser = make_optimiser(loci, recall, run.rate)
    state = load(run.folder, run.name)
    step, spent = 0, 0.0
    if state is not None:
        loci.load_state_dict(state["loci"])
        recall.load_state_dict(state["recall"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    started, saved, answered = time.monotonic() - spent, time.monotonic(), 0
    for module in body:
        module.train()

    def keep() -> None:
        if rank == 0:
            state = {
                "loci": loci.state_dict(),
                "recall": recall.state_dict(),
                "optimiser": optimiser.state_dict(),
            }
            save(run.folder, run.name, state | {"step": step, "spent": time.monotonic() - started})

    while step < run.schedule.steps:
        done = same_for_all(run.schedule.progress(step, started))
        if done >= 1:
            break
        drawn, rehearsed = next(prefetched) if prefetched else data.draw(step, rank)
        batch = collate(drawn, device, device_tokens)
        generator = torch.Generator(device).manual_seed(1000 * step + rank)
        texts, answers = batch.texts, answer_mask(batch.texts)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            memory = unroll_memory(
                loci, batch, done >= run.enhance_from, recall, generator, heads_only=done < run.recall_from
            )
            written = blur_numbers(texts.written, generator, BLURRED)
            logits, attention, choice, read = read_memory(loci, batch, memory, written, generator)
        each, loss = text_loss(logits, texts, soft, 1.0 + 1.0 * answers)
        pointing, pointed = pointing_loss(attention, read, texts)
        (
            loss
            + POINTING_WEIGHT * pointing
            + 0.1 * choosing_loss(choice, texts)
            + RECALL_WEIGHT * memory.recall_loss
            + LINKING_WEIGHT * memory.linking_loss
        ).backward()
        if rehearsed is not None:
            rehearse(loci, texts_on(rehearsed, device), soft, generator)
        share_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step(learning_rate_factor(done, flat=0.4))
        step += 1
        answered += len(batch.records)
        if step % 20 == 0 and rank == 0:
            content = each[texts.grounded & (texts.target != PAD)].mean().item()
            right = ((logits.argmax(-1) == texts.target) & answers).any(-1).float()
            off = {family: round(median_error(logits, texts, family), 2) for family in "xzest"}
            print(
                f"{run.name} {step} {done:.3f} {answered / (time.monotonic() - started):.0f}/s "
                f"F {batch.lengths.max()} content {content:.3f} answer {each[answers].mean().item():.3f} "
                f"point {pointed.item():.2f} know {memory.recall_loss.item():.3f} "
                f"link {memory.linked_attention.item():.2f} off {off} "
                f"{accuracy_by_task(batch.records, right)}",
                flush=True,
            )
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            keep()
            saved = time.monotonic()
    keep()
    return loci
