"""The benchmark's metrics: mean relative accuracy for numbers, exact letters for choices, and the averages over tasks."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

# 1 − θ for θ in {0.50, 0.55, …, 0.95}: the relative errors allowed.
ALLOWED = np.array([0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05])
DIRECTIONS = ("object_rel_direction_easy", "object_rel_direction_medium", "object_rel_direction_hard")
TASKS = (
    "object_counting", "object_abs_distance", "object_size_estimation", "room_size_estimation",
    "object_rel_distance", *DIRECTIONS, "route_planning", "obj_appearance_order",
)  # VSI-Bench  # fmt: skip
VSTI_TASKS = (
    "camera_displacement", "camera_movement_direction", "camera_obj_abs_dist", "camera_obj_dist_change",
    "camera_obj_rel_dist_v1", "camera_obj_rel_dist_v2", "camera_obj_rel_dist_v3",
    "obj_obj_relative_pos_nf", "obj_obj_relative_pos_ud", "obj_obj_relative_pos_lr",
)  # VSTI-Bench, and the change of a distance  # fmt: skip
EVERY_TASK = (*TASKS, *VSTI_TASKS)
NUMBER_TASKS = (*TASKS[:4], "camera_displacement", "camera_obj_abs_dist", "camera_obj_dist_change")
CHOICE_TASKS = tuple(task for task in EVERY_TASK if task not in NUMBER_TASKS)


def mean_relative_accuracy(predicted: npt.ArrayLike, truth: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of the ten thresholds that |p − t| / t stays within (≤, as the reference code), in 0..1; broadcasts."""
    p, t = np.asarray(predicted, np.float64), np.asarray(truth, np.float64)
    # A hair of slack, so that 1.05 against 1 counts as 5 % in binary too.
    return (np.abs(p - t)[..., None] <= ALLOWED * np.abs(t)[..., None] + 1e-9).mean(-1)


def first_word(answer: str) -> str:
    """The benchmark's post-processing: first word, trailing dot removed, trimmed."""
    words = answer.split()
    return words[0].rstrip(".").strip() if words else ""


def score(question_type: str, answer: str, ground_truth: str) -> float:
    """One answer's score in 0..1. A number that does not parse scores 0. Raises ValueError for an unknown task."""
    word = first_word(answer)
    if question_type in CHOICE_TASKS:
        return float(word.lower() == ground_truth.lower())
    if question_type not in NUMBER_TASKS:
        raise ValueError(f"no metric for {question_type}")
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return float(mean_relative_accuracy(value, float(ground_truth)))


def task_average(per_task: Mapping[str, float]) -> float:
    """Unweighted mean over tasks, the three relative directions averaged into one task first."""
    directions = [per_task[name] for name in DIRECTIONS if name in per_task]
    groups = [value for name, value in per_task.items() if name not in DIRECTIONS]
    if directions:
        groups.append(sum(directions) / len(directions))
    return sum(groups) / len(groups)
