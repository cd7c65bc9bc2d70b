"""Rigid motions of a level camera, as complex numbers.

A level camera moves in the floor plane and turns about the vertical, so a position is one complex number
c = z + i·x (metres; z forward, x right) and a turn to the right by yaw is a multiplication by exp(i·yaw):
world = exp(i·yaw) · camera + position. Heights are never changed by a motion.
"""

import numpy as np
import torch


def pose_matrices(yaw: torch.Tensor, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """Camera-to-world matrices [..., 4, 4] of level cameras at (x, 0, z), turned right by yaw radians."""
    cos, sin = yaw.cos(), yaw.sin()
    zero, one = torch.zeros_like(cos), torch.ones_like(cos)
    rows = [cos, zero, sin, x, zero, one, zero, zero, -sin, zero, cos, z, zero, zero, zero, one]
    return torch.stack(rows, -1).reshape(*yaw.shape, 4, 4)


def move_points(points: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, x: torch.Tensor, z: torch.Tensor):
    """Points [..., 3] of a camera, carried by motions given per point (broadcast): turn right, then shift by (x, z)."""
    px, py, pz = points[..., 0], points[..., 1], points[..., 2]
    return torch.stack([cos * px + sin * pz + x, py, cos * pz - sin * px + z], -1)


def kabsch(source: torch.Tensor, target: torch.Tensor, weight: torch.Tensor):
    """The level motion that carries source onto target with the least weighted squared error, in closed form.

    source, target [B, n, 2] as (x, z) in metres, weight [B, n] ≥ 0. Returns cos, sin, x, z, each [B].
    The angle is normalised from the cross moments, so no arc tangent is in the way of the gradient. Divisors are clamped,
    not added to: the exporter drops addends of 1e-8 and less, and points that all fall together would give 0 / 0.
    """
    weight = weight / weight.sum(-1, keepdim=True).clamp(min=1e-8)
    mean_s = (weight.unsqueeze(-1) * source).sum(1)
    mean_t = (weight.unsqueeze(-1) * target).sum(1)
    s, t = source - mean_s.unsqueeze(1), target - mean_t.unsqueeze(1)
    real = (weight * (s[..., 1] * t[..., 1] + s[..., 0] * t[..., 0])).sum(1)
    imaginary = (weight * (s[..., 1] * t[..., 0] - s[..., 0] * t[..., 1])).sum(1)
    norm = (real * real + imaginary * imaginary).clamp(min=1e-12).sqrt()
    cos, sin = real / norm, imaginary / norm
    x = mean_t[:, 0] - (cos * mean_s[:, 0] + sin * mean_s[:, 1])
    z = mean_t[:, 1] - (cos * mean_s[:, 1] - sin * mean_s[:, 0])
    return cos, sin, x, z


def chain(yaw_step: torch.Tensor, x_step: torch.Tensor, z_step: torch.Tensor):
    """Poses in frame 0's camera from the motions of each frame into the one before it; all [T], entry 0 is ignored.

    Turns add up; each step is turned by the yaw of the frame that it starts from. Returns yaw, x, z, each [T].
    """
    count = yaw_step.shape[0]
    index = torch.arange(count, device=yaw_step.device)
    sums = ((index.unsqueeze(1) >= index.unsqueeze(0)) & (index.unsqueeze(0) > 0)).to(yaw_step.dtype)
    yaw = sums @ yaw_step
    before = yaw - yaw_step * (index > 0).to(yaw_step.dtype)
    cos, sin = before.cos(), before.sin()
    return yaw, sums @ (cos * x_step + sin * z_step), sums @ (cos * z_step - sin * x_step)


def align(source: np.ndarray, target: np.ndarray, weight: np.ndarray, rounds: int = 10):
    """The level motion (yaw, x, z) that carries source points [n, 3] onto target [n, 3], weights [n], robustly."""
    turn, shift = laid(source[:, 2] + 1j * source[:, 0], target[:, 2] + 1j * target[:, 0], weight, rounds)
    return float(np.angle(turn)), shift.imag, shift.real


def laid(
    source: np.ndarray, target: np.ndarray, weight: np.ndarray, rounds: int = 10
) -> tuple[complex, complex]:
    """The level motion (turn, shift) that carries places [n] (complex) onto others, weights [n], robustly.

    Each round solves the weighted problem, then gives far places the weight 1 / (1 + (distance / 0.1 m)²).
    """
    trust = weight.astype(np.float64)
    turn, shift = 1.0 + 0j, 0j
    for _ in range(rounds):
        turn, shift = carrying(source, target, trust)
        trust = weight / (1.0 + (abs(turn * source + shift - target) / 0.1) ** 2)
    return turn, shift


def carrying(source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[complex, complex]:
    """The level motion (turn, shift) that carries places [n] onto others with the least weighted squared error."""
    w = weight / max(weight.sum(), 1e-12)
    mean_s, mean_t = (w * source).sum(), (w * target).sum()
    cross = (w * (source - mean_s).conj() * (target - mean_t)).sum()
    turn = cross / abs(cross) if abs(cross) > 1e-12 else 1.0 + 0j
    return complex(turn), complex(mean_t - turn * mean_s)
