"""The motion between two frames: soft correspondences of their cells, then a closed-form fit of the points.

Every cell of the later frame is matched to the 192 cells of the earlier one. The expected 3D point there,
from the earlier frame's depth, and the cell's own point make a pair. The level motion that fits all pairs
best, weighted by how sure each is, is the answer. How well they fit tells how far off it may be.
"""

import torch
from torch import nn

from model.perception import CELLS, rays
from model.rigid import kabsch


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
        self.doubt = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 2))

    def points(self, depth: torch.Tensor) -> torch.Tensor:
        """Depth [B, 192] (z) → floor-plane points (x, z) [B, 192, 2]."""
        return torch.stack([self.rays[:, 0] * depth, depth], -1)

    def forward(self, feature, depth, feature_before, depth_before) -> dict[str, torch.Tensor]:
        """Features [B,192,48] and depths [B,192] of frames t and t−1 → cos, sin, x, z [B], the logarithms of
        how far off turn (rad) and shift (m) may be [B] each, and the matches' logits."""
        scores = (feature @ feature_before.transpose(1, 2)).float() * self.sharpness.exp() + self.prior[
            self.displacement
        ]
        match = torch.softmax(scores, -1)
        there = self.points(depth_before)
        found = match @ there
        spread = (match @ there.square().sum(-1, keepdim=True) - found.square().sum(-1, keepdim=True)).clamp(
            min=0
        )
        here = self.points(depth)
        peak = match.square().sum(-1, keepdim=True)
        clues = torch.cat([feature, peak, (spread + 1e-4).sqrt(), depth.unsqueeze(-1) * 0.2], -1)
        weight = torch.sigmoid(self.trust(clues)).squeeze(-1) * peak.squeeze(-1) / (depth + 0.5)
        cos, sin, x, z = kabsch(here, found, weight)
        scale = self.doubts(here, found, weight, peak.squeeze(-1), (cos, sin, x, z))
        return {
            "cos": cos,
            "sin": sin,
            "x": x,
            "z": z,
            "log_turn": scale[:, 0] - 4.0,
            "log_shift": scale[:, 1] - 2.5,
            "scores": scores,
        }

    def doubts(self, here, found, weight, peak, motion) -> torch.Tensor:
        """What tells the doubt [B, 2]: how well the motion fits, how much was matched, how far it
        goes."""
        cos, sin, x, z = (part.unsqueeze(-1) for part in motion)
        moved = torch.stack(
            [cos * here[..., 0] + sin * here[..., 1] + x, cos * here[..., 1] - sin * here[..., 0] + z], -1
        )
        share = weight / weight.sum(-1, keepdim=True).clamp(min=1e-8)
        left = (share * (moved - found).square().sum(-1)).sum(-1)
        clues = torch.stack(
            [
                (left + 1e-6).log() / 4,
                (weight.sum(-1) + 1e-4).log() / 4,
                (share * peak).sum(-1),
                cos.squeeze(-1),
                sin.squeeze(-1).abs(),
                (x.square() + z.square() + 1e-6).sqrt().squeeze(-1),
            ],
            -1,
        )
        return self.doubt(clues.detach())
