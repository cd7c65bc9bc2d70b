"""Level motions: the closed-form fit, and poses as matrices."""

import torch

from model.rigid import kabsch, move_points, pose_matrices


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


def test_a_pose_matrix_moves_points_as_the_motion_does() -> None:
    torch.manual_seed(3)
    points, (yaw, x, z) = torch.randn(7, 3), torch.randn(3)
    matrix = pose_matrices(yaw, x, z)
    assert torch.allclose(
        points @ matrix[:3, :3].T + matrix[:3, 3], move_points(points, yaw.cos(), yaw.sin(), x, z), atol=1e-6
    )


def test_the_product_of_pose_matrices_is_the_later_motion_after_the_earlier() -> None:
    torch.manual_seed(4)
    points, motions = torch.randn(7, 3), torch.randn(2, 3)
    once = move_points(points, motions[1, 0].cos(), motions[1, 0].sin(), *motions[1, 1:])
    twice = move_points(once, motions[0, 0].cos(), motions[0, 0].sin(), *motions[0, 1:])
    product = pose_matrices(*motions[0]) @ pose_matrices(*motions[1])
    assert torch.allclose(points @ product[:3, :3].T + product[:3, 3], twice, atol=1e-5)
