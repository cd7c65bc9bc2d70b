"""The view-consistent 3D-aware representation H of a frame, and the time stamp that its entry carries.

Adaptive position injection with its gate, viewpoint-aware alignment at patch and frame level, fusion by
cross-attention. Content fills the first 96 channels; the last 32 are the frame's time stamp, see `Stamp`.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from model.sizes import NANO

CONTENT = 96
STAMP = NANO.d - CONTENT
STAMP_LENGTH = 64.0  # the stamp outweighs the content in the cosine that chooses a slot
WAVES = 0.8 * 2.0 ** torch.arange(6)  # metres
TIME_WAVES = 2.0 * 2.5 ** torch.arange(8)  # seconds


def sinusoids(values: torch.Tensor, waves: torch.Tensor) -> torch.Tensor:
    """Values [..., k] → [..., 2·k·len(waves)], one sine and cosine per value and wavelength."""
    angle = (values.unsqueeze(-1) * (2 * math.pi / waves.to(values.device))).flatten(-2)
    return torch.cat([angle.sin(), angle.cos()], -1)


def halve(cos: torch.Tensor, sin: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosine and sine of half the angle, taken in (−90°, 90°]."""
    half = ((1 + cos).clamp(min=1e-6) / 2).sqrt()
    return half, (sin / (2 * half)).clamp(-1, 1)


def along_walls(points: torch.Tensor, view: torch.Tensor, pose: torch.Tensor) -> torch.Tensor:
    """World points [..., N, 3] → (x, z) [..., N, 2] in axes along the room's walls, origin at the world's.

    view [..., 1, D_g] begins with cosine and sine of four times the walls' angle in the camera; pose is
    camera_to_world.
    """
    wc, ws = view[..., 0, 0], view[..., 0, 1]
    norm = (wc * wc + ws * ws + 1e-6).sqrt()
    c, s = pose[..., 0, 0], pose[..., 0, 2]
    for _ in range(2):
        c, s = c * c - s * s, 2 * c * s
    c, s = (c * wc - s * ws) / norm, (c * ws + s * wc) / norm
    c, s = halve(*halve(c, s))
    c, s = c.unsqueeze(-1), s.unsqueeze(-1)
    x, z = points[..., 0], points[..., 2]
    return torch.stack([c * x - s * z, c * z + s * x], -1)


class Stamp(nn.Module):
    """Where a frame stands in time, as a vector whose cosines make episodic memory keep a spread of moments.

    Algorithm 1 replaces the entry most similar to the new one. By content alone that is nearly always the
    frame just before, so that what follows the first 32 frames would overwrite itself. Frames at rounder
    moments (each 2nd, 4th, 8th … second) lean away from a common direction, towards one of their own. Every
    new frame then resembles the least round entries most and replaces one of them: among equals the one most
    like it in content.
    """

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(7)
        own = torch.randn(1024, STAMP - 1, generator=generator)
        self.register_buffer("own", own / own.norm(dim=-1, keepdim=True))

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        """Times [...] in seconds → stamps [..., 32] of length 64."""
        tick = (times * 2 + 0.5).floor()
        level = torch.zeros_like(tick)
        for power in range(2, 8):
            level = level + ((tick / 2**power).floor() * 2**power == tick).to(tick.dtype)
        common = 1 - 0.15 * level
        own = self.own[(tick - (tick / 1024).floor() * 1024).long()]
        aside = (1 - common * common).clamp(min=0).sqrt()
        return STAMP_LENGTH * torch.cat([common.unsqueeze(-1), aside.unsqueeze(-1) * own], -1)


