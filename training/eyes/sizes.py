"""How long things usually are.

    python -m eyes.sizes --questions QUESTIONS --things ../models/eyes/things.json

Medians and spreads of the longest side by category, from the questions of VSI-Bench about the sizes of real
things (JSON lines) and the catalogues of furniture together. `--judge` prints how well the medians of these
and of two of the benchmark's data sets answer the third's questions, beside one constant.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from eyes.furniture import models

FEWEST = 8  # things whose length is known
LEAST_SPREAD = 0.15
ASKED = re.compile(r"longest dimension \(length, width, or height\) of the ([^,]+?),")

Named = Sequence[Mapping]


def called(words: str, categories: Named) -> str | None:
    """The category that people call so."""
    for category in categories:
        names = (category["name"], category["plural"], *category["synonyms"])
        if words in names:
            return category["name"]
    return None


def asked(questions: Path, categories: Named) -> list[tuple[str, str, float]]:
    """Data set, category and metres of each question about the size of a thing of a known category."""
    found = []
    for line in questions.read_text().splitlines():
        question = json.loads(line)
        words = ASKED.search(question["question"])
        if question["question_type"] != "object_size_estimation" or words is None:
            continue
        if (name := called(words[1], categories)) is not None:
            found.append((question["dataset"], name, float(question["ground_truth"]) / 100))
    return found


def usual(lengths: Iterable[tuple[str, float]]) -> dict[str, tuple[float, float]]:
    """By category the median, and the spread of the logarithm, of those with enough lengths."""
    by = defaultdict(list)
    for name, metres in lengths:
        by[name].append(metres)
    return {
        # the spread of the middle eight tenths, as a normal distribution's
        name: (
            float(np.median(metres)),
            max(LEAST_SPREAD, float(np.ptp(np.quantile(np.log(metres), [0.1, 0.9]))) / 2.563),
        )
        for name, metres in by.items()
        if len(metres) >= FEWEST
    }


def accuracy(said: float, true: float) -> float:
    """The benchmark's mean relative accuracy."""
    return float(np.mean(abs(said - true) / true <= 1 - np.linspace(0.5, 0.95, 10)))


def judged(lengths: Sequence[tuple[str, str, float]], furniture: Sequence[tuple[str, float]]) -> str:
    """How well medians answer the questions of a data set that they were not made of."""
    lines = []
    for own in sorted({dataset for dataset, _, _ in lengths}):
        others = [(name, metres) for dataset, name, metres in lengths if dataset != own]
        known = usual([*others, *furniture])
        judge = [(name, metres) for dataset, name, metres in lengths if dataset == own and name in known]
        constant = float(np.median([metres for _, metres in others]))
        by = np.mean([accuracy(known[name][0], metres) for name, metres in judge])
        flat = np.mean([accuracy(constant, metres) for _, metres in judge])
        lines.append(
            f"{own}: {len(judge)} questions, by category {100 * by:.1f}, one constant {100 * flat:.1f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--things", type=Path, required=True, help="things.json, which is written anew")
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args(arguments)
    whole = json.loads(options.things.read_text())
    lengths = asked(options.questions, whole["categories"])
    furniture = [(model.category, max(model.size)) for model in models() if model.category is not None]
    if options.judge:
        print(judged(lengths, furniture))
        return
    known = usual([*furniture, *((name, metres) for _, name, metres in lengths)])
    for category in whole["categories"]:
        category.pop("longest", None)
        if category["name"] in known:
            metres, spread = known[category["name"]]
            category["longest"] = {"metres": round(metres, 2), "spread": round(spread, 2)}
    options.things.write_text(json.dumps(whole, indent=2) + "\n")
    print(f"{len(known)} categories")


if __name__ == "__main__":
    main()
