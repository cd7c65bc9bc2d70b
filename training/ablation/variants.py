"""The nets of the ablation study: each is the full model with one part made otherwise (`ablations.py` trains
them).

A variant exchanges parts of a `Loci` that has just been made. Whatever the new part has in common with the
old one begins with the same weights, so that the runs of a seed differ in what is studied alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn import functional as F

from model.loci import Loci
from model.memory import Memory
from model.representation import CONTENT, Representation
from model.sizes import NANO
from training.growth import load_matching

ENTRIES = NANO.working + NANO.episodic


class OldestReplaced(Memory):
    """Episodic memory as a queue: the oldest entry goes, whatever it shows."""

    def slot_to_replace(self, mean: torch.Tensor, means: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        """The slot [...] of the earliest of times [..., L]."""
        return times.argmin(-1)


class ContentCompared(Memory):
    """The paper's rule as it is written: the stamp of an entry's time has no part in the cosine."""

    def slot_to_replace(self, mean: torch.Tensor, means: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        """The slot [...] of the entry with the most similar content."""
        return super().slot_to_replace(mean[..., :CONTENT], means[..., :CONTENT], times)


def last_frames(lengths: torch.Tensor, count: int) -> torch.Tensor:
    """The last `count` frames [B, count] of walks of lengths [B], oldest first; −1 where a walk has fewer."""
    return (lengths[:, None] - count + torch.arange(count, device=lengths.device)).clamp(min=-1)


def even_frames(lengths: torch.Tensor, count: int) -> torch.Tensor:
    """`count` frames [B, count] evenly from the first to the last of walks of lengths [B]; every frame once
    where a walk has fewer."""
    evenly = (
        (torch.arange(count, device=lengths.device) * (lengths[:, None] - 1) / (count - 1)).round().long()
    )
    return torch.where(lengths[:, None] > count, evenly, last_frames(lengths, count))


def any_frames(lengths: torch.Tensor, count: int) -> torch.Tensor:
    """The last 8 frames and before them others at random, [B, count] in order, of walks of lengths [B]; the
    last ones where a walk has fewer. What is drawn depends on the lengths alone, so that a resumed training
    draws it again."""
    rows = []
    for length in lengths.tolist():
        generator = torch.Generator().manual_seed(int(lengths.sum()) * 1000 + length)
        earlier = (
            torch.randperm(max(length - NANO.working, 0), generator=generator)[: count - NANO.working]
            .sort()
            .values
        )
        rows.append(
            torch.cat([earlier, torch.arange(length - NANO.working, length)])
            if length >= count
            else last_frames(lengths.new_tensor([length]), count)[0]
        )
    return torch.stack(rows)


class FrameSelection(nn.Module):
    """In the memory's place: H of some frames as they are, which looks at nothing. The last 8 that `chosen`
    names stand where working memory stands, those before where episodic memory does. Called as `Memory`
    is."""

    def __init__(self, chosen: Callable[[torch.Tensor, int], torch.Tensor], count: int):
        super().__init__()
        self.chosen, self.count = chosen, count

    def unroll(self, h: torch.Tensor, lengths: torch.Tensor, enhancing: bool = True):
        """H [B, F, N, D] as M, nothing held before any frame [B, F, 1], the frames [B, 8] and [B, count − 8]
        that are kept."""
        frames = self.chosen(lengths, self.count)
        episodic = self.count - NANO.working
        return h, lengths.new_full((*h.shape[:2], 1), -1), frames[:, episodic:], frames[:, :episodic]

    def enhance(
        self, h: torch.Tensor, recent: torch.Tensor, distant: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """H [..., N, D] itself, and a γ [..., N, 96] that says so."""
        return h, torch.ones_like(h[..., :CONTENT])

    def replay(
        self,
        h: torch.Tensor,
        frame: torch.Tensor,
        seen: torch.Tensor,
        enhanced: torch.Tensor,
        history: torch.Tensor,
    ):
        """H [B, n, N, D] itself, and an attention that falls on no frame."""
        nowhere = (
            frame.new_full((*frame.shape, 1), -1),
            h.new_zeros(*frame.shape, 1, NANO.tokens, NANO.tokens),
        )
        return h, [nowhere]


class Ungated(Representation):
    """Position injection with α = 1."""

    def __init__(self):
        super().__init__()
        del self.gate

    def alpha(self, seen: torch.Tensor, phi: torch.Tensor) -> torch.Tensor:
        """Ones [..., N, 96]."""
        return torch.ones_like(seen)


class Unaligned(Representation):
    """Geometry tokens that know nothing of the view: no Z at the patches, no token of the frame."""

    def __init__(self):
        super().__init__()
        self.patch1 = nn.Linear(NANO.d_geometry, self.patch1.out_features)
        del self.project_view, self.frame_token

    def aligned(self, geometry: torch.Tensor, view: torch.Tensor) -> torch.Tensor:
        """Geometry [..., N, 64] → geometry tokens [..., N, 64]."""
        return self.patch2(F.relu(self.patch1(geometry)))


class Concatenated(Representation):
    """Fusion of each token with its own patch and the frame's token, side by side, through one layer; about
    as many weights as the cross-attention has."""

    def __init__(self):
        super().__init__()
        inner = self.patch2.out_features
        self.beside = nn.Linear(CONTENT + 2 * inner, inner)
        del self.ask, self.key, self.value

    def attend(self, injected: torch.Tensor, aligned: torch.Tensor) -> torch.Tensor:
        """Tokens [..., N, 96] and geometry tokens [..., N+1, 64], the frame's last → [..., N, 64]."""
        patches, frame = aligned[..., :-1, :], aligned[..., -1:, :]
        return F.relu(self.beside(torch.cat([injected, patches, frame.expand_as(patches)], -1)))


