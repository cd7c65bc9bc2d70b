"""Fits the confidence of a bundle's answers on validation seeds and writes it into the manifest:
`python -m export.calibrate --bundle ../models/loci-nano --walks 120`.

The probability of an answer's tokens is that of the answer given its trace, so a wrong trace gives a sure
wrong answer. The calibrated confidence asks the trace too: sigmoid(bias + answer · ℓa + trace · ℓt). The
service computes the terms ℓa and ℓt; here they come from the localizer process. Per task the weights are a
logistic regression of what an answer scored on its terms; a number's mean relative accuracy is a soft label.
"""

from collections.abc import Callable
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.bundle_graphs import Answer, answer_question, bundle_graphs
from evaluation.composed import remember_walk
from evaluation.walks import evaluation_walk, map_validation_walks, memories_option, study_parser
from export.manifest import read_manifest, write_manifest
from model.localizer import localizer
from model.walkthrough import Graphs
from questions.scoring import score

PER_TASK = 8  # questions of each walk
RIDGE = 0.3  # pull of each weight towards its start, as curvature of the log-likelihood
ENOUGH = 60  # answers from which a task has weights of its own
NAMES = ("bias", "answer", "trace")


class ScoredAnswer(NamedTuple):
    """An answer's task and terms (None and 0 where there is no answer to be sure of), and its score in
    0..1."""

    walk: int
    task: str | None
    answer: float
    trace: float
    score: float


def answer_walk(graphs: Graphs, seed: int, memories: Path | None = None) -> list[tuple[Answer, float]]:
    """The answers to the questions of a seed's walk, with their scores; none where the scene leaves nowhere
    to stand."""
    try:
        walk = evaluation_walk(seed, per_task=PER_TASK)
    except ValueError:
        return []
    state = remember_walk(graphs, walk, memories).state
    answers = [(record, answer_question(graphs, state, record)) for record in walk.records]
    return [
        (answer, score(record.question_type, answer.answer, record.ground_truth))
        for record, answer in answers
    ]


def _answer(job: tuple[Path, int], memories: Path | None = None) -> list[tuple[Answer, float]]:
    bundle, seed = job
    return answer_walk(bundle_graphs(bundle), seed, memories)


def with_terms(walks: list[list[tuple[Answer, float]]], manifest: dict) -> list[ScoredAnswer]:
    """All walks' answers with the terms that the service's confidence is made of."""
    scored = [(index, answer, value) for index, answers in enumerate(walks) for answer, value in answers]
    if not scored:
        return []
    texts = [answer.text for _, answer, _ in scored]
    terms = localizer().confidence(
        manifest, texts, np.stack([answer.log_probabilities for _, answer, _ in scored])
    )
    return [
        ScoredAnswer(index, found["task"], found["answer"], found["trace"], value)
        if found is not None
        else ScoredAnswer(index, None, 0.0, 0.0, value)
        for (index, _, value), found in zip(scored, terms, strict=True)
    ]


def sigmoid(value: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−value)), which cannot overflow written like this."""
    return 0.5 + 0.5 * np.tanh(value / 2)


def log_loss(value: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Minus the log-likelihood of scores in 0..1 under logits [n]."""
    return np.logaddexp(0, value) - score * value


