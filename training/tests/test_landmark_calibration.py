"""At which odds a landmark is a thing follows from what is usual for its category."""

from types import SimpleNamespace

import numpy as np
import pytest

from export.calibrate_landmarks import SHARE, half_odds, odds_of
from world.categories import CATEGORIES
from world.walks import points_to_world

LAMP, DOOR = CATEGORIES.index("lamp"), CATEGORIES.index("door")
ORIGIN = (1.0, 2.0, 0.5)


def walk(*things: tuple[int, float, float]) -> SimpleNamespace:
    objects = [SimpleNamespace(category=category, center=(x, -1.0, z)) for category, x, z in things]
    return SimpleNamespace(
        scene=SimpleNamespace(objects=objects), walk=SimpleNamespace(poses=np.array([ORIGIN]))
    )


def remembered(*landmarks: tuple[int, float, float, float]) -> SimpleNamespace:
    return SimpleNamespace(landmarks=np.array(landmarks))


def test_landmarks_count_that_are_certain_and_stand_at_a_thing_of_their_category() -> None:
    x, z = points_to_world((3.0, 4.0), ORIGIN).tolist()
    found = odds_of(
        walk((LAMP, 3.0, 4.0)),
        remembered(
            *[(LAMP, x + 0.5, z, 0.75), (LAMP, x, z, 0.4)],
            *[(LAMP, x + 1.5, z, 0.9), (DOOR, x, z, 0.9)],
        ),
    )
    assert found == [(LAMP, pytest.approx(3.0))]


def test_even_odds_are_a_share_of_the_median_of_a_category(capsys: pytest.CaptureFixture[str]) -> None:
    halves = half_odds([(LAMP, 2.0), (LAMP, 4.0), (LAMP, 100.0), (DOOR, 20.0)])
    assert halves == {"lamp": pytest.approx(4 * SHARE), "door": pytest.approx(20 * SHARE)}
    assert "lamp" in capsys.readouterr().out
