"""Fits what a bundle says of things that were not shown, and the confidence of its composed answers, on
validation seeds: `python -m export.calibrate_composed --bundle ../models/loci-nano --walks 160`.

Run it after `export.calibrate` and `export.calibrate_measured`: a composed answer is as sure as its parts,
and may be composed of what is measured. It writes `calibration.seen`, `calibration.existence` and
`calibration.composed`, and prints what the composed answers scored before.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.bundle_graphs import bundle_graphs
from evaluation.composed import RememberedWalk, composed_answer, remember_walk
from evaluation.walks import evaluation_walk, map_validation_walks, memories_option, study_parser
from export.calibrate import fit_logistic, sigmoid
from export.manifest import read_manifest, write_manifest
from questions.drafts import Draft
from questions.further_drafts import further_drafts
from questions.scoring import mean_relative_accuracy
from questions.visibility import Visibility
from rendering.labels import token_labels
from world.categories import CATEGORIES, OBJECT_CATEGORIES

PER_TASK = 6  # questions of each walk
LEAST = 1e-6  # a fitted confidence is never 0 or 1
MISTAKEN = 0.004  # share of what was well seen that may be taken for surely unseen

EXISTENCE = "object_existence"
YES = "A"
Sample = tuple[float, float]  # ln(1 + tokens) of a category, and whether it was shown
Told = tuple[float, float, float]  # how far its best place leads, ln(1 + tokens), whether it is there


class Asked(NamedTuple):
    """A question of a composed task: how sure its answer was (None: it was refused), and its score, 0..1."""

    task: str
    confidence: float | None
    score: float


def shown(visibility: Visibility, walk: RememberedWalk) -> list[Sample]:
    """Categories that were well seen, and those that were not even glimpsed: others may be told either
    way."""
    samples = []
    for category in OBJECT_CATEGORIES:
        members = visibility.by_category.get(category, [])
        well = any(visibility.well_seen[i] for i in members)
        if well or not any(visibility.noticed[i] for i in members):
            samples.append((float(np.log1p(walk.seen[category])), float(well)))
    return samples


def score_of(answer: dict, draft: Draft) -> float:
    """What an answer scores, 0..1."""
    if draft.options is None:
        return float(mean_relative_accuracy(answer["value"], float(draft.truth)))
    return float(answer["choice"] == draft.truth)


def lead_of(answer: dict) -> float:
    """By how much the best place of a thing leads: without weights, existence is sigmoid(lead)."""
    sure = odds(answer["confidence"])
    return sure if answer["choice"] == YES else -sure


def study_walk(
    job: tuple[Path, int], tasks: Sequence[str] | None = None, memories: Path | None = None
) -> tuple[list[Sample], list[Told], list[Asked]]:
    """What was perceived on a seed's walk, what was told of things that may be there, and the composed
    answers, each as sure as its parts; of all tasks, or of some."""
    bundle, seed = job
    graphs, manifest = bundle_graphs(bundle), read_manifest(bundle)
    manifest["calibration"].pop("composed", None)
    plain = {name: value for name, value in manifest["calibration"].items() if name != "existence"}
    try:
        walk = evaluation_walk(seed)
    except ValueError:  # the scene leaves nowhere to stand
        return [], [], []
    visibility = Visibility(walk.scene, walk.walk, token_labels(walk.scene, walk.walk.poses)["pixels"])
    remembered, told, asked = remember_walk(graphs, walk, memories), [], []
    for task, draft in further_drafts(walk.scene, visibility, PER_TASK):
        if tasks is not None and task not in tasks:
            continue
        answer = composed_answer(graphs, manifest, remembered, task, draft)
        sure, score = (None, 0.0) if answer is None else (answer["confidence"], score_of(answer, draft))
        asked.append(Asked(task.removesuffix("_few"), sure, score))
        if task == EXISTENCE and answer is not None:
            bare = composed_answer(graphs, manifest | {"calibration": plain}, remembered, task, draft)
            tokens = np.log1p(remembered.seen[CATEGORIES.index(draft.words["a"])])
            told.append((lead_of(bare), float(tokens), float(draft.truth == YES)))
    return shown(visibility, remembered), told, asked


def fit_line(terms: list[float], scores: list[float], start: tuple[float, float]) -> tuple[float, float]:
    """Bias and weight of one term."""
    columns = np.array([(1.0, term, 0.0) for term in terms])
    bias, weight, _ = fit_logistic(columns, np.array(scores), np.array([*start, 0.0]))
    return round(float(bias), 4), round(float(weight), 4)


def odds(confidence: float) -> float:
    """Its logarithm."""
    within = min(1 - LEAST, max(LEAST, confidence))
    return float(np.log(within / (1 - within)))


def seen_weights(samples: list[Sample]) -> dict[str, float]:
    """The manifest's calibration.seen. Prints the probability below which a thing is surely unseen
    (`SURELY_UNSEEN` of `libs/answering`), and the share of what was not shown that it catches."""
    terms, there = np.array(samples).T
    bias, tokens = fit_line(terms.tolist(), there.tolist(), (0.0, 0.0))
    probability = sigmoid(bias + tokens * terms)
    surely = np.quantile(probability[there == 1], MISTAKEN)
    caught = (probability[there == 0] < surely).mean()
    print(f"shown: bias {bias:.2f}, tokens {tokens:.2f}  ({len(samples)} categories of walks)")
    print(f"{MISTAKEN:.1%} of the well seen is below {surely:.3f}, {caught:.0%} of the not even glimpsed")
    return {"bias": bias, "tokens": tokens}


def existence_weights(told: list[Told]) -> dict[str, float]:
    """The manifest's calibration.existence."""
    leads, tokens, there = np.array(told).T
    columns = np.stack([np.ones(len(told)), leads, tokens], 1)
    fitted = fit_logistic(columns, there, np.array([0.0, 1.0, 0.0]))
    weights = {
        name: round(float(value), 4) for name, value in zip(("bias", "lead", "tokens"), fitted, strict=True)
    }
    print(f"existence: {', '.join(f'{name} {value:.2f}' for name, value in weights.items())}")
    return weights