@dataclass(frozen=True)
class Variant:
    """What a row of the table is: its title, and how the parts of the model that differ are made."""

    title: str
    memory: Callable[[], nn.Module] | None = None
    representation: Callable[[], Representation] | None = None

    def alter(self, loci: Loci) -> Loci:
        """Exchanges the parts in place; what they share with the old ones is carried over."""
        for name in ("memory", "representation"):
            make = getattr(self, name)
            if make is not None:
                part = make()
                load_matching(part, getattr(loci, name).state_dict())
                setattr(loci, name, part)
        return loci


VARIANTS = {
    "full": Variant("full"),
    "no-episodic": Variant(
        "no episodic memory (the last 8 frames)", lambda: FrameSelection(last_frames, NANO.working)
    ),
    "no-memory": Variant("no memory (the last 40 frames)", lambda: FrameSelection(last_frames, ENTRIES)),
    "uniform": Variant("no memory (40 frames, evenly)", lambda: FrameSelection(even_frames, ENTRIES)),
    "fifo": Variant("the oldest entry replaced", OldestReplaced),
    "no-stamp": Variant("the most similar entry replaced, no stamp", ContentCompared),
    "no-gate": Variant("no gate on position injection", representation=Ungated),
    "no-alignment": Variant("no viewpoint alignment", representation=Unaligned),
    "concatenation": Variant("concatenation for cross-attention", representation=Concatenated),
    "episodic-8": Variant("8 episodic entries", lambda: Memory(episodic=8)),
    "episodic-16": Variant("16 episodic entries", lambda: Memory(episodic=16)),
    "episodic-64": Variant("64 episodic entries", lambda: Memory(episodic=64)),
}
LENGTHS = {8: "episodic-8", 16: "episodic-16", NANO.episodic: "full", 64: "episodic-64"}  # L_e and who has it


def representation_group(name: str) -> str:
    """The first of the variants that have the same representation as one: the training that they may share is
    in its name."""
    return next(
        other
        for other, variant in VARIANTS.items()
        if variant.representation is VARIANTS[name].representation
    )


def shared_variant(name: str) -> Variant:
    """What variants may share before each goes its own way: a representation, and frames that favour no
    memory's choice."""
    return replace(VARIANTS[name], memory=lambda: FrameSelection(any_frames, ENTRIES))
