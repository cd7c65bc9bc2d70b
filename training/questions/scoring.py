"""The benchmarks' question types, and how one answer is scored.

The service scores answers too (`libs/scoring`); libs/scoring/test/fixtures/mean-relative-accuracy.json holds
both to the same scores.
"""

from math import isfinite

import numpy as np
import numpy.typing as npt

# 1 − θ for θ in {0.50, 0.55, …, 0.95}: the relative errors allowed.
ALLOWED_ERRORS = np.array([0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05])
ROUNDING = 1e-9  # so that 1.05 against 1 counts as 5 % in binary too
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
    """The share of the ten thresholds that |p − t| / t stays within (≤, as the reference code), in 0..1;
    broadcasts."""
    p, t = np.broadcast_arrays(np.asarray(predicted, np.float64), np.asarray(truth, np.float64))
    error = np.abs(p - t) / np.where(t == 0, 1.0, np.abs(t))
    within = error[..., None] <= ALLOWED_ERRORS + ROUNDING
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