def print_scores(asked: list[Asked]) -> None:
    """What each task scores; refused is wrong."""
    for task in sorted({each.task for each in asked}):
        own = [each for each in asked if each.task == task]
        scores = 100 * np.array([each.score for each in own])
        error = scores.std() / np.sqrt(len(own))
        refused = np.mean([each.confidence is None for each in own])
        print(f"{task:26s} {scores.mean():.1f} ± {error:.1f}  ({len(own)} questions, {refused:.1%} refused)")


def composed_weights(asked: list[Asked]) -> dict[str, dict[str, float]]:
    """The manifest's calibration.composed. That of existence is its own probability."""
    weights = {}
    for task in sorted({each.task for each in asked} - {EXISTENCE}):
        own = [
            (odds(each.confidence), each.score)
            for each in asked
            if each.task == task and each.confidence is not None
        ]
        bias, weight = fit_line([term for term, _ in own], [score for _, score in own], (0.0, 1.0))
        weights[task] = {"bias": bias, "odds": weight}
        print(f"{task:26s} bias {bias:.2f}, odds {weight:.2f}  ({len(own)} answers)")
    return weights


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=160)
    parser.add_argument("--tasks", nargs="+", help="fit the confidence of these tasks alone")
    memories_option(parser)
    options = parser.parse_args()
    read_manifest(options.bundle)  # a folder that holds no bundle ends here, not after the walks
    study = partial(study_walk, tasks=options.tasks, memories=options.memories)
    walks = map_validation_walks(study, options)
    asked = [each for *_, own in walks for each in own]
    print_scores(asked)
    manifest = read_manifest(options.bundle)
    fitted = {"composed": manifest["calibration"].get("composed", {}) | composed_weights(asked)}
    calibration = manifest["calibration"] | fitted
    if options.tasks is None:
        calibration |= {
            "seen": seen_weights([sample for own, *_ in walks for sample in own]),
            "existence": existence_weights([each for _, own, _ in walks for each in own]),
        }
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
