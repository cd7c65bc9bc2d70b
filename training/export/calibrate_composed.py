"""Fits what a bundle says of things that were not shown, and the confidence of its composed answers, on
validation seeds: `python -m export.calibrate_composed --bundle ../models/loci-nano --walks 160`.

Run it after `export.calibrate`: a composed answer is as sure as its parts. It writes `calibration.seen` and
`calibration.composed`; the weights of object_existence in `calibration.tasks` stay.
"""

from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import BundleGraphs
from evaluation.composed import RememberedWalk, composed_answer, remember_walk
from evaluation.walks import evaluation_walk, map_validation_walks, study_parser
from export.calibrate import fit_logistic
from export.manifest import read_manifest, write_manifest
from questions.drafts import Draft
from questions.further_drafts import further_drafts
from questions.scoring import mean_relative_accuracy
from questions.visibility import Visibility
from rendering.labels import token_labels
from world.categories import CATEGORIES, OBJECT_CATEGORIES

PER_TASK = 6  # questions of each walk
LEAST = 1e-6  # a fitted confidence is never 0 or 1

EXISTENCE = "object_existence"
Sample = tuple[float, float]  # ln(1 + tokens) of a category, and whether it was shown
Scored = tuple[str, float, float]  # task, confidence, score 0..1


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


def study_walk(job: tuple[Path, int]) -> tuple[list[Sample], list[Scored]]:
    """What was perceived on a seed's walk, and its composed answers as the manifest calibrates them."""
    bundle, seed = job
    graphs, manifest = BundleGraphs.load(bundle), read_manifest(bundle)
    try:
        walk = evaluation_walk(seed)
    except ValueError:  # the scene leaves nowhere to stand
        return [], []
    visibility = Visibility(walk.scene, walk.walk, token_labels(walk.scene, walk.walk.poses)["pixels"])
    remembered, scored = remember_walk(graphs, walk), []
    for task, draft in further_drafts(walk.scene, visibility, PER_TASK):
        answer = composed_answer(graphs, manifest, remembered, task, draft)
        if answer is not None:
            scored.append((task.removesuffix("_few"), answer["confidence"], score_of(answer, draft)))
    return shown(visibility, remembered), scored


def fit_line(terms: list[float], scores: list[float], start: tuple[float, float]) -> tuple[float, float]:
    """Bias and weight of one term."""
    columns = np.array([(1.0, term, 0.0) for term in terms])
    bias, weight, _ = fit_logistic(columns, np.array(scores), np.array([*start, 0.0]))
    return round(float(bias), 4), round(float(weight), 4)


def odds(confidence: float) -> float:
    """Its logarithm."""
    within = min(1 - LEAST, max(LEAST, confidence))
    return float(np.log(within / (1 - within)))


def composed_weights(scored: list[Scored]) -> dict[str, dict[str, float]]:
    """The manifest's calibration.composed. That of existence is its own probability."""
    weights = {}
    for task in sorted({task for task, *_ in scored} - {EXISTENCE}):
        own = [(odds(confidence), score) for name, confidence, score in scored if name == task]
        bias, weight = fit_line([term for term, _ in own], [score for _, score in own], (0.0, 1.0))
        weights[task] = {"bias": bias, "odds": weight}
        print(f"{task:26s} bias {bias:.2f}, odds {weight:.2f}  ({len(own)} answers)")
    return weights


def main() -> None:
    """The command line."""
    options = study_parser(__doc__, walks=160).parse_args()
    manifest = read_manifest(options.bundle)
    # composed answers are fitted as sure as their parts
    plain = {name: value for name, value in manifest["calibration"].items() if name != "composed"}
    write_manifest(options.bundle, manifest | {"calibration": plain})
    walks = map_validation_walks(study_walk, options)
    samples = [sample for own, _ in walks for sample in own]
    bias, tokens = fit_line([term for term, _ in samples], [there for _, there in samples], (0.0, 0.0))
    print(f"shown: bias {bias:.2f}, tokens {tokens:.2f}  ({len(samples)} categories of {len(CATEGORIES)})")
    calibration = plain | {
        "seen": {"bias": bias, "tokens": tokens},
        "composed": composed_weights([answer for _, own in walks for answer in own]),
    }
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
