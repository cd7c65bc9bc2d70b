"""Finds out which tasks are better measured in the world that localization knows than answered by the graph,
on validation seeds, and how sure such answers are:
`python -m export.calibrate_measured --bundle ../models/loci-nano --walks 180`.

It writes `calibration.measured`: a task stands there where measuring gains more than its standard error, or
is known to gain on longer walks.
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.bundle_graphs import BundleGraphs, answer_question, bundle_graphs
from evaluation.composed import RememberedWalk, measured_answer, remember_walk
from evaluation.walks import (
    EvaluationWalk,
    map_validation_walks,
    memories_option,
    study_parser,
    walk_duration,
)
from export.calibrate_composed import fit_line, odds
from export.manifest import read_manifest, write_manifest
from model.vocabulary import task_of
from questions.records import Record, make_questions
from questions.scoring import EVERY_TASK, score
from rendering.labels import token_labels
from world.scenes import make_scene
from world.walks import make_walk

PER_TASK = 8  # questions of each walk
LONGER = ("object_rel_distance",)  # measured for walks that are longer than these: docs/design/reading.md
MEASURED = (
    "object_counting",
    "object_abs_distance",
    "object_rel_distance",
    "object_rel_direction",
    "route_planning",
    "room_size_estimation",
    "obj_appearance_order",
    "camera_displacement",
    "camera_movement_direction",
    "camera_obj_abs_dist",
    "camera_obj_dist_change",
    "camera_obj_rel_dist",
    "obj_obj_relative_pos_nf",
    "obj_obj_relative_pos_lr",
)


class Compared(NamedTuple):
    """A question answered in both ways: the walk, the scores, and by how much the measured answer is clear of
    others; None where it could not be measured and the graph was asked after all."""

    walk: int
    task: str
    graph: float
    measured: float
    margin: float | None


def measured_walk(seed: int) -> EvaluationWalk:
    """A seed's walk with questions of the tasks that can be measured. Raises ValueError where the scene
    leaves nowhere to stand."""
    group, seconds = walk_duration(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    pixels = token_labels(scene, walk.poses)["pixels"]
    tasks = [question_type for question_type in EVERY_TASK if task_of(question_type) in MEASURED]
    records = make_questions(scene, walk, pixels, seed, PER_TASK, varied=False, tasks=tasks)
    return EvaluationWalk(group, scene, walk, records)


def study_walk(job: tuple[Path, int], memories: Path | None = None) -> list[Compared]:
    """The questions of a seed's walk, answered by the graph and measured."""
    bundle, seed = job
    graphs, manifest = bundle_graphs(bundle), with_margins(read_manifest(bundle))
    try:
        walk = measured_walk(seed)
    except ValueError:  # the scene leaves nowhere to stand
        return []
    remembered = remember_walk(graphs, walk, memories)
    return [compare(graphs, manifest, remembered, seed, record) for record in walk.records]


def with_margins(manifest: dict) -> dict:
    """A manifest by which all is measured that can be, and refused is nothing. The log odds of a confidence
    are the margin."""
    kept = {name: value for name, value in manifest["calibration"].items() if name != "seen"}
    return manifest | {
        "calibration": kept | {"measured": {task: {"bias": 0, "margin": 1} for task in MEASURED}}
    }


def compare(
    graphs: BundleGraphs, manifest: dict, remembered: RememberedWalk, walk: int, record: Record
) -> Compared:
    """A question about a walk in both ways."""
    own = answer_question(graphs, remembered.state, record).answer
    answer = measured_answer(graphs, manifest, remembered, record)
    graph, measured = (
        score(record.question_type, text, record.ground_truth)
        for text in (own, answer["text"] if answer else "")
    )
    margin = odds(answer["confidence"]) if answer and answer["measured"] else None
    return Compared(walk, task_of(record.question_type), graph, measured, margin)


def gain(compared: list[Compared]) -> tuple[float, float]:
    """What measuring gains in points, with its standard error: the questions of a walk share its errors."""
    gains = np.array([each.measured - each.graph for each in compared])
    walks = np.array([each.walk for each in compared])
    sums = np.array([gains[walks == walk].sum() for walk in np.unique(walks)])
    spread = (sums**2).sum() - sums.sum() ** 2 / len(sums)
    return 100 * float(gains.mean()), 100 * float(np.sqrt(max(0.0, spread))) / len(gains)


def measured_weights(compared: list[Compared]) -> dict[str, dict[str, float]]:
    """The manifest's calibration.measured. Prints what each task scores in both ways."""
    weights = {}
    for task in sorted({each.task for each in compared}):
        own = [each for each in compared if each.task == task]
        graph, measured = 100 * np.mean([(each.graph, each.measured) for each in own], 0)
        gained, error = gain(own)
        is_better = gained > error or (gained > 0 and task in LONGER)
        print(
            f"{task:26s} graph {graph:.1f}, measured {measured:.1f}: {gained:+.1f} ± {error:.1f} points "
            f"({len(own)} questions){'' if is_better else ', left to the graph'}"
        )
        if not is_better:
            continue
        told = [(each.margin, each.measured) for each in own if each.margin is not None]
        bias, margin = fit_line([term for term, _ in told], [value for _, value in told], (0.0, 1.0))
        weights[task] = {"bias": bias, "margin": margin}
        print(f"{'':26s} bias {bias:.2f}, margin {margin:.2f}  ({len(told)} answers)")
    return weights


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=180)
    memories_option(parser)
    options = parser.parse_args()
    read_manifest(options.bundle)  # a folder that holds no bundle ends here, not after the walks
    study = partial(study_walk, memories=options.memories)
    compared = [each for walk in map_validation_walks(study, options) for each in walk]
    manifest = read_manifest(options.bundle)
    calibration = manifest["calibration"] | {"measured": measured_weights(compared)}
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
