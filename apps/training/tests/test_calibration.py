"""The confidence of an answer: as the runtime has it, fitted so that it says how often it is right."""

import json
from pathlib import Path

import numpy as np
import pytest

from loci_training import calibration
from loci_training.bundle import claims, manifest, manifest_scores, seal
from loci_training.calibration import ENOUGH, Judged, calibrate, confidences, fit, fit_logistic, held_out
from loci_training.confidence import Sureness, confidence, expected_calibration_error, sigmoid, sureness
from loci_training.evaluate import answer, calibration_error
from loci_training.questions import Record
from loci_training.vocabulary import ID, PAD, TASK_TOKENS

CASES = json.loads((Path(__file__).parents[3] / "libs/memory/test/fixtures/confidence.json").read_text())
KINDS = {"object_counting": "number", "object_rel_distance": "choice", "route_planning": "choice"}


def answers(
    count: int, task: str = "object_rel_distance", bias: float = 3.0, weight: float = 2.0, seed: int = 0
) -> list[Judged]:
    """Answers that say they are sure, right as often as their traces allow: sigmoid(bias + weight · ℓt)."""
    random = np.random.default_rng(seed)
    traces = -random.exponential(1.5, count)
    right = random.random(count) < sigmoid(bias + weight * traces)
    return [
        Judged(index // 8, Sureness(task, -0.05, float(trace)), float(hit))
        for index, (trace, hit) in enumerate(zip(traces, right, strict=True))
    ]


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_the_confidence_is_the_runtimes(case: dict) -> None:
    sure = sureness(case["text"].split(), case["log_probabilities"])
    assert confidence(sure, case["calibration"]) == pytest.approx(case["confidence"], abs=1e-6)


def test_a_word_without_a_probability_leaves_nothing_to_be_sure_of() -> None:
    assert sureness("<count> <answer> 4 <eos>".split(), [0, 0, float("nan"), 0]) is None


def test_the_error_is_the_mean_gap_of_ten_bins() -> None:
    # as the example by hand in libs/scoring/test: .95, .95 | .15 against 1, 0 | 0
    assert expected_calibration_error(
        np.array([0.95, 0.95, 0.15]), np.array([1.0, 0.0, 0.0])
    ) == pytest.approx((0.9 + 0.15) / 3)
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0


def test_the_fit_finds_what_answers_hang_on() -> None:
    weights = fit(answers(4000), KINDS)["object_rel_distance"]
    assert weights["bias"] == pytest.approx(3, abs=0.3) and weights["trace"] == pytest.approx(2, abs=0.2)


def test_soft_labels_are_met_on_average() -> None:
    random = np.random.default_rng(1)
    x = np.stack([np.ones(500), -random.random(500), -random.random(500)], 1)
    y = sigmoid(x @ [1, 2, 0.5])
    assert np.abs(sigmoid(x @ fit_logistic(x, y, np.zeros(3))) - y).max() < 0.05


def test_no_weight_is_negative_even_where_the_unsure_are_right() -> None:
    for trace in (-2.0, 2.0):
        fitted = fit(answers(400, bias=1.0, weight=trace), KINDS)["object_rel_distance"]
        assert fitted["answer"] >= 0 and fitted["trace"] >= 0 and (fitted["trace"] == 0) == (trace < 0)


def test_answers_all_right_and_sums_far_out_still_have_a_fit() -> None:
    far = [Judged(i, Sureness("object_counting", -40.0 * i, -10.0 * i), 1.0) for i in range(100)]
    assert all(np.isfinite(list(fit(far, KINDS)["object_counting"].values())))


def test_a_task_asked_too_rarely_has_the_weights_of_its_kind() -> None:
    often = [*answers(400), *answers(ENOUGH, "route_planning", -1.0, 0.0)]
    rarely, never = fit(often[:-1], KINDS), fit(often[:-ENOUGH], KINDS)
    assert fit(often, KINDS)["route_planning"]["bias"] < rarely["route_planning"]["bias"] - 1
    assert rarely["route_planning"]["bias"] < rarely["object_rel_distance"]["bias"]  # which has its own
    assert never["route_planning"] == pytest.approx(never["object_rel_distance"], abs=0.2)
    assert "object_counting" not in never  # nobody asked for a number


def test_calibrated_confidence_is_right_about_walks_that_it_was_not_fitted_on() -> None:
    known = answers(1200)
    scores = np.array([one.score for one in known])
    assert expected_calibration_error(confidences(known, {"temperature": 1.0}), scores) > 0.25
    assert expected_calibration_error(held_out(known, KINDS, 1.0), scores) < 0.05


def test_answers_that_are_none_stay_at_zero() -> None:
    known = [*answers(100), Judged(3, None, 0.0), Judged(4, Sureness(None, -0.1, 0.0), 0.0)]
    assert confidences(known, {"temperature": 1.0, "tasks": fit(known, KINDS)})[100] == 0


def test_an_evaluated_answer_says_how_sure_it_was() -> None:
    class Says:
        """A decoder that always says the same."""

        def answer(self, inputs: dict) -> dict:
            ids = [ID[word] for word in "<count> chair x1 z2 <answer> 4 <eos>".split()]
            return {
                "token_ids": np.array(ids + [PAD] * 5, np.int32),
                "log_probabilities": np.linspace(-0.6, 0, 12, dtype=np.float32),
            }

    record = Record(0, "loci", "scene", "object_counting", "How many chairs are there?", None, "4", False, [])
    said, _, sure = answer(Says(), {}, record)
    assert said == "4" and sure is not None and sure.task == "object_counting"
    assert sure.answer == pytest.approx(-0.6 * 6 / 11) and sure.trace == pytest.approx(-0.6 * 10 / 11)


def test_the_command_writes_the_calibration_into_a_bundle_that_recorded_scores_leave_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seal(tmp_path, manifest(manifest_scores({}, 0), [], "0.1.0", 1.5))
    walks = [
        {"rows": [("any", one.score, 0.0, "", one.sure) for one in answers(16, seed=seed)]}
        for seed in range(40)
    ]
    monkeypatch.setattr(calibration, "evaluate", lambda *arguments: walks)
    monkeypatch.setattr("sys.argv", ["calibration", "--bundle", str(tmp_path), "--walks", "40"])
    calibration.main()
    described = json.loads((tmp_path / "manifest.json").read_text())
    assert described["calibration"]["temperature"] == 1.0
    assert {"bias", "answer", "trace"} == described["calibration"]["tasks"]["object_rel_distance"].keys()
    assert set(described["calibration"]["tasks"]) <= set(TASK_TOKENS) and "README.md" in described["files"]
    assert (described | claims(manifest_scores({}, 5)))["calibration"] == described["calibration"]
    assert calibration_error(walks, described["calibration"]) < 0.06
    assert "after   expected calibration error" in capsys.readouterr().out


def test_what_was_calibrated_before_does_not_change_what_is_fitted() -> None:
    described = manifest(manifest_scores({}, 0), [], "0.1.0", 1.5)
    once = calibrate(answers(300), described)
    assert calibrate(answers(300), described | {"calibration": once}) == once
