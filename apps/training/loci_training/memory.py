"""The dual memory (vlm2.md §2, Algorithm 1): working memory of the last H, episodic memory of M by most-similar replacement.

Ours to choose where the paper is silent: both cross-attentions are residual around H, an empty memory adds nothing, M is
normed, an entry's vector for the cosine is its token mean, and of equal ones the lowest slot is replaced.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from .representation import CONTENT
from .sizes import NANO


class State(NamedTuple):
    """Both memories: entries [L, N, D], their times [L] in seconds, masks [L]. Working: oldest first, packed left."""

    working: torch.Tensor
    working_times: torch.Tensor
    working_mask: torch.Tensor
    episodic: torch.Tensor
    episodic_times: torch.Tensor
    episodic_mask: torch.Tensor


def empty_state() -> State:
    """The state before a video's first frame."""
    w, e = NANO.working, NANO.episodic
    return State(
        torch.zeros(w, NANO.tokens, NANO.d), torch.zeros(w), torch.zeros(w, dtype=torch.bool),
        torch.zeros(e, NANO.tokens, NANO.d), torch.zeros(e), torch.zeros(e, dtype=torch.bool),
    )  # fmt: skip


class Look(nn.Module):
    """Cross-attention of a frame's tokens into the entries of one memory, as an addition to their content."""

    def __init__(self, heads: int = 2, inner: int = 64):
        super().__init__()
        self.heads = heads
        self.ask, self.key, self.value = (nn.Linear(width, inner) for width in (CONTENT, CONTENT, CONTENT))
        self.out = nn.Linear(inner, CONTENT, bias=False)
        nn.init.zeros_(self.out.weight)

    def split(self, x: torch.Tensor) -> torch.Tensor:
        """[..., n, inner] → [..., heads, n, d]."""
        return x.unflatten(-1, (self.heads, x.shape[-1] // self.heads)).transpose(-2, -3)

    def read(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Queries [..., heads, N, d] over keys and values [..., heads, tokens, d], mask [..., tokens] → [..., N, 96]."""
        open_keys = mask.to(q.dtype).unsqueeze(-2).unsqueeze(-2)
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + (open_keys - 1) * 1e9, -1)
        return self.out(((weights * open_keys) @ v).transpose(-2, -3).flatten(-2))

    def forward(self, content: torch.Tensor, entries: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """content [N, 96] into entries [L, N, D] with mask [L] → [N, 96]."""
        keys = entries[..., :CONTENT].flatten(0, 1)
        open_tokens = mask.unsqueeze(-1).expand(-1, entries.shape[1]).flatten()
        return self.read(self.split(self.ask(content)), self.split(self.key(keys)), self.split(self.value(keys)), open_tokens)


def similarity(entry: torch.Tensor, entries: torch.Tensor) -> torch.Tensor:
    """Cosines [..., L] of an entry [..., N, D] with entries [..., L, N, D], each by its token mean."""
    a, b = entry.mean(-2), entries.mean(-2)
    a = a / (a.square().sum(-1, keepdim=True) + 1e-12).sqrt()
    b = b / (b.square().sum(-1, keepdim=True) + 1e-12).sqrt()
    return (b * a.unsqueeze(-2)).sum(-1)


class Memory(nn.Module):
    """Algorithm 1. `step` is one frame, the loop body of the exported graph; `unroll` is whole walks at once."""

    def __init__(self):
        super().__init__()
        self.recent, self.distant = Look(), Look()
        self.gate1, self.gate2 = nn.Linear(2 * CONTENT, 64), nn.Linear(64, CONTENT)
        self.norm = nn.LayerNorm(CONTENT)

    def enhance(self, h: torch.Tensor, recent: torch.Tensor, distant: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """M [..., N, D] and γ [..., N, 96] from H and what its tokens found in both memories."""
        content = h[..., :CONTENT]
        near, far = content + recent, content + distant
        gamma = torch.sigmoid(self.gate2(F.relu(self.gate1(torch.cat([near, far], -1)))))
        mixed = self.norm(gamma * near + (1 - gamma) * far)
        return torch.cat([mixed, h[..., CONTENT:]], -1), gamma

    def step(self, h: torch.Tensor, time: torch.Tensor, valid: torch.Tensor, state: State):
        """One frame H [N, D] at a time [] (s); where not valid [] nothing changes. → next state, slot [] (−1), mean γ []."""
        content = h[..., :CONTENT]
        recent = self.recent(content, state.working, state.working_mask)
        distant = self.distant(content, state.episodic, state.episodic_mask)
        m, gamma = self.enhance(h, recent, distant)

        held = state.working_mask.to(torch.int64).sum()
        full = held >= NANO.working
        place = torch.arange(NANO.working)
        write = (place == held.clamp(max=NANO.working - 1)) & valid
        working = self._push(state.working, h, full & valid, write)
        working_times = self._push(state.working_times, time, full & valid, write)
        working_mask = state.working_mask | write

        stored = state.episodic_mask.to(torch.int64).sum()
        likest = similarity(m, state.episodic).argmax(-1)
        slot = torch.where(stored < NANO.episodic, stored, likest)
        here = (torch.arange(NANO.episodic) == slot) & valid
        episodic = torch.where(here[:, None, None], m, state.episodic)
        after = State(
            working, working_times, working_mask,
            episodic, torch.where(here, time, state.episodic_times), state.episodic_mask | here,
        )  # fmt: skip
        return after, torch.where(valid, slot, -1), torch.where(valid, gamma.mean(), 0.0)

    @staticmethod
    def _push(entries: torch.Tensor, entry: torch.Tensor, shift: torch.Tensor, write: torch.Tensor) -> torch.Tensor:
        """First in, first out: moves all one place towards the front where shift, then writes at the marked place."""
        moved = torch.where(shift, torch.cat([entries[1:], entries[:1]]), entries)
        return torch.where(write.view(-1, *[1] * (entries.dim() - 1)), entry, moved)

    def unroll(self, h: torch.Tensor, lengths: torch.Tensor):
        """Whole walks: H [B, F, N, D] of which the first lengths [B] frames count.

        Returns working [B, 8, N, D] and episodic [B, 32, N, D] with the frame of each entry [B, 8], [B, 32] (−1 none).
        """
        batch, frames = h.shape[:2]
        content = h[..., :CONTENT]
        qw, qe = self.recent.split(self.recent.ask(content)), self.distant.split(self.distant.ask(content))
        kw, vw = self.recent.split(self.recent.key(content)), self.recent.split(self.recent.value(content))
        heads, inner = self.distant.heads, kw.shape[-1]
        shape = (batch, NANO.episodic, heads, NANO.tokens, inner)
        keys, values = h.new_zeros(shape), h.new_zeros(shape)
        means = h.new_zeros(batch, NANO.episodic, h.shape[-1])
        frame_of = torch.full((batch, NANO.episodic), -1)
        enhanced = []
        for t in range(frames):
            recent = self._recent(qw[:, t], kw, vw, t)
            held = (frame_of >= 0)[:, :, None].expand(-1, -1, NANO.tokens).flatten(1)
            distant = self.distant.read(qe[:, t], keys.transpose(1, 2).flatten(2, 3), values.transpose(1, 2).flatten(2, 3), held)
            m, _ = self.enhance(h[:, t], recent, distant)
            enhanced.append(m)
            mean = m.detach().mean(-2)
            slot = self._slot(mean, means, frame_of)
            here = (torch.arange(NANO.episodic) == slot[:, None]) & (t < lengths)[:, None]
            wide = here[:, :, None, None, None]
            keys = torch.where(wide, self.distant.split(self.distant.key(m[..., :CONTENT]))[:, None], keys)
            values = torch.where(wide, self.distant.split(self.distant.value(m[..., :CONTENT]))[:, None], values)
            means = torch.where(here[:, :, None], mean[:, None], means)
            frame_of = torch.where(here, t, frame_of)
        row = torch.arange(batch)[:, None]
        episodic = torch.stack(enhanced, 1)[row, frame_of.clamp(min=0)]
        last = lengths[:, None] - NANO.working + torch.arange(NANO.working)
        return h[row, last.clamp(min=0)], last.clamp(min=-1), episodic, frame_of

    def _recent(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, t: int) -> torch.Tensor:
        first = max(0, t - NANO.working)
        if t == 0:
            return q.new_zeros(q.shape[0], NANO.tokens, CONTENT)
        near = [part[:, first:t].transpose(1, 2).flatten(2, 3) for part in (k, v)]
        return self.recent.read(q, *near, torch.ones(q.shape[0], near[0].shape[2], dtype=torch.bool))

    @staticmethod
    def _slot(mean: torch.Tensor, means: torch.Tensor, frame_of: torch.Tensor) -> torch.Tensor:
        cosine = F.cosine_similarity(mean[:, None], means, -1)
        stored = (frame_of >= 0).sum(-1)
        return torch.where(stored < NANO.episodic, stored, cosine.argmax(-1))
