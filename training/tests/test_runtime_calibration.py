"""How sure the runtime's answers are is held against how right they are."""

from pathlib import Path

import pytest

from evaluation import composed
from evaluation.composed import record_things, remember_walk
from evaluation.walks import EvaluationWalk, evaluation_walk
from export.calibration import Sure, calibration_error, print_calibration
from world.splits import VALIDATION


def test_an_answer_is_miscalibrated_by_how_far_it_is_off_in_its_bin() -> None:
    right = [Sure("t", False, 0.75, 1.0)] * 3 + [Sure("t", False, 0.75, 0.0)]
    assert calibration_error(right) == pytest.approx(0)
    # too sure and too unsure in one bin make up for each other, in two they do not
    assert calibration_error([Sure("t", False, 0.71, 1.0), Sure("t", False, 0.79, 0.5)]) == pytest.approx(0)
    assert calibration_error([Sure("t", False, 0.6, 1.0), Sure("t", False, 1.0, 0.6)]) == pytest.approx(0.4)


def test_choices_and_numbers_are_told_apart_and_refusals_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_calibration([Sure("count", True, 0.5, 1.0), Sure("way", False, 0.0, 0.0)])
    assert capsys.readouterr().out.splitlines() == [
        "count                      sure 0.500, right 1.000  (1 answers, 0 refused)",
        "way                        sure 0.000, right 0.000  (1 answers, 1 refused)",
        "calibration error of choices 0.000  (1 answers)",
        "calibration error of numbers 0.500  (1 answers)",
    ]


def test_a_walk_that_was_remembered_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = evaluation_walk(VALIDATION[1], per_task=1)
    made: list[int] = []

    def remembered(_: object, walk: EvaluationWalk) -> str:
        made.append(walk.scene.seed)
        return "memory"

    monkeypatch.setattr(composed, "_remembered", remembered)
    assert remember_walk(None, walk, tmp_path / "new") == "memory"
    assert remember_walk(None, walk, tmp_path / "new") == "memory"
    assert remember_walk(None, walk) == "memory"
    assert made == [VALIDATION[1]] * 2


def test_things_of_each_task_are_told_with_their_roles() -> None:
    roles = {
        record.question_type: sorted({thing["role"] for thing in record_things(record)})
        for record in evaluation_walk(VALIDATION[1], per_task=1).records
    }
    assert roles["object_size_estimation"] == ["target"]
    assert roles["room_size_estimation"] == []
    assert roles["object_rel_distance"] == ["anchor", "candidate"]
    assert roles["obj_obj_relative_pos_ud"] == ["first", "moment", "second"]


def test_a_home_is_told_as_such() -> None:
    records = evaluation_walk(VALIDATION[5], ["room_size_estimation"]).records
    assert [record_things(record) for record in records] == [
        [{"thing": None, "text": "home", "role": "place", "source": 0}]
    ]
