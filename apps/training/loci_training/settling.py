"""The last of the training: what is read stays as it is when frames are seen again, by distillation.

A video that is played twice ends with frames that memory has seen, minutes later and some centimetres beside. Beside the labels'
noise so small a difference is hardly felt (`steady.py`), so here there are no labels: the reader and the decoder are drawn to what
they said themselves, before, of the memory as it was. Representation and memory stay.
"""

import copy
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from .answer import memory_tokens
from .batches import Batch, batch_of
from .checkpoints import load, save
from .model import Loci
from .muon import muon_and_adamw, schedule
from .parallel import same_for_all, share_gradients
from .reading_training import Lessons
from .rigid import move_points, pose_matrices
from .text_training import answer_places, blur
from .vocabulary import PAD

AGAIN = (15.0, 400.0)  # seconds until the last frames are seen again
ONCE = 0.25  # the share of tours whose last frames are not
BESIDE, TURNED = 0.12, math.radians(1.5)  # metres and radians, one standard deviation, by which a second round lies beside the first
RATE = 0.1  # of the beginner's


class Entries(NamedTuple):
    """Working and episodic memory after a batch's tours, as `memory_tokens` takes them."""

    working: torch.Tensor
    working_times: torch.Tensor
    working_held: torch.Tensor
    episodic: torch.Tensor
    episodic_times: torch.Tensor
    episodic_held: torch.Tensor


@torch.no_grad()
def entries(loci: Loci, batch: Batch, generator: torch.Generator) -> tuple[Entries, Entries]:
    """The memory after the tours, and after their last frames were seen again."""
    seen = loci.representation(*batch.tokens, batch.times)
    enhanced, _, w_frame, e_frame = loci.memory.unroll(seen, batch.lengths, batch.unseen, True)
    row = torch.arange(len(w_frame))[:, None]
    (w, w_held), (e, e_held) = ((frame.clamp(min=0), frame >= 0) for frame in (w_frame, e_frame))
    once = Entries(seen[row, w], batch.times[row, w] * w_held, w_held, enhanced[row, e], batch.times[row, e] * e_held, e_held)
    tokens = beside([part[row, w] for part in batch.tokens], batch.again > 0, generator)
    when = batch.times[row, w] + batch.again[:, None]
    return once, once._replace(working=loci.representation(*tokens, when), working_times=when * w_held)


def beside(tokens: list[torch.Tensor], moved: torch.Tensor, generator: torch.Generator) -> list[torch.Tensor]:
    """The tokens of frames [B, W, …] as a world has them that lies a little beside, for the rows [B] that are moved."""
    yaw, x, z = (torch.randn(len(moved), generator=generator) * scale * moved for scale in (TURNED, BESIDE, BESIDE))
    motion = [part[:, None, None] for part in (yaw.cos(), yaw.sin(), x, z)]
    visual, geometry, view, points, centers, confidence, pose = tokens
    return [visual, geometry, view, move_points(points, *motion), move_points(centers, *motion), confidence, pose_matrices(yaw, x, z)[:, None] @ pose]


def again(batch: Batch, generator: torch.Generator) -> Batch:
    """The batch with most of its tours' last frames seen again."""
    low, high = AGAIN
    after = low + (high - low) * torch.rand(len(batch.again), generator=generator)
    return replace(batch, again=torch.where(torch.rand(len(after), generator=generator) < ONCE, 0.0, (2 * after).round() / 2))


def settle(folder: Path, loci: Loci, lessons: Lessons, seconds: float, rank: int = 0, name: str = "settled", rate: float = RATE) -> Loci:
    """Settles a model for `seconds`; resumes from folder/name."""
    torch.manual_seed(lessons.seed)
    teacher = copy.deepcopy(loci).eval()
    body = [loci.reader, loci.decoder.layers, loci.decoder.norm]
    optimise = muon_and_adamw(body, [loci.decoder.embedding, loci.decoder.head], 0.01 * rate, 1e-3 * rate)
    places = [loci.decoder.question_place, loci.decoder.answer_place]
    optimise.optimisers[1].add_param_group({"params": places, "lr": 1e-3 * rate})
    optimise.base[1].append(1e-3 * rate)
    parameters = [*loci.reader.parameters(), *loci.decoder.parameters()]
    step, spent, state = 0, 0.0, load(folder, name)
    if state is not None:
        loci.load_state_dict(state["loci"])
        optimise.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    started, saved = time.monotonic() - spent, time.monotonic()

    def keep() -> None:
        if rank == 0:
            save(folder, name, {"loci": loci.state_dict(), "optimiser": optimise.state_dict(), "step": step, "spent": time.monotonic() - started})

    while (done := same_for_all((time.monotonic() - started) / seconds)) < 1:
        generator = torch.Generator().manual_seed(1000 * step + rank)
        drawn, _ = lessons.drawn(step, rank)
        batch = again(batch_of(drawn), generator)
        texts = batch.texts
        with torch.autocast("cpu", torch.bfloat16, enabled=False):
            once, twice = entries(loci, batch, generator)
        written = blur(texts.written, generator, 0.15)
        told = (texts.target != PAD) * (1.0 + answer_places(texts))
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                wanted, _, _ = teacher.decoder(texts.question, texts.question_mask, written, *memory_tokens(teacher.reader, *once))
            logits, _, _ = loci.decoder(texts.question, texts.question_mask, written, *memory_tokens(loci.reader, *twice))
        off = nn.functional.kl_div(logits.float().log_softmax(-1), wanted.float().log_softmax(-1), reduction="none", log_target=True).sum(-1)
        loss = (off * told).sum() / told.sum()
        loss.backward()
        share_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimise.step(schedule(done, flat=0.4))
        step += 1
        if step % 10 == 0 and rank == 0:
            rows = batch.again.repeat_interleave(len(off) // len(batch.again)) > 0
            each = [(off * told)[some].sum() / told[some].sum().clamp(min=1) for some in (rows, ~rows)]
            print(f"{name} {step} {done:.3f} F {batch.lengths.max()} again {each[0].item():.4f} once {each[1].item():.4f}", flush=True)
        if time.monotonic() - saved > 150:
            keep()
            saved = time.monotonic()
    keep()
    return loci
