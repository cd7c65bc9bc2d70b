"""Footprints: distances between closest points are exact."""

import numpy as np
import pytest

from world.geometry import apart, corners, overlap, point_distance, rectangle_distance


def any_rectangle(rng):
    return (*rng.uniform(-3, 3, 2), *rng.uniform(0.1, 2.5, 2), rng.uniform(-np.pi, np.pi))


def sampled_outline(rectangle, per_side):
    points = np.array(corners(rectangle))
    along = np.linspace(0, 1, per_side)[:, None]
    return np.concatenate([points[k] * (1 - along) + points[(k + 1) % 4] * along for k in range(4)])


@pytest.mark.parametrize("seed", range(150))
def test_the_closest_points_agree_with_brute_force_sampling(seed):
    rng = np.random.default_rng(seed)
    a, b = any_rectangle(rng), any_rectangle(rng)
    outline_a, outline_b = sampled_outline(a, 300), sampled_outline(b, 300)
    brute = np.sqrt(((outline_a[:, None] - outline_b[None]) ** 2).sum(-1)).min()
    inside = min(point_distance(b, *p) for p in outline_a[::10].tolist()) == 0
    contained = min(point_distance(a, *p) for p in outline_b[::10].tolist()) == 0
    exact = rectangle_distance(a, b)
    if inside or contained:
        assert exact == 0
    else:
        # Samples lie at most 2.5 / 299 m apart, so brute force overshoots by less than that.
        assert exact <= brute + 1e-9
        assert brute - exact < 0.009


@pytest.mark.parametrize("seed", range(50))
def test_distance_is_symmetric_and_unchanged_by_a_half_turn(seed):
    rng = np.random.default_rng(1000 + seed)
    a, b = any_rectangle(rng), any_rectangle(rng)
    turned = (*a[:4], a[4] + np.pi)
    assert rectangle_distance(a, b) == pytest.approx(rectangle_distance(b, a), abs=1e-9)
    assert rectangle_distance(turned, b) == pytest.approx(rectangle_distance(a, b), abs=1e-9)
    assert overlap(a, b) == (rectangle_distance(a, b) == 0)


def test_a_quick_answer_about_far_rectangles_agrees_with_the_distance():
    rng = np.random.default_rng(3)
    for _ in range(300):
        a, b = any_rectangle(rng), any_rectangle(rng)
        assert apart(a, b, 0.2) == (rectangle_distance(a, b) >= 0.2)
