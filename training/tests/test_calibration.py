"""The confidence of an answer is fitted so that it says how often it is right."""

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation.bundle_graphs import Answer, answer_question
from export import calibrate as calibration
from export.calibrate import (
    ENOUGH,
    NAMES,
    ScoredAnswer,
    calibrate,
    fit,
    fit_logistic,
    held_out_log_loss,
    log_loss,
    sigmoid,
    terms_of,
    with_terms,
)
from export.manifest import NO_SCORES, make_manifest, quality_claims, read_manifest, write_manifest
from model.localizer import localizer
from model.vocabulary import ID, PAD, TASK_TOKENS
from questions.records import Record

CASES = json.loads((Path(__file__).parents[2] / "libs/answering/test/fixtures/confidence.json").read_text())
KINDS = {"object_counting": "number", "object_rel_distance": "choice", "route_planning": "choice"}


def answers(
    count: int, task: str = "object_rel_distance", bias: float = 3.0, weight: float = 2.0, seed: int = 0
) -> list[ScoredAnswer]:
    """Answers that say they are sure, right as often as their traces allow: sigmoid(bias + weight · ℓt)."""
    random = np.random.default_rng(seed)
    traces = -random.exponential(1.5, count)
    right = random.random(count) < sigmoid(bias + weight * traces)
    return [
        ScoredAnswer(index // 8, task, -0.05, float(trace), float(hit))
        for index, (trace, hit) in enumerate(zip(traces, right, strict=True))
    ]


def plain_manifest() -> dict:
    """A manifest without scores."""
    return make_manifest(NO_SCORES, [], "0.1.0", 1.5)


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
    far = [ScoredAnswer(i, "object_counting", -40.0 * i, -10.0 * i, 1.0) for i in range(100)]
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
    scores = np.array([answer.score for answer in known])
    said = np.zeros(len(known))
    walks = np.array([answer.walk for answer in known])
    for half in (0, 1):
        weights = fit([answer for answer in known if answer.walk % 2 != half], KINDS)["object_rel_distance"]
        chosen = walks % 2 == half
        said[chosen] = sigmoid(terms_of(known)[chosen] @ [weights[name] for name in NAMES])
    for low in (0.0, 0.25, 0.5, 0.75):
        inside = (said >= low) & (said < low + 0.25)
        assert abs(said[inside].mean() - scores[inside].mean()) < 0.08
    uncalibrated = log_loss(np.full(len(known), -np.log(np.exp(0.05) - 1)), scores).mean()
    assert held_out_log_loss(known, KINDS) < 0.6 * uncalibrated


def test_answers_that_are_none_are_fitted_to_nothing() -> None:
    known = answers(100)
    others = [ScoredAnswer(3, None, 0.0, 0.0, 0.0), ScoredAnswer(4, None, -0.1, 0.0, 0.0)]
    assert fit([*known, *others], KINDS) == fit(known, KINDS)


def test_an_answered_question_keeps_what_was_written_and_its_log_probabilities() -> None:
    class Says:
        """A decoder that always says the same."""

        def answer(self, inputs: dict) -> dict:
            ids = [ID[word] for word in "<count> chair x1 z2 <answer> 4 <eos>".split()]
            return {
                "token_ids": np.array(ids + [PAD] * 5, np.int32),
                "log_probabilities": np.linspace(-0.6, 0, 12, dtype=np.float32),
            }

    record = Record(0, "loci", "scene", "object_counting", "How many chairs are there?", None, "4", False, [])
    found = answer_question(Says(), {}, record)
    assert found.answer == "4" and found.text == "<count> chair x1 z2 <answer> 4"
    (scored,) = with_terms([[(found, 1.0)]], plain_manifest())
    assert scored.task == "object_counting" and scored.score == 1.0
    assert scored.answer == pytest.approx(-0.6 * 6 / 11) and scored.trace == pytest.approx(-0.6 * 10 / 11)


def test_an_answer_without_a_sure_word_has_no_terms() -> None:
    nothing = Answer("", "<count> chair", np.zeros(12, np.float32))
    unsure = Answer("4", "<count> <answer> 4", np.array([0, 0, np.nan] + [0] * 9, np.float32))
    found = with_terms([[(nothing, 0.0)], [(unsure, 1.0)]], plain_manifest())
    assert [(answer.walk, answer.task, answer.score) for answer in found] == [(0, None, 0.0), (1, None, 1.0)]


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_the_confidence_is_the_services(case: dict) -> None:
    manifest = plain_manifest() | {"calibration": case["calibration"]}
    logs = np.array([case["log_probabilities"]], np.float32)
    (found,) = localizer().confidence(manifest, [case["text"]], logs)
    assert (found["confidence"] if found else 0.0) == pytest.approx(case["confidence"], abs=1e-6)


def test_the_command_writes_the_calibration_into_a_bundle_that_recorded_scores_leave_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(tmp_path, plain_manifest())
    known = [answer for seed in range(40) for answer in answers(16, seed=seed)]
    monkeypatch.setattr(calibration, "map_validation_walks", lambda study, options: [])
    monkeypatch.setattr(calibration, "with_terms", lambda walks, manifest: known)
    monkeypatch.setattr("sys.argv", ["calibrate", "--bundle", str(tmp_path), "--walks", "40"])
    calibration.main()
    manifest = read_manifest(tmp_path)
    assert manifest["calibration"]["temperature"] == 1.0
    assert set(NAMES) == manifest["calibration"]["tasks"]["object_rel_distance"].keys()
    assert set(manifest["calibration"]["tasks"]) <= set(TASK_TOKENS) and "README.md" in manifest["files"]
    assert (manifest | quality_claims(NO_SCORES))["calibration"] == manifest["calibration"]
    assert "log loss on held-out walks" in capsys.readouterr().out


def test_what_was_calibrated_before_does_not_change_what_is_fitted() -> None:
    manifest = plain_manifest()
    once = calibrate(answers(300), manifest)
    assert calibrate(answers(300), manifest | {"calibration": once}) == once
