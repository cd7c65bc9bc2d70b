"""Answers are scored as the service scores them: both read one file of cases."""

import json
from pathlib import Path

import numpy as np
import pytest

from questions.scoring import mean_relative_accuracy, score

CASES = json.loads(
    (Path(__file__).parents[2] / "libs/scoring/test/fixtures/mean-relative-accuracy.json").read_text()
)


@pytest.mark.parametrize(
    "case", CASES["numbers"], ids=lambda case: f"{case['predicted']} for {case['truth']}"
)
def test_a_number_has_the_accuracy_that_the_service_gives_it(case: dict) -> None:
    assert mean_relative_accuracy(case["predicted"], case["truth"]) == pytest.approx(case["accuracy"])


@pytest.mark.parametrize("case", CASES["answers"], ids=lambda case: f"{case['answer']} for {case['truth']}")
def test_an_answer_has_the_score_that_the_service_gives_it(case: dict) -> None:
    assert score(case["question_type"], case["answer"], case["truth"]) == pytest.approx(case["score"])


def test_mean_relative_accuracy_counts_the_thresholds_that_hold() -> None:
    rng = np.random.default_rng(0)
    p, t = rng.uniform(0.1, 9, 500), rng.uniform(0.1, 9, 500)
    counted = [
        sum(abs(a - b) / b <= 1 - k / 100 for k in range(50, 100, 5)) / 10 for a, b in zip(p, t, strict=True)
    ]
    assert np.allclose(mean_relative_accuracy(p, t), counted)


def test_a_question_of_no_benchmark_has_no_metric() -> None:
    with pytest.raises(ValueError, match="no metric"):
        score("description", "A", "A")
