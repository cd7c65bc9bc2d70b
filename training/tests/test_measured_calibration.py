"""Which tasks are measured rather than asked of the graph is found by what measuring gains."""

from random import Random

import numpy as np
import pytest

from export.calibrate import sigmoid
from export.calibrate_measured import LONGER, Compared, gain, measured_weights


def test_the_questions_of_a_walk_share_its_errors() -> None:
    each = [Compared(walk, "t", 0.0, float(walk % 2), 0.0) for walk in range(10)]
    gained, error = gain([answer for answer in each for _ in range(4)])
    assert gained == pytest.approx(50.0)
    # ten walks say no more with four equal answers each
    assert error == pytest.approx(gain(each)[1]) == pytest.approx(50 / np.sqrt(10))


def test_a_task_is_measured_where_that_gains_more_than_its_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = Random(1)
    better = [Compared(walk, "camera_displacement", 0.5, 0.8, 1.0) for walk in range(20)]
    unclear = [
        Compared(walk, "camera_movement_direction", 0.5, float(rng.random() < 0.5), 1.0) for walk in range(20)
    ]
    assert set(measured_weights(better + unclear)) == {"camera_displacement"}
    printed = capsys.readouterr().out
    assert "graph 50.0, measured 80.0: +30.0 ± 0.0 points (20 questions)\n" in printed
    assert printed.count("left to the graph") == 1


def test_a_task_that_gains_on_longer_walks_is_measured_unless_it_loses_here() -> None:
    little = [Compared(walk, LONGER[0], 0.5, 0.75 if walk % 2 else 0.3, 1.0) for walk in range(20)]
    assert 0 < gain(little)[0] < gain(little)[1]
    assert set(measured_weights(little)) == {LONGER[0]}
    assert measured_weights([each._replace(measured=0.4) for each in little]) == {}


def test_an_answer_is_as_sure_as_such_answers_are_right() -> None:
    rng = np.random.default_rng(1)
    margins = rng.uniform(0, 2, 2000)
    right = rng.random(2000) < sigmoid(-1 + 2 * margins)
    told = [
        Compared(walk, "t", 0.0, float(value), float(margin))
        for walk, (margin, value) in enumerate(zip(margins, right, strict=True))
    ]
    weights = measured_weights([*told, Compared(0, "t", 1.0, 1.0, None)])["t"]
    assert weights == pytest.approx({"bias": -1, "margin": 2}, abs=0.3)
