"""Fits the confidence of a bundle's answers on validation seeds and writes it into the manifest:
`python -m loci_training.calibration --bundle DIR --walks 120 --processes 2`.

Per task a logistic regression of what an answer scored (a number's mean relative accuracy is a soft label) on how sure it was.
"""

import argparse
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .bundle import seal
from .confidence import Sureness, confidence, expected_calibration_error, sigmoid
from .evaluate import evaluate
from .splits import VALIDATION

RIDGE = 0.3  # as if that many units of the log-likelihood's curvature held each weight to where it starts
ENOUGH = 60  # questions from which a task has weights of its own
NAMES = ("bias", "answer", "trace")


class Judged(NamedTuple):
    """An answer, and what it turned out to be worth."""

    walk: int
    sure: Sureness | None
    score: float  # 0..1


def judged(walks: list[dict]) -> list[Judged]:
    """Every answer of walks as `evaluate` returns them."""
    return [
        Judged(index, sure, value)
        for index, walk in enumerate(walks)
        for _, value, _, _, sure in walk["rows"]
    ]


def fit_logistic(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Weights [3] of x [n, 3] (ones, ℓa, ℓt) for scores y [n] in 0..1, held to `start` by the ridge; those of ℓa and ℓt are not negative.

    Where the free optimum has a negative weight, the best allowed one has a weight of 0: each choice of weights that are 0 is
    fitted, and the best allowed fit taken.
    """

    def loss(weights: np.ndarray) -> float:
        value = x @ weights
        return float((np.logaddexp(0, value) - y * value).sum() + RIDGE / 2 * ((weights - start) ** 2).sum())

    fits = [
        _minimum(x, y, start, [0, *free], loss) for size in range(3) for free in combinations((1, 2), size)
    ]
    return min((weights for weights in fits if (weights[1:] >= 0).all()), key=loss)


def _minimum(
    x: np.ndarray, y: np.ndarray, start: np.ndarray, free: list[int], loss: Callable[[np.ndarray], float]
) -> np.ndarray:
    """The loss's minimum over the free weights, the others 0: Newton's method, each step halved until it does not climb."""
    weights = np.zeros(3)
    for _ in range(50):
        said = sigmoid(x @ weights)
        slope = (x.T @ (said - y) + RIDGE * (weights - start))[free]
        curve = ((x.T * (said * (1 - said))) @ x + RIDGE * np.eye(3))[np.ix_(free, free)]
        step = np.zeros(3)
        step[free] = np.linalg.solve(curve, slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-9:
            step /= 2
        weights = weights - step
        if np.abs(step).max() <= 1e-9:
            break
    return weights


def fit(answers: list[Judged], kinds: dict[str, str]) -> dict[str, dict[str, float]]:
    """The manifest's calibration.tasks: bias, answer and trace for every task of a kind that was asked. `kinds`: task → kind.

    A task is held to the fit over all tasks of its kind, and has that fit where it was asked fewer than ENOUGH times.
    """
    known = [answer for answer in answers if answer.sure is not None and answer.sure.task in kinds]
    x = np.array([(1.0, answer.sure.answer, answer.sure.trace) for answer in known]).reshape(-1, 3)
    y = np.array([answer.score for answer in known])
    of_task = np.array([answer.sure.task for answer in known], object)
    of_kind = np.array([kinds[task] for task in of_task], object)
    common = {
        str(kind): fit_logistic(x[of_kind == kind], y[of_kind == kind], np.zeros(3)) for kind in set(of_kind)
    }
    weights = {}
    for task, kind in kinds.items():
        asked = of_task == task
        if kind in common:
            own = fit_logistic(x[asked], y[asked], common[kind]) if asked.sum() >= ENOUGH else common[kind]
            weights[task] = {name: round(float(value), 4) for name, value in zip(NAMES, own, strict=True)}
    return weights


def confidences(answers: list[Judged], calibration: dict) -> np.ndarray:
    """What a bundle with this calibration says of each answer, [n]."""
    return np.array([confidence(answer.sure, calibration) for answer in answers])


def held_out(answers: list[Judged], kinds: dict[str, str], temperature: float) -> np.ndarray:
    """Confidences [n] by two-fold cross-validation: each walk's by a fit on the walks of the other half."""
    said = np.zeros(len(answers))
    fold = np.array([answer.walk % 2 for answer in answers])
    for half in (0, 1):
        tasks = fit([answer for answer in answers if answer.walk % 2 != half], kinds)
        inside = [answer for answer in answers if answer.walk % 2 == half]
        said[fold == half] = confidences(inside, {"temperature": temperature, "tasks": tasks})
    return said


def calibrate(answers: list[Judged], described: dict) -> dict:
    """The manifest's calibration, fitted on all answers. Prints the weights, and what they are worth on walks that they were not fitted on."""
    kinds = {task: definition["kind"] for task, definition in described["tasks"].items()}
    plain = {"temperature": described["calibration"]["temperature"]}
    fitted = plain | {"tasks": fit(answers, kinds)}
    for task, weights in fitted["tasks"].items():
        scores = [answer.score for answer in answers if answer.sure is not None and answer.sure.task == task]
        shown = ", ".join(f"{name} {value:.2f}" for name, value in weights.items())
        print(f"{task:26s} {shown}  ({len(scores)} answers{', its kind’s' if len(scores) < ENOUGH else ''})")
    scores = np.array([answer.score for answer in answers])
    for name, said in (
        ("before", confidences(answers, plain)),
        ("after", held_out(answers, kinds, plain["temperature"])),
    ):
        error, squared = expected_calibration_error(said, scores), ((said - scores) ** 2).mean()
        print(f"{name:7s} expected calibration error {error:.3f}, squared error {squared:.3f}")
    return fitted


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--walks", type=int, default=120)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    manifest = options.bundle / "manifest.json"
    json.loads(manifest.read_text())  # a folder that holds no bundle ends here, not after the walks
    answers = judged(evaluate(options.bundle, None, VALIDATION[: options.walks], options.processes))
    described = json.loads(manifest.read_text())
    seal(options.bundle, described | {"calibration": calibrate(answers, described)})


if __name__ == "__main__":
    main()
