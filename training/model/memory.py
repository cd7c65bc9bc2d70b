"""The dual memory of VLM² (Algorithm 1): working memory of the last H, episodic memory of M by most-similar
replacement.

The paper leaves some choices open. Here both cross-attentions are residual around H, an empty memory adds
nothing, and M is normed. An entry's vector for the cosine is its token mean, and of equal ones the lowest
slot is replaced.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from model.representation import CONTENT
from model.sizes import NANO


class State(NamedTuple):
    """Both memories: entries [L, N, D], their times [L] in seconds, masks [L]. Working: oldest first, packed
    left."""

    working: torch.Tensor
    working_times: torch.Tensor
    working_mask: torch.Tensor
    episodic: torch.Tensor
    episodic_times: torch.Tensor
    episodic_mask: torch.Tensor


def empty_state(working: int = NANO.working, episodic: int = NANO.episodic) -> State:
    """The state before a video's first frame, of memories so many entries long."""
    w, e = working, episodic
    return State(
        torch.zeros(w, NANO.tokens, NANO.d),
        torch.zeros(w),
        torch.zeros(w, dtype=torch.bool),
        torch.zeros(e, NANO.tokens, NANO.d),
        torch.zeros(e),
        torch.zeros(e, dtype=torch.bool),
    )


class CrossAttention(nn.Module):
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

    def read(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Queries [..., heads, N, d] over keys and values [..., heads, tokens, d], mask [..., tokens] → [...,
        N, 96], and the attention [..., heads, N, tokens]."""
        open_keys = mask.to(q.dtype).unsqueeze(-2).unsqueeze(-2)
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + (open_keys - 1) * 1e9, -1)
        return self.out(((weights * open_keys) @ v).transpose(-2, -3).flatten(-2)), weights

    def forward(self, content: torch.Tensor, entries: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """content [N, 96] into entries [L, N, D] with mask [L] → [N, 96]."""
        keys = entries[..., :CONTENT].flatten(0, 1)
        open_tokens = mask.unsqueeze(-1).expand(-1, entries.shape[1]).flatten()
        return self.read(
            self.split(self.ask(content)),
            self.split(self.key(keys)),
            self.split(self.value(keys)),
            open_tokens,
        )[0]


def similarity(mean: torch.Tensor, means: torch.Tensor) -> torch.Tensor:
    """Cosines [..., L] of an entry's token mean [..., D] with those of entries [..., L, D]; with an empty one
    it is 0."""
    a = mean / mean.square().sum(-1, keepdim=True).clamp(min=1e-12).sqrt()
    b = means / means.square().sum(-1, keepdim=True).clamp(min=1e-12).sqrt()
    return (b * a.unsqueeze(-2)).sum(-1)


class Memory(nn.Module):
    """Algorithm 1. `step` is one frame, the loop body of the exported graph; `unroll` is whole walks at once.

    `working` and `episodic` are how many entries each memory holds.
    """

    def __init__(self, working: int = NANO.working, episodic: int = NANO.episodic):
        super().__init__()
        self.working, self.episodic = working, episodic
        self.recent, self.distant = CrossAttention(), CrossAttention()
        self.gate1, self.gate2 = nn.Linear(2 * CONTENT, 64), nn.Linear(64, CONTENT)
        self.norm = nn.LayerNorm(CONTENT)

    def enhance(
        self, h: torch.Tensor, recent: torch.Tensor, distant: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """M [..., N, D] and γ [..., N, 96] from H and what its tokens found in both memories."""
        content = h[..., :CONTENT]
        near, far = content + recent, content + distant
        gamma = torch.sigmoid(self.gate2(F.relu(self.gate1(torch.cat([near, far], -1)))))
        mixed = self.norm(gamma * near + (1 - gamma) * far)
        return torch.cat([mixed, h[..., CONTENT:]], -1), gamma

    def slot_to_replace(self, mean: torch.Tensor, means: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        """The slot [...] that an entry of token mean [..., D] takes once all are held: of the entries with
        means [..., L, D] and times [..., L] the one most similar to it."""
        return similarity(mean, means).argmax(-1)

    def step(self, h: torch.Tensor, time: torch.Tensor, valid: torch.Tensor, state: State):
        """One frame H [N, D] at a time [] (s); where not valid [] nothing changes. → next state, slot []
        (−1), mean γ []."""
        content = h[..., :CONTENT]
        recent = self.recent(content, state.working, state.working_mask)
        distant = self.distant(content, state.episodic, state.episodic_mask)
        m, gamma = self.enhance(h, recent, distant)

        held = state.working_mask.to(torch.int64).sum()
        full = held >= self.working
        place = torch.arange(self.working)
        write = (place == held.clamp(max=self.working - 1)) & valid
        working = self._push(state.working, h, full & valid, write)
        working_times = self._push(state.working_times, time, full & valid, write)
        working_mask = state.working_mask | write

        stored = state.episodic_mask.to(torch.int64).sum()
        most_similar = self.slot_to_replace(m.mean(-2), state.episodic.mean(-2), state.episodic_times)
        slot = torch.where(stored < self.episodic, stored, most_similar)
        written = (torch.arange(self.episodic) == slot) & valid
        episodic = torch.where(written[:, None, None], m, state.episodic)
        after = State(
            working,
            working_times,
            working_mask,
            episodic,
            torch.where(written, time, state.episodic_times),
            state.episodic_mask | written,
        )
        return after, torch.where(valid, slot, -1), torch.where(valid, gamma.mean(), 0.0)

    @staticmethod
    def _push(
        entries: torch.Tensor, entry: torch.Tensor, shift: torch.Tensor, write: torch.Tensor
    ) -> torch.Tensor:
        """First in, first out: moves all one place towards the front where shift, then writes at the marked
        place."""
        moved = torch.where(shift, torch.cat([entries[1:], entries[:1]]), entries)
        return torch.where(write.view(-1, *[1] * (entries.dim() - 1)), entry, moved)

    @torch.no_grad()
    def unroll(self, h: torch.Tensor, lengths: torch.Tensor, enhancing: bool = True):
        """Whole walks, without gradients: H [B, F, N, D] of which the first lengths [B] frames count. Where
        not `enhancing`, H stands in for M: cheaper, and near enough while the memory's attention has yet to
        be learnt.

        Returns every M [B, F, N, D], the frames that episodic memory held before each frame [B, F, L_e], and
        those that working [B, L_w] and episodic memory [B, L_e] hold in the end (−1 none).
        """
        batch, frames = h.shape[:2]
        content = h[..., :CONTENT]
        near, far = self.recent, self.distant
        qw, kw, vw = (
            near.split(near.ask(content)),
            near.split(near.key(content)),
            near.split(near.value(content)),
        )
        qe = far.split(far.ask(content))
        shape = (batch, self.episodic, far.heads, NANO.tokens, kw.shape[-1])
        keys, values = h.new_zeros(shape), h.new_zeros(shape)
        means = h.new_zeros(batch, self.episodic, h.shape[-1])
        frame_of = lengths.new_full((batch, self.episodic), -1)
        row, history, enhanced = torch.arange(batch, device=h.device), [], []
        for t in range(frames):
            history.append(frame_of.clone())
            used = min(t, self.episodic)
            first = max(0, t - self.working)
            recent = distant = torch.zeros_like(content[:, 0])
            if t and enhancing:
                recent = near.read(qw[:, t], *self._entries(kw, vw, first, t))[0]
                distant = far.read(qe[:, t], *self._entries(keys, values, 0, used))[0]
            m = self.enhance(h[:, t], recent, distant)[0] if enhancing else h[:, t]
            enhanced.append(m)
            mean = m.mean(-2)
            most_similar = self.slot_to_replace(mean, means, frame_of)
            slot = most_similar if t >= self.episodic else torch.full_like(most_similar, t)
            # walks that have ended keep what they hold; choosing among rows would make a GPU wait for the CPU
            open_, index = t < lengths, (row, slot)
            if enhancing:
                for held, project in ((keys, far.key), (values, far.value)):
                    held[index] = torch.where(
                        open_[:, None, None, None], far.split(project(m[..., :CONTENT])), held[index]
                    )
            means[index] = torch.where(open_[:, None], mean, means[index])
            frame_of[index] = torch.where(open_, t, frame_of[index])
        last = lengths[:, None] - self.working + torch.arange(self.working, device=h.device)
        return torch.stack(enhanced, 1), torch.stack(history, 1), last.clamp(min=-1), frame_of

    @staticmethod
    def _entries(keys: torch.Tensor, values: torch.Tensor, first: int, past: int):
        """Keys and values [B, heads, tokens, d] and an open mask, of entries first … past − 1."""
        k, v = (part[:, first:past].transpose(1, 2).flatten(2, 3) for part in (keys, values))
        return k, v, torch.ones(k.shape[0], k.shape[2], dtype=torch.bool, device=k.device)

    def replay(
        self,
        h: torch.Tensor,
        frame: torch.Tensor,
        seen: torch.Tensor,
        enhanced: torch.Tensor,
        history: torch.Tensor,
    ):
        """M [B, n, N, D] of some frames [B, n] again, with gradients into H [B, n, N, D] and the weights.

        What the memories held then is taken as given: `seen` H and `enhanced` M of all frames, `history` from
        `unroll`. Also returns, for working and for episodic memory, the frames looked at [B, n, L] and the
        attention [B, n, heads, N, L·N].
        """
        index = frame.clamp(min=0)
        row = torch.arange(len(frame), device=h.device)[:, None]
        before = index[..., None] - self.working + torch.arange(self.working, device=h.device)
        content = h[..., :CONTENT]
        looked = before.clamp(min=-1), history[row, index]
        recent, near = self._look_back(self.recent, content, seen, looked[0])
        distant, far = self._look_back(self.distant, content, enhanced, looked[1])
        return self.enhance(h, recent, distant)[0], [(looked[0], near), (looked[1], far)]

    @staticmethod
    def _look_back(
        look: CrossAttention, content: torch.Tensor, entries: torch.Tensor, frames: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What content [B, n, N, 96] finds in entries [B, F, N, D] of the frames [B, n, L] (−1 none)."""
        batch, count, length = frames.shape
        flat = (
            frames.clamp(min=0) + torch.arange(batch, device=frames.device)[:, None, None] * entries.shape[1]
        ).flatten()
        held = entries[..., :CONTENT].flatten(0, 1)

        def chosen(project: nn.Linear) -> torch.Tensor:
            rows = look.split(project(held)).index_select(0, flat)
            return rows.unflatten(0, (batch, count, length)).transpose(2, 3).flatten(3, 4)

        mask = (frames >= 0)[..., None].expand(-1, -1, -1, NANO.tokens).flatten(2)
        return look.read(look.split(look.ask(content)), chosen(look.key), chosen(look.value), mask)
