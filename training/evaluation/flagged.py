"""What answers reach on footage that is flagged: `python -m evaluation.flagged --bundle ../models/loci-nano`.

Validation walks are disturbed until their novelty is above the manifest's threshold. Prints per disturbance
the mean score of numbers and of choices, and what they would claim. The manifest's
`out_of_domain.confidence` is set by hand, below the least of the scores: other footage may be worse.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.bundle_graphs import BundleGraphs, answer_question
from evaluation.walks import evaluation_walk, map_validation_walks, study_parser
from model.localizer import localizer
from model.walkthrough import localize_chunks, perceive_chunks, remember_chunks
from questions.scoring import CHOICE_TASKS, score

FIRST_WALK = 260  # calibration and novelty use the walks before

Frames = np.ndarray  # uint8 [F, H, W, 3]


def _clipped(values: np.ndarray) -> Frames:
    return values.clip(0, 255).astype(np.uint8)


def _noisy(frames: Frames) -> Frames:
    return _clipped(frames + np.random.default_rng(1).normal(0, 60, frames.shape))


def _edges(frames: Frames) -> Frames:
    return _clipped(3 * np.abs(np.diff(frames.astype(int), axis=2, append=0)))


def _vignette(frames: Frames) -> Frames:
    y, x = (np.linspace(-1, 1, size) for size in frames.shape[1:3])
    return _clipped(frames * np.exp(-2 * (y[:, None] ** 2 + x[None] ** 2))[None, ..., None])


DISTURBANCES: dict[str, Callable[[Frames], Frames]] = {
    "colours inverted": lambda frames: 255 - frames,
    "noise": _noisy,
    "dark": lambda frames: _clipped(frames * 0.15),
    "overexposed": lambda frames: _clipped(frames * 2.2),
    "edges alone": _edges,
    "vignette": _vignette,
}


class Flagged(NamedTuple):
    """An answer about flagged footage."""

    disturbance: str
    is_number: bool
    score: float
    confidence: float


def study_walk(job: tuple[Path, int]) -> list[Flagged]:
    """The answers about a seed's walk, disturbed in each way that is flagged."""
    bundle, seed = job
    graphs, found = BundleGraphs.load(bundle), []
    manifest = json.loads((bundle / "manifest.json").read_text())
    try:
        walk = evaluation_walk(seed)
    except ValueError:  # the scene leaves nowhere to stand
        return []
    frames = walk.film()
    for name, disturb in DISTURBANCES.items():
        chunks = list(perceive_chunks(graphs, np.ascontiguousarray(disturb(frames))))
        novelty = np.concatenate([chunk.arrays["novelty"][: chunk.held] for chunk in chunks]).mean()
        if novelty <= manifest["out_of_domain"]["threshold"]:
            continue
        state = remember_chunks(graphs, localize_chunks(chunks, len(frames)))
        answers = [answer_question(graphs, state, record) for record in walk.records]
        logs = np.stack([answer.log_probabilities for answer in answers])
        terms = localizer().confidence(manifest, [answer.text for answer in answers], logs)
        for record, answer, told in zip(walk.records, answers, terms, strict=True):
            value = score(record.question_type, answer.answer, record.ground_truth)
            is_number = record.question_type not in CHOICE_TASKS
            found.append(Flagged(name, is_number, value, told["confidence"] if told else 0.0))
    return found


def main() -> None:
    """The command line."""
    options = study_parser(__doc__, walks=12).parse_args()
    found = [answer for walk in map_validation_walks(study_walk, options, FIRST_WALK) for answer in walk]
    for name in DISTURBANCES:
        for is_number, kind in ((True, "numbers"), (False, "choices")):
            own = [a for a in found if a.disturbance == name and a.is_number == is_number]
            if own:
                reached = np.mean([answer.score for answer in own])
                claimed = np.mean([answer.confidence for answer in own])
                print(f"{name:16s} {kind}: {reached:.2f} reached, {claimed:.2f} claimed ({len(own)} answers)")


if __name__ == "__main__":
    main()
