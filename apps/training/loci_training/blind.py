"""The blind baseline: what one scores by the training split's most frequent answers, without seeing anything.

A number is the value that maximises mean relative accuracy for that task and category; a choice is the option that
was right most often when offered. Run `python -m loci_training.blind` for the table.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from .categories import CATEGORIES
from .labels import token_labels
from .metrics import NUMBER_TASKS, TASKS, mean_relative_accuracy, score, task_average
from .questions import Record, make_questions
from .scenes import make_scene
from .splits import TEST, TRAIN
from .walks import make_walk

ORDER = "obj_appearance_order"


def asked_about(record: Record) -> str:
    """The category of the thing that the question is about first: what a guess may depend on."""
    return record.trace[0]["category"] if record.trace else ""


def best_number(truths: list[float]) -> float:
    """The constant that maximises mean relative accuracy over these truths."""
    values = np.array(truths)
    candidates = np.unique(np.concatenate([values, np.exp(np.linspace(np.log(values.min()), np.log(values.max()), 60))]))
    return float(candidates[mean_relative_accuracy(candidates[:, None], values[None]).mean(1).argmax()])


class BlindBaseline:
    """Frequencies of the training split; `answer` guesses from the question's text alone."""

    def __init__(self, records: Iterable[Record]) -> None:
        numbers: dict[tuple[str, str], list[float]] = defaultdict(list)
        offered: dict[tuple[str, str], list[int]] = defaultdict(list)
        ranks: dict[str, list[int]] = defaultdict(list)
        for record in records:
            task = record.question_type
            if task in NUMBER_TASKS:
                for key in (asked_about(record), "*"):
                    numbers[task, key].append(float(record.ground_truth))
                continue
            for option in record.options or []:
                offered[task, option[3:]].append(option[0] == record.ground_truth)
                if task == ORDER and option[0] == record.ground_truth:
                    for place, word in enumerate(option[3:].split(", ")):
                        ranks[word].append(place)
        # A category that was asked about too rarely says nothing: the task's own value serves.
        self.number = {key: best_number(truths) for key, truths in numbers.items() if len(truths) >= 20 or key[1] == "*"}
        self.rate = {key: sum(hits) / len(hits) for key, hits in offered.items()}
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
        return max(options, key=lambda option: self.rate.get((task, option[3:]), 0.0))[0]


def walk_questions(seed: int, seconds: float, per_task: int = 2, varied: bool = False) -> list[Record]:
    """The questions of one seed's scene and first walk."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return make_questions(scene, walk, token_labels(scene, walk.poses)["pixels"], seed, per_task, varied)


def evaluate(baseline: BlindBaseline, records: list[Record]) -> dict[str, tuple[float, int]]:
    """Per task: score in 0..100 and the number of questions."""
    scores: dict[str, list[float]] = defaultdict(list)
    for record in records:
        scores[record.question_type].append(score(record.question_type, baseline.answer(record), record.ground_truth))
    return {task: (100 * float(np.mean(scores[task])), len(scores[task])) for task in TASKS if scores[task]}


def main() -> None:
    """Fits on train seeds, prints the table on test seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train-walks", type=int, default=2000)
    parser.add_argument("--test-walks", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=32.0)
    options = parser.parse_args()
    train = [r for seed in TRAIN[: options.train_walks] for r in walk_questions(seed, options.seconds)]
    test = [r for seed in TEST[: options.test_walks] for r in walk_questions(seed, options.seconds)]
    table = evaluate(BlindBaseline(train), test)
    for task, (value, count) in table.items():
        print(f"{task:30s} {value:5.1f}  ({count} questions)")
    print(f"{'average over tasks':30s} {task_average({task: value for task, (value, _) in table.items()}):5.1f}")
    counts = [f"{word}: {sum(asked_about(r) == word for r in test)}" for word in CATEGORIES]
    print(re.sub(r"\s+", " ", "questions by first category: " + ", ".join(counts)))


if __name__ == "__main__":
    main()
