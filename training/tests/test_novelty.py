"""Telling footage of another kind apart by novelty."""

import numpy as np

from evaluation.novelty import STRIDE, WINDOW, area_under_roc, window_means


def test_a_window_is_the_mean_of_eight_frames_and_a_short_clip_is_one_window() -> None:
    values = np.arange(20.0)
    assert window_means(values).tolist() == [values[i : i + WINDOW].mean() for i in range(0, 13, STRIDE)]
    assert window_means(values[:3]).tolist() == [1.0]


def test_the_area_is_one_where_all_strange_windows_score_higher_and_a_half_where_nothing_tells() -> None:
    low, high = np.array([0.9, 1.0]), np.array([1.5, 1.7])
    assert area_under_roc(high, low) == 1.0
    assert area_under_roc(low, high) == 0.0
    assert area_under_roc(low, low) == 0.5
