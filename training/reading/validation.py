"""How well generated questions are read, and from which probability on a task is to be believed."""

from collections import Counter
from random import Random

import numpy as np
import torch

from reading.batches import texts_of
from reading.decode import Read, decode
from reading.fragments import Example
from reading.generate import Source, make_example
from reading.labels import LENGTH, NONE
from reading.net import Reader, Tokens, told
from reading.words import sequence

QUESTIONS = 1500


def read(reader: Reader, texts: list[str]) -> Read:
    """One question (with its options) as PyTorch reads it."""
    found = sequence(texts)
    ids, segments = torch.tensor([found.ids]), torch.tensor([found.segments])
    with torch.no_grad():
        x = reader.encode(reader.embed(Tokens(ids, segments, ids > 0)), None)
        outputs = told(reader.heads(x, None))
    return decode(texts, found, {name: value[0].numpy() for name, value in outputs.items()})


def examples(source: Source, seed: str = "validation", count: int = QUESTIONS) -> list[Example]:
    """Generated questions that fit the graph."""
    rng = Random(seed)
    made = (make_example(rng, source) for _ in range(count))
    return [example for example in made if len(sequence(texts_of(example)).ids) <= LENGTH]


def named(example: Example) -> list[list[tuple[str, str, str]]]:
    """Per text what should be found: (words, thing, role). A mention without a role is talked about only."""
    return [
        [(text.text[m.start : m.end], m.thing or "nothing", m.role or NONE) for m in text.mentions]
        for text in (example.question, *example.options)
    ]


def used(mentions: list[list[tuple[str, str, str]]]) -> list[list[tuple[str, str, str]]]:
    """The mentions that have a role."""
    return [[mention for mention in text if mention[2] != NONE] for text in mentions]


def right(example: Example, got: Read) -> dict[str, bool]:
    """What of a reading is as it should be; of a question without a task only that it has none."""
    if example.task == NONE:
        return {"task": got.task == NONE}
    found = [[(m.text, m.thing, m.role) for m in text] for text in got.mentions]
    return {
        "task": got.task == example.task,
        "unit": got.unit == example.unit,
        "mentions": used(found) == used(named(example)),
    }


def report(reader: Reader, source: Source, count: int = QUESTIONS) -> str:
    """Shares of questions that are read right, and the worst tasks."""
    tally: dict[str, list[bool]] = {}
    missed: Counter[str] = Counter()
    refused: list[float] = []
    for example in examples(source, count=count):
        got = read(reader, texts_of(example))
        checks = right(example, got)
        for name, value in checks.items():
            tally.setdefault(f"{'none' if example.task == NONE else 'asked'} {name}", []).append(value)
        tally.setdefault("everything", []).append(all(checks.values()))
        if not all(checks.values()):
            missed[example.task] += 1
        if example.task != NONE and got.task == example.task:
            refused.append(got.probability)
    lines = [f"{name:16s} {100 * np.mean(values):.1f} % of {len(values)}" for name, values in tally.items()]
    low = np.quantile(refused, [0.005, 0.01, 0.02]).round(3)
    lines.append(f"probability that 0.5, 1 and 2 % of right tasks stay below: {low}")
    return "\n".join([*lines, "missed: " + ", ".join(f"{task} {n}" for task, n in missed.most_common(8))])
