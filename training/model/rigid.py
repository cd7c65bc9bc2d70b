"""Rigid motions of a level camera, as the nets need them.

A level camera moves in the floor plane and turns about the vertical: a motion is a turn to the right by yaw,
then a shift by (x, z) in metres. Heights never change.
"""

import torch


def pose_matrices(yaw: torch.Tensor, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """Camera-to-world matrices [..., 4, 4] of level cameras at (x, 0, z), turned right by yaw radians."""
    cos, sin = yaw.cos(), yaw.sin()
    zero, one = torch.zeros_like(cos), torch.ones_like(cos)
    rows = [cos, zero, sin, x, zero, one, zero, zero, -sin, zero, cos, z, zero, zero, zero, one]
    return torch.stack(rows, -1).reshape(*yaw.shape, 4, 4)


def move_points(points: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, x: torch.Tensor, z: torch.Tensor):
    """Points [..., 3] of a camera, carried by motions given per point (broadcast): turn right, then shift by
    (x, z)."""
    px, py, pz = points[..., 0], points[..., 1], points[..., 2]
    return torch.stack([cos * px + sin * pz + x, py, cos * pz - sin * px + z], -1)


def kabsch(source: torch.Tensor, target: torch.Tensor, weight: torch.Tensor):
    """The level motion that carries source onto target with the least weighted squared error, in closed form.

    source, target [B, n, 2] as (x, z) in metres, weight [B, n] ≥ 0. Returns cos, sin, x, z, each [B]. The
    angle is normalised from the cross moments, so no arc tangent is in the way of the gradient. Divisors are
    clamped, not added to: the exporter drops addends of 1e-8 and less, and points that all fall together
    would give 0 / 0.
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
