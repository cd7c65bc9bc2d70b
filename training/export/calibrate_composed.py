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
FEW = 0.05  # of the median tokens of a category that was well seen: so many say little
LIMITS = (0.02, 0.05, 0.1)  # what would be taken for unseen below each is printed: the runtime chooses

EXISTENCE = "object_existence"
YES = "A"


class Signs(NamedTuple):
    """What speaks for a category being there, and whether it is."""

    category: int
    tokens: float  # how many show it, each by its probability
    landmark: float  # how certain its surest landmark is, 0 without one
    there: bool


Told = tuple[float, Signs]  # how far its best place leads, and its signs


class Asked(NamedTuple):
    """A question of a composed task: how sure its answer was (None: it was refused), and its score, 0..1."""

    task: str
    confidence: float | None
    score: float


def signs_of(category: int, walk: RememberedWalk, manifest: dict, there: bool) -> Signs:
    """The signs of a category in a walk."""
    half = manifest["calibration"].get("landmarks", {}).get(CATEGORIES[category], 1.0)
    own = walk.landmarks[walk.landmarks[:, 0] == category, 3]
    certainty = float(own.max(initial=0.0))
    return Signs(category, walk.seen[category], certainty / (certainty + half * (1 - certainty)), there)


def shown(visibility: Visibility, walk: RememberedWalk, manifest: dict) -> list[Signs]:
    """Categories that were well seen, and those that were not even glimpsed: others may be told either
    way."""
    samples = []
    for category in OBJECT_CATEGORIES:
        members = visibility.by_category.get(category, [])
        well = any(visibility.well_seen[i] for i in members)
        if well or not any(visibility.noticed[i] for i in members):
            samples.append(signs_of(category, walk, manifest, well))
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
) -> tuple[list[Signs], list[Told], list[Asked]]:
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
            category = CATEGORIES.index(draft.words["a"])
            told.append((lead_of(bare), signs_of(category, remembered, manifest, draft.truth == YES)))
    return shown(visibility, remembered, manifest), told, asked


def fit_line(terms: list[float], scores: list[float], start: tuple[float, float]) -> tuple[float, float]:
    """Bias and weight of one term."""
    columns = np.array([(1.0, term, 0.0) for term in terms])
    bias, weight, _ = fit_logistic(columns, np.array(scores), np.array([*start, 0.0]))
    return round(float(bias), 4), round(float(weight), 4)


def odds(confidence: float) -> float:
    """Its logarithm."""
    within = min(1 - LEAST, max(LEAST, confidence))
    return float(np.log(within / (1 - within)))


def few_tokens(samples: list[Signs]) -> dict[str, float]:
    """By category, a number of tokens that says little."""
    return {
        CATEGORIES[category]: round(FEW * float(np.median(tokens)), 3)
        for category in OBJECT_CATEGORIES
        if (tokens := [own.tokens for own in samples if own.there and own.category == category])
    }


def terms_of(samples: list[Signs], few: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """The terms of each sample, [S, 2]: ln(1 + tokens / few) and the landmark; and whether it is there."""
    terms = [(np.log1p(own.tokens / few.get(CATEGORIES[own.category], 1.0)), own.landmark) for own in samples]
    return np.array(terms), np.array([float(own.there) for own in samples])


def seen_weights(samples: list[Signs]) -> dict[str, float | dict[str, float]]:
    """The manifest's calibration.seen. Prints the share of what was well seen that would be taken for unseen
    below some limits, and the share of what was not shown that would be caught."""
    few = few_tokens(samples)
    terms, there = terms_of(samples, few)
    ones = np.ones((len(samples), 1))
    weights = fit_logistic(np.hstack([ones, terms]), there, np.zeros(3))
    shown = sigmoid(np.hstack([ones, terms]) @ weights)
    fitted = rounded(("bias", "tokens", "landmark"), weights)
    print(f"shown: {written(fitted)}  ({len(samples)} categories of walks)")
    for limit in LIMITS:
        print(
            f"below {limit}: {(shown[there == 1] < limit).mean():.1%} of the well seen,"
            f" {(shown[there == 0] < limit).mean():.0%} of the not even glimpsed"
        )
    return fitted | {"few": few}


def existence_weights(told: list[Told], few: dict[str, float]) -> dict[str, float]:
    """The manifest's calibration.existence."""
    terms, there = terms_of([own for _, own in told], few)
    leads = np.array([[lead] for lead, _ in told])
    columns = np.hstack([np.ones((len(told), 1)), leads, terms])
    fitted = rounded(
        ("bias", "lead", "tokens", "landmark"), fit_logistic(columns, there, np.array([0.0, 1.0, 0.0, 0.0]))
    )
    print(f"existence: {written(fitted)}")
    return fitted


def rounded(names: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    """Weights by their names, as a manifest has them."""
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def written(weights: dict[str, float]) -> str:
    """For the terminal."""
    return ", ".join(f"{name} {weight:.2f}" for name, weight in weights.items())


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
        seen = seen_weights([sample for own, *_ in walks for sample in own])
        told = [each for _, own, _ in walks for each in own]
        calibration |= {"seen": seen, "existence": existence_weights(told, seen["few"])}
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
