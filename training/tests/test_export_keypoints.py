"""Keypoints stand where the heat is, finer than a pixel, the surest first."""

import numpy as np
import torch

from export.keypoints import CELL, Keypoints


class Heated(torch.nn.Module):
    """A net that is sure of given pixels, each with its share of the heat of its cell."""

    def __init__(self, pixels: dict[tuple[int, int], float]) -> None:
        super().__init__()
        self.pixels = pixels

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        count, _, height, width = pictures.shape
        rows, columns = height // CELL, width // CELL
        logits = torch.full((count, CELL * CELL + 1, rows, columns), -20.0)
        logits[:, -1] = 0.0
        for (x, y), heat in self.pixels.items():
            logits[:, (y % CELL) * CELL + x % CELL, y // CELL, x // CELL] = float(np.log(heat))
        features = torch.linspace(-1, 1, rows * columns).view(1, 1, rows, columns)
        return (
            torch.cat([features, torch.ones_like(features)], 1).expand(count, -1, -1, -1),
            logits,
            torch.ones(count, 1, rows, columns),
        )


def found(pixels: dict[tuple[int, int], float]) -> list[np.ndarray]:
    """The graph's outputs for one picture of 32 x 64 pixels."""
    frames = torch.zeros(1, 32, 64, 3, dtype=torch.uint8)
    earlier = torch.zeros(2, 4, 2)
    return [output[0].numpy() for output in Keypoints(Heated(pixels), 4)(frames, earlier)[:3]]


def test_keypoints_stand_where_the_heat_is() -> None:
    positions, scores, descriptors = found({(20, 10): 1.0, (50, 25): 3.0})
    assert (scores > 0).tolist() == [True, True, False, False]
    np.testing.assert_allclose(positions[:2], [[50, 25], [20, 10]], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(descriptors[:2], axis=1), 1, atol=1e-6)


def test_what_is_beside_a_maximum_moves_it() -> None:
    positions, scores, _ = found({(20, 10): 2.0, (21, 10): 1.0})
    assert (scores > 0).sum() == 1
    np.testing.assert_allclose(positions[0], [20 + 1 / 3, 10], atol=1e-3)


def test_nothing_is_found_where_nothing_is_hot() -> None:
    _, scores, _ = found({})
    assert (scores == 0).all()


def test_a_picture_is_matched_with_earlier_ones() -> None:
    frames = torch.zeros(1, 32, 64, 3, dtype=torch.uint8)
    net = Keypoints(Heated({(20, 10): 1.0, (50, 25): 3.0}), 4)
    _, _, descriptors, *_ = net(frames, torch.zeros(1, 4, 2))
    turned = descriptors[0][[1, 0, 2, 3]]
    nearest, likeness, back = (output[0].tolist() for output in net(frames, turned[None])[3:])
    assert nearest[:2] == [1, 0] and back[:2] == [1, 0]
    np.testing.assert_allclose(likeness[:2], [1, 1], atol=1e-6)
