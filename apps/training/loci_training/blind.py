"""The blind baseline: what one scores by the training split's most frequent answers, without seeing anything.

A number is the value that maximises mean relative accuracy for that task and category; a choice is the option that
was right most often when offered, of two words also by the category that is asked about. Run `python -m loci_training.blind` for the table.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from .categories import CATEGORIES
from .labels import token_labels
from .metrics import NUMBER_TASKS, TASKS, VSTI_TASKS, mean_relative_accuracy, score, task_average
from .questions import Record, make_questions
from .scenes import make_scene
from .sight import CAMERA
from .splits import TEST, TRAIN
from .walks import make_walk

ORDER = "obj_appearance_order"
PAIRS = (
    "obj_obj_relative_pos_nf",
    "obj_obj_relative_pos_ud",
    "obj_obj_relative_pos_lr",
)  # two words for any two things
ENOUGH = 20  # questions from which a category says something


def asked_about(record: Record) -> str:
    """The category of the thing that the question is about first, the camera apart: what a guess may depend on."""
    return next((line["category"] for line in record.trace if line["category"] != CAMERA), "")


def guessed_by(record: Record, option: str) -> list[tuple[str, str, str]]:
    """What an option's chance may be told by, the most particular first: task, category, the option's words."""
    task, words = record.question_type, option[3:]
    return ([(task, asked_about(record), words)] if task in PAIRS else []) + [(task, "*", words)]


def best_number(truths: list[float]) -> float:
    """The constant that maximises mean relative accuracy over these truths."""
    values = np.array(truths)
    candidates = np.unique(
        np.concatenate([values, np.exp(np.linspace(np.log(values.min()), np.log(values.max()), 60))])
    )
    return float(candidates[mean_relative_accuracy(candidates[:, None], values[None]).mean(1).argmax()])


class BlindBaseline:
    """Frequencies of the training split; `answer` guesses from the question's text alone."""

    def __init__(self, records: Iterable[Record]) -> None:
        numbers: dict[tuple[str, str], list[float]] = defaultdict(list)
        offered: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        ranks: dict[str, list[int]] = defaultdict(list)
        for record in records:
            task = record.question_type
            if task in NUMBER_TASKS:
                for key in (asked_about(record), "*"):
                    numbers[task, key].append(float(record.ground_truth))
                continue
            for option in record.options or []:
                for key in guessed_by(record, option):
                    offered[key].append(option[0] == record.ground_truth)
                if task == ORDER and option[0] == record.ground_truth:
                    for place, word in enumerate(option[3:].split(", ")):
                        ranks[word].append(place)
        # A category that was asked about too rarely says nothing: the task's own value serves.
        self.number = {
            key: best_number(truths)
            for key, truths in numbers.items()
            if len(truths) >= ENOUGH or key[1] == "*"
        }
        self.rate = {
            key: sum(hits) / len(hits)
            for key, hits in offered.items()
            if len(hits) >= ENOUGH or key[1] == "*"
        }
        self.rank = {word: sum(places) / len(places) for word, places in ranks.items()}

    def _lateness(self, option: str) -> float:
        return sum(place * self.rank.get(word, 1.5) for place, word in enumerate(option.split(", ")))

    def answer(self, record: Record) -> str:
        """The guess for a question."""
        task = record.question_type
        if task in NUMBER_TASKS:
            return f"{self.number.get((task, asked_about(record)), self.number[task, '*']):.3f}"
        options = record.options or []
        if task == ORDER:
            return max(options, key=lambda option: self._lateness(option[3:]))[0]
        return max(
            options,
            key=lambda option: next(
                (self.rate[key] for key in guessed_by(record, option) if key in self.rate), 0.0
            ),
        )[0]


def walk_questions(
    seed: int, seconds: float, per_task: int = 2, varied: bool = False, tasks: Iterable[str] = TASKS
) -> list[Record]:
    """The questions of one seed's scene and first walk."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return make_questions(
        scene, walk, token_labels(scene, walk.poses)["pixels"], seed, per_task, varied, tasks=tasks
    )


def evaluate(baseline: BlindBaseline, records: list[Record]) -> dict[str, tuple[float, int]]:
    """Per task: score in 0..100 and the number of questions."""
    scores: dict[str, list[float]] = defaultdict(list)
    for record in records:
        scores[record.question_type].append(
            score(record.question_type, baseline.answer(record), record.ground_truth)
        )
    return {
        task: (100 * float(np.mean(scores[task])), len(scores[task]))
        for task in TASKS + VSTI_TASKS
        if scores[task]
    }


def main() -> None:
    """Fits on train seeds, prints the table on test seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train-walks", type=int, default=2000)
    parser.add_argument("--test-walks", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=32.0)
    options = parser.parse_args()
    asked = TASKS + VSTI_TASKS
    train = [
        r for seed in TRAIN[: options.train_walks] for r in walk_questions(seed, options.seconds, tasks=asked)
    ]
    test = [
        r for seed in TEST[: options.test_walks] for r in walk_questions(seed, options.seconds, tasks=asked)
    ]
    table = evaluate(BlindBaseline(train), test)
    for name, tasks in {"VSI-Bench": TASKS, "VSTI-Bench": VSTI_TASKS}.items():
        for task in tasks:
            value, count = table[task]
            print(f"{task:30s} {value:5.1f}  ({count} questions)")
        print(f"{f'average, {name}':30s} {task_average({task: table[task][0] for task in tasks}):5.1f}")
    counts = [f"{word}: {sum(asked_about(r) == word for r in test)}" for word in CATEGORIES]
    print(re.sub(r"\s+", " ", "questions by first category: " + ", ".join(counts)))


if __name__ == "__main__":
    main()
