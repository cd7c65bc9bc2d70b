"""The benchmarks' question types, and how one answer is scored.

The service scores answers too (`libs/scoring`); libs/scoring/test/fixtures/mean-relative-accuracy.json holds
both to the same scores.
"""

from math import isfinite

import numpy as np
import numpy.typing as npt

THRESHOLDS = np.linspace(0.5, 0.95, 10)  # as the benchmark has them
# VSI-Bench
TASKS = (
    "object_counting",
    "object_abs_distance",
    "object_size_estimation",
    "room_size_estimation",
    "object_rel_distance",
    "object_rel_direction_easy",
    "object_rel_direction_medium",
    "object_rel_direction_hard",
    "route_planning",
    "obj_appearance_order",
)
# VSTI-Bench, and the change of a distance
VSTI_TASKS = (
    "camera_displacement",
    "camera_movement_direction",
    "camera_obj_abs_dist",
    "camera_obj_dist_change",
    "camera_obj_rel_dist_v1",
    "camera_obj_rel_dist_v2",
    "camera_obj_rel_dist_v3",
    "obj_obj_relative_pos_nf",
    "obj_obj_relative_pos_ud",
    "obj_obj_relative_pos_lr",
)
EVERY_TASK = (*TASKS, *VSTI_TASKS)
NUMBER_TASKS = (*TASKS[:4], "camera_displacement", "camera_obj_abs_dist", "camera_obj_dist_change")
CHOICE_TASKS = tuple(task for task in EVERY_TASK if task not in NUMBER_TASKS)


def mean_relative_accuracy(predicted: npt.ArrayLike, truth: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of the ten thresholds θ with |p − t| / |t| ≤ 1 − θ, in 0..1, in doubles and without slack, as
    VSI-Bench's code has it; a truth of 0 is matched only by 0. Broadcasts."""
    p, t = np.broadcast_arrays(np.asarray(predicted, np.float64), np.asarray(truth, np.float64))
    error = np.abs(p - t) / np.where(t == 0, 1.0, np.abs(t))
    within = error[..., None] <= 1 - THRESHOLDS
    return np.where(t == 0, p == 0, within.mean(-1))


def score(question_type: str, answer: str, ground_truth: str) -> float:
    """One answer's score in 0..1 by its first word; a number that does not parse scores 0.

    Raises ValueError for an unknown question type.
    """
    words = answer.split()
    word = words[0].rstrip(".") if words else ""
    if question_type in CHOICE_TASKS:
        return float(word.lower() == ground_truth.lower())
    if question_type not in NUMBER_TASKS:
        raise ValueError(f"no metric for {question_type}")
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return float(mean_relative_accuracy(value, float(ground_truth))) if isfinite(value) else 0.0
