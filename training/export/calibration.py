"""How sure a bundle's answers are, and how right: `python -m export.calibration --bundle
../models/loci-nano --walks 40`.

The runtime answers the questions of validation walks that no weight of `export.calibrate`,
`export.calibrate_measured` or `export.calibrate_composed` was fitted on. Printed are, by task, the mean
confidence and the mean score, and the expected calibration error as the service's evaluator has it.
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.bundle_graphs import bundle_graphs
from evaluation.composed import measured_answer, remember_walk
from evaluation.walks import evaluation_walk, map_validation_walks, memories_option, study_parser
from export.manifest import read_manifest
from model.vocabulary import task_of
from questions.scoring import score

FIRST_WALK = 220  # of validation: the weights are fitted on walks before it
PER_TASK = 8
BINS = 10


class Sure(NamedTuple):
    """An answer: its task and kind, how sure it was (0: refused), its score, 0..1."""

    task: str
    is_number: bool
    confidence: float
    score: float


def study_walk(job: tuple[Path, int], memories: Path | None = None) -> list[Sure]:
    """The runtime's answers to the questions of a seed's walk."""
    bundle, seed = job
    graphs, manifest = bundle_graphs(bundle), read_manifest(bundle)
    try:
        walk = evaluation_walk(seed, per_task=PER_TASK)
    except ValueError:  # the scene leaves nowhere to stand
        return []
    remembered, out = remember_walk(graphs, walk, memories), []
    for record in walk.records:
        answer = measured_answer(graphs, manifest, remembered, record)
        text, sure = (answer["text"], answer["confidence"]) if answer else ("", 0.0)
        value = score(record.question_type, text, record.ground_truth)
        out.append(Sure(task_of(record.question_type), record.options is None, sure, float(value)))
    return out


def calibration_error(answers: list[Sure]) -> float:
    """The expected calibration error over ten bins of confidence."""
    sure, scores = (np.array([getattr(each, name) for each in answers]) for name in ("confidence", "score"))
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs((sure - scores)[bins == number].sum()) for number in range(BINS)]
    return float(sum(gaps)) / len(answers)


def print_calibration(answers: list[Sure]) -> None:
    """By task, then the errors."""
    for task in sorted({each.task for each in answers}):
        own = [each for each in answers if each.task == task]
        sure, value = np.mean([(each.confidence, each.score) for each in own], 0)
        refused = sum(each.confidence == 0 for each in own)
        print(f"{task:26s} sure {sure:.3f}, right {value:.3f}  ({len(own)} answers, {refused} refused)")
    for kind, is_number in (("choices", False), ("numbers", True)):
        own = [each for each in answers if each.is_number == is_number]
        if own:
            print(f"calibration error of {kind} {calibration_error(own):.3f}  ({len(own)} answers)")


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=40)
    memories_option(parser)
    options = parser.parse_args()
    study = partial(study_walk, memories=options.memories)
    print_calibration(
        [answer for walk in map_validation_walks(study, options, FIRST_WALK) for answer in walk]
    )


if __name__ == "__main__":
    main()