def fit_logistic(terms: np.ndarray, scores: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Weights [w] of terms [n, w] (ones, ℓa, ℓt, or others) for scores [n], held to `start` by the ridge;
    those of all terms but the ones are not negative.

    Where the free optimum has a negative weight, the best allowed one has a weight of 0. So each choice of
    zero weights is fitted, and the best allowed fit taken.
    """

    def loss(weights: np.ndarray) -> float:
        return float(log_loss(terms @ weights, scores).sum() + RIDGE / 2 * ((weights - start) ** 2).sum())

    others = range(1, terms.shape[1])
    choices = [[0, *free] for size in range(terms.shape[1]) for free in combinations(others, size)]
    fits = [_minimum(terms, scores, start, free, loss) for free in choices]
    return min((weights for weights in fits if (weights[1:] >= 0).all()), key=loss)


def _minimum(
    terms: np.ndarray,
    scores: np.ndarray,
    start: np.ndarray,
    free: list[int],
    loss: Callable[[np.ndarray], float],
) -> np.ndarray:
    """The loss's minimum over the free weights, the others 0: Newton's method, each step halved until it does
    not climb."""
    weights = np.zeros(len(start))
    for _ in range(50):
        predicted = sigmoid(terms @ weights)
        slope = (terms.T @ (predicted - scores) + RIDGE * (weights - start))[free]
        curvature = (terms.T * (predicted * (1 - predicted))) @ terms + RIDGE * np.eye(len(start))
        step = np.zeros(len(start))
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-9:
            step /= 2
        weights = weights - step
        if np.abs(step).max() <= 1e-9:
            break
    return weights


def terms_of(answers: list[ScoredAnswer]) -> np.ndarray:
    """The terms [n, 3]: ones, ℓa, ℓt."""
    return np.array([(1.0, answer.answer, answer.trace) for answer in answers]).reshape(-1, 3)


def fit(answers: list[ScoredAnswer], kinds: dict[str, str]) -> dict[str, dict[str, float]]:
    """The manifest's calibration.tasks: bias, answer and trace for every task of a kind that was asked.
    `kinds`: task → kind.

    A task is held to the fit over all tasks of its kind, and has that fit where it was asked fewer than
    ENOUGH times.
    """
    known = [answer for answer in answers if answer.task in kinds]
    terms, scores = terms_of(known), np.array([answer.score for answer in known])
    tasks = np.array([answer.task for answer in known], object)
    task_kinds = np.array([kinds[task] for task in tasks], object)
    common = {
        kind: fit_logistic(terms[task_kinds == kind], scores[task_kinds == kind], np.zeros(3))
        for kind in dict.fromkeys(task_kinds.tolist())
    }
    weights = {}
    for task, kind in kinds.items():
        if kind not in common:
            continue
        rows, fitted = tasks == task, common[kind]
        if rows.sum() >= ENOUGH:
            fitted = fit_logistic(terms[rows], scores[rows], fitted)
        weights[task] = {name: round(float(value), 4) for name, value in zip(NAMES, fitted, strict=True)}
    return weights


def held_out_log_loss(answers: list[ScoredAnswer], kinds: dict[str, str]) -> float:
    """The mean log loss by two-fold cross-validation over walks, of answers whose task has weights."""
    losses = []
    for half in (0, 1):
        weights = fit([answer for answer in answers if answer.walk % 2 != half], kinds)
        judged = [answer for answer in answers if answer.walk % 2 == half and answer.task in weights]
        chosen = np.array([[weights[answer.task][name] for name in NAMES] for answer in judged]).reshape(
            -1, 3
        )
        logits = (terms_of(judged) * chosen).sum(-1)
        losses += log_loss(logits, np.array([answer.score for answer in judged])).tolist()
    return float(np.mean(losses))


def calibrate(answers: list[ScoredAnswer], manifest: dict) -> dict:
    """The manifest's calibration, fitted on all answers. Prints the weights, and the loss on walks that they
    were not fitted on."""
    kinds = {task: definition["kind"] for task, definition in manifest["tasks"].items()}
    tasks = fit(answers, kinds)
    for task, weights in tasks.items():
        count = sum(answer.task == task for answer in answers)
        shown = ", ".join(f"{name} {value:.2f}" for name, value in weights.items())
        print(f"{task:26s} {shown}  ({count} answers{', its kind’s' if count < ENOUGH else ''})")
    if tasks:
        print(f"log loss on held-out walks {held_out_log_loss(answers, kinds):.3f}")
    return manifest["calibration"] | {"tasks": tasks}


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=120)
    memories_option(parser)
    options = parser.parse_args()
    read_manifest(options.bundle)  # a folder that holds no bundle ends here, not after the walks
    walks = map_validation_walks(partial(_answer, memories=options.memories), options)
    manifest = read_manifest(options.bundle)
    calibration = calibrate(with_terms(walks, manifest), manifest)
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
