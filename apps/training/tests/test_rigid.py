"""Level motions: the closed-form fit, chains of poses, and the alignment of chunks."""

import numpy as np
import torch

from loci_training.pairs import relative
from loci_training.rigid import align, chain, kabsch, move_points, pose_matrices


def test_kabsch_finds_the_motion_that_made_the_points() -> None:
    torch.manual_seed(0)
    source, weight = torch.randn(5, 40, 2) * 3, torch.rand(5, 40)
    yaw, x, z = torch.linspace(-2, 2, 5), torch.randn(5), torch.randn(5)
    moved = move_points(
        torch.stack([source[..., 0], torch.zeros(5, 40), source[..., 1]], -1),
        *(p[:, None] for p in (yaw.cos(), yaw.sin(), x, z)),
    )
    cos, sin, found_x, found_z = kabsch(source, moved[..., ::2], weight)
    assert torch.allclose(torch.atan2(sin, cos), yaw, atol=1e-4)
    assert torch.allclose(found_x, x, atol=1e-4) and torch.allclose(found_z, z, atol=1e-4)


def test_points_of_weight_zero_do_not_pull_on_kabsch() -> None:
    torch.manual_seed(1)
    source = torch.randn(1, 10, 2)
    target = source.clone()
    target[:, 7:] += 5
    cos, _, x, z = kabsch(source, target, torch.tensor([[1.0] * 7 + [0.0] * 3]))
    assert torch.allclose(cos, torch.ones(1)) and abs(x.item()) < 1e-5 and abs(z.item()) < 1e-5


def test_chained_steps_give_the_poses_that_they_were_taken_from() -> None:
    rng = np.random.default_rng(2)
    poses = rng.normal(0, 1, (12, 3))
    poses -= poses[0]
    steps = relative(poses[:-1], poses[1:])
    yaw_step = torch.tensor([0.0, *np.arctan2(steps[:, 1], steps[:, 0])])
    x_step, z_step = (torch.tensor([0.0, *steps[:, column]]) for column in (2, 3))
    yaw, x, z = chain(yaw_step, x_step, z_step)
    assert np.allclose(np.exp(1j * yaw.numpy()), np.exp(1j * poses[:, 2]), atol=1e-5)
    assert np.allclose(x, poses[:, 0], atol=1e-5) and np.allclose(z, poses[:, 1], atol=1e-5)


def test_a_chain_equals_the_product_of_its_matrices() -> None:
    torch.manual_seed(3)
    yaw_step, x_step, z_step = torch.randn(3, 9).double()
    yaw, x, z = chain(yaw_step, x_step, z_step)
    product = torch.eye(4).double()
    for t in range(1, 9):
        product = product @ pose_matrices(yaw_step[t], x_step[t], z_step[t])
        assert torch.allclose(product, pose_matrices(yaw[t], x[t], z[t]))


def test_chunks_align_in_spite_of_some_wrong_points() -> None:
    rng = np.random.default_rng(4)
    source = rng.uniform(-4, 4, (200, 3))
    yaw, x, z = 0.6, 1.5, -0.7
    matrix = pose_matrices(torch.tensor(yaw), torch.tensor(x), torch.tensor(z)).double().numpy()
    target = source @ matrix[:3, :3].T + matrix[:3, 3]
    target[:40] += rng.normal(0, 2, (40, 3))
    assert np.allclose(align(source, target, rng.uniform(0.1, 1, 200)), (yaw, x, z), atol=0.02)