class Representation(nn.Module):
    """F, G, Z, points and centres in the world → H [..., N, 128]."""

    def __init__(self, heads: int = 2, inner: int = 64):
        super().__init__()
        self.heads = heads
        places = 4 * 6 + 2 * 3 + 4 * 6 + 4 * 5 + 7
        self.see = nn.Linear(NANO.d_visual + 1, CONTENT)
        self.place = nn.Linear(places, CONTENT)
        self.gate = nn.Linear(CONTENT + places, CONTENT)
        self.project_view = nn.Linear(NANO.d_geometry, 32)
        self.patch1, self.patch2 = nn.Linear(NANO.d_geometry + 32, inner), nn.Linear(inner, inner)
        self.frame_token = nn.Linear(NANO.d_geometry, inner)
        self.moment = nn.Linear(2 * 8 + 1 + 2 + 4 * 6 + 2, CONTENT)
        self.ask, self.key, self.value = (
            nn.Linear(CONTENT, inner),
            nn.Linear(inner, inner),
            nn.Linear(inner, inner),
        )
        self.fuse = nn.Linear(inner, CONTENT)
        self.norm_up, self.norm = nn.LayerNorm(CONTENT), nn.LayerNorm(CONTENT)
        self.up, self.down = nn.Linear(CONTENT, 2 * CONTENT), nn.Linear(2 * CONTENT, CONTENT)
        self.stamp = Stamp()
        nn.init.constant_(self.gate.bias, 1.5)
        # The learned channels of F begin unread: training starts on perception that has none.
        self.see.weight.data[:, 16:-1] *= 0.1

    def encode_positions(
        self, points: torch.Tensor, centers: torch.Tensor, view: torch.Tensor, pose: torch.Tensor
    ) -> torch.Tensor:
        """φ's sinusoids [..., N, places] of points and centres, in world axes and along the walls."""
        flat, votes, aligned = points[..., ::2], centers[..., ::2], along_walls(points, view, pose)
        return torch.cat(
            [
                sinusoids(flat, WAVES),
                sinusoids(points[..., 1:2], WAVES[1:4]),
                sinusoids(votes, WAVES),
                sinusoids(aligned, WAVES[1:]),
                points / 8,
                votes / 8,
                aligned / 8,
            ],
            -1,
        )

    def alpha(self, seen: torch.Tensor, phi: torch.Tensor) -> torch.Tensor:
        """The gate [..., N, 96] in 0..1 that lets only reliable 3D cues in."""
        return torch.sigmoid(self.gate(torch.cat([seen, phi], -1)))

    def aligned(self, geometry: torch.Tensor, view: torch.Tensor) -> torch.Tensor:
        """Geometry [..., N, 64] and view tokens [..., 1, 64] → viewpoint-aware geometry tokens [..., N+1,
        64], the frame's last."""
        z = self.project_view(view).expand(*geometry.shape[:-1], -1)
        patches = self.patch2(F.relu(self.patch1(torch.cat([geometry, z], -1))))
        return torch.cat([patches, self.frame_token(view.mean(-2, keepdim=True))], -2)

    def attend(self, injected: torch.Tensor, aligned: torch.Tensor) -> torch.Tensor:
        """What tokens [..., N, 96] find in geometry tokens [..., N+1, 64] by cross-attention, [..., N,
        64]."""
        q, k, v = (self._split(part) for part in (self.ask(injected), self.key(aligned), self.value(aligned)))
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, -1)
        return (weights @ v).transpose(-2, -3).flatten(-2)

    def forward(self, visual, geometry, view, points, centers, confidence, pose, times) -> torch.Tensor:
        """visual [...,N,96], geometry [...,N,64], view [...,1,64], points and centers [...,N,3], confidence
        [...,N], camera_to_world [...,4,4], times [...] → H [...,N,128]."""
        seen = self.see(torch.cat([visual, confidence.unsqueeze(-1)], -1))
        phi = self.encode_positions(points, centers, view, pose)
        injected = seen + self.alpha(seen, phi) * self.place(phi)
        fused = injected + self.fuse(self.attend(injected, self.aligned(geometry, view)))

        place = pose[..., :3:2, 3]
        heading = torch.stack([pose[..., 0, 0], pose[..., 0, 2]], -1)
        clock = times.unsqueeze(-1)
        moment = torch.cat(
            [sinusoids(clock, TIME_WAVES), clock / 60, heading, sinusoids(place, WAVES), place / 8], -1
        )
        fused = fused + self.moment(moment).unsqueeze(-2)
        content = self.norm(fused + self.down(F.relu(self.up(self.norm_up(fused)))))
        return self.with_stamp(content, times)

    def with_stamp(self, content: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        """Content [..., N, 96] with the frames' stamps behind it."""
        stamp = self.stamp(times).unsqueeze(-2).expand(*content.shape[:-1], -1)
        return torch.cat([content, stamp], -1)

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, x.shape[-1] // self.heads)).transpose(-2, -3)
