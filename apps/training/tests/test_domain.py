"""Telling footage of another kind apart by novelty."""

import numpy as np

from loci_training.domain import STRIDE, WINDOW, told_apart, windows


def test_a_window_is_the_mean_of_eight_frames_and_a_short_clip_is_one_window() -> None:
    values = np.arange(20.0)
    assert windows(values).tolist() == [values[i : i + WINDOW].mean() for i in range(0, 13, STRIDE)]
    assert windows(values[:3]).tolist() == [1.0]


def test_the_area_is_one_where_all_strange_windows_score_higher_and_a_half_where_nothing_tells() -> None:
    low, high = np.array([0.9, 1.0]), np.array([1.5, 1.7])
    assert told_apart(high, low) == 1.0
    assert told_apart(low, high) == 0.0
    assert told_apart(low, low) == 0.5
