"""The motion between two frames: soft correspondences of their cells, then a closed-form fit of the points.

Every cell of the later frame looks for its place among the 192 cells of the earlier one. Its expected 3D point there
(from the earlier frame's depth) and its own point (from its own depth) give a pair; the level motion that fits all
pairs best, weighted by how sure each is, is the answer.
"""

import torch
from torch import nn

from .perception import CELLS, rays
from .rigid import kabsch


class Motion(nn.Module):
    """Cell features and depths of two frames → the motion from the later camera into the earlier."""

    def __init__(self, match: int = 48):
        super().__init__()
        rows, columns = CELLS
        r = torch.arange(rows).repeat_interleave(columns)
        c = torch.arange(columns).repeat(rows)
        away = (r.unsqueeze(1) - r.unsqueeze(0) + rows - 1) * (2 * columns - 1)
        self.register_buffer("displacement", away + c.unsqueeze(1) - c.unsqueeze(0) + columns - 1)
        self.register_buffer("rays", rays(rows, columns))
        self.prior = nn.Parameter(torch.zeros((2 * rows - 1) * (2 * columns - 1)))
        self.sharpness = nn.Parameter(torch.tensor(2.3))
        self.trust = nn.Linear(match + 3, 1)

    def points(self, depth: torch.Tensor) -> torch.Tensor:
        """Depth [B, 192] (z) → floor-plane points (x, z) [B, 192, 2]."""
        return torch.stack([self.rays[:, 0] * depth, depth], -1)

    def forward(self, feature, depth, feature_before, depth_before) -> dict[str, torch.Tensor]:
        """Features [B,192,48] and depths [B,192] of frames t and t−1 → cos, sin, x, z [B] and the matches' logits."""
        scores = (feature @ feature_before.transpose(1, 2)).float() * self.sharpness.exp() + self.prior[self.displacement]
        match = torch.softmax(scores, -1)
        there = self.points(depth_before)
        found = match @ there
        spread = (match @ there.square().sum(-1, keepdim=True) - found.square().sum(-1, keepdim=True)).clamp(min=0)
        here = self.points(depth)
        peak = match.square().sum(-1, keepdim=True)
        clues = torch.cat([feature, peak, (spread + 1e-4).sqrt(), depth.unsqueeze(-1) * 0.2], -1)
        weight = torch.sigmoid(self.trust(clues)).squeeze(-1) * peak.squeeze(-1) / (depth + 0.5)
        cos, sin, x, z = kabsch(here, found, weight)
        return {"cos": cos, "sin": sin, "x": x, "z": z, "scores": scores}
