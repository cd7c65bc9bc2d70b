"""Generated questions as batches: ids, and what each head should say of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from reading.fragments import Example
from reading.generate import Source, make_example
from reading.labels import LENGTH, NONE, NOTHING, REASONS, ROLES, TASKS, THINGS, UNIT_LABELS
from reading.net import Reading, Tokens
from reading.words import Sequence, sequence

MASK = 103  # the id of [MASK]
HIDDEN_IN, HIDDEN = 0.3, 0.12  # the share of questions that have words hidden, and of their words
SKIP = -100  # a label that no loss looks at
SORTED = 16  # batches that are made at once, so that questions of like length stand together


@dataclass(frozen=True)
class Target:
    """Labels: task, reason, unit [B]; things, roles, starts [B, R]. SKIP where nothing is asked of a head."""

    task: Tensor
    reason: Tensor
    unit: Tensor
    things: Tensor
    roles: Tensor
    starts: Tensor


def texts_of(example: Example) -> list[str]:
    """The question and its options."""
    return [example.question.text, *(option.text for option in example.options)]


def _labels(example: Example, read: Sequence) -> tuple[list[int], list[int], list[int]]:
    """Per token its thing, role and whether a mention starts; of a word only the first token counts."""
    length = len(read.ids)
    things, roles, starts = ([SKIP] * length for _ in range(3))
    for text, words in zip((example.question, *example.options), read.words, strict=True):
        for word, place in words:
            held = next((m for m in text.mentions if m.start <= word.start and word.end <= m.end), None)
            things[place] = THINGS.index(NOTHING if held is None else held.thing or NOTHING)
            roles[place] = ROLES.index(NONE if held is None else held.role or NONE)
            if held is not None:
                starts[place] = int(word.start == held.start)
            if example.task == NONE:
                roles[place] = SKIP
    return things, roles, starts


def batch(examples: list[Example]) -> tuple[Tokens, Target]:
    """Examples side by side, filled up to the longest."""
    reads = [sequence(texts_of(example)) for example in examples]
    longest = max(len(read.ids) for read in reads)

    def filled(rows: list[list[int]], value: int) -> Tensor:
        return torch.tensor([row + [value] * (longest - len(row)) for row in rows])

    labels = [_labels(example, read) for example, read in zip(examples, reads, strict=True)]
    whole = [
        (
            TASKS.index(example.task),
            REASONS.index(example.reason) if example.reason else SKIP,
            UNIT_LABELS.index(example.unit) if example.task != NONE else SKIP,
        )
        for example in examples
    ]
    task, reason, unit = torch.tensor(whole).T
    mask = filled([[1] * len(read.ids) for read in reads], 0).bool()
    tokens = Tokens(filled([r.ids for r in reads], 0), filled([r.segments for r in reads], 0), mask)
    return tokens, Target(task, reason, unit, *(filled([row[k] for row in labels], SKIP) for k in range(3)))


def hidden(tokens: Tokens, target: Target) -> Tokens:
    """The batch with some words that name nothing hidden: the others have to do."""
    nothing = (target.things == THINGS.index(NOTHING)) & (target.roles <= ROLES.index(NONE))
    chosen = torch.rand(tokens.ids.shape) < HIDDEN
    rows = torch.rand(len(tokens.ids), 1) < HIDDEN_IN
    return replace(tokens, ids=tokens.ids.masked_fill(nothing & chosen & rows, MASK))


def stream(seed: str, size: int, source: Source) -> Iterator[tuple[Tokens, Target]]:
    """Batches without end; the same for the same seed."""
    rng = Random(seed)
    while True:
        made = [make_example(rng, source) for _ in range(size * SORTED)]
        kept = [example for example in made if len(sequence(texts_of(example)).ids) <= LENGTH]
        kept.sort(key=lambda example: sum(map(len, texts_of(example))))
        groups = [kept[start : start + size] for start in range(0, len(kept) - size + 1, size)]
        rng.shuffle(groups)
        for group in groups:
            yield batch(group)


def loss(reading: Reading, target: Target) -> Tensor:
    """The sum of the heads' losses."""

    def entropy(logits: Tensor, labels: Tensor) -> Tensor:
        if not bool((labels != SKIP).any()):
            return logits.sum() * 0
        return cross_entropy(
            logits.flatten(0, -2).float(), labels.flatten(), ignore_index=SKIP, label_smoothing=0.02
        )

    known = target.starts != SKIP
    starts = reading.starts.float()[known]
    begin = (
        binary_cross_entropy_with_logits(starts, target.starts[known].float())
        if known.any()
        else starts.sum()
    )
    return (
        entropy(reading.task, target.task)
        + 0.3 * entropy(reading.reason, target.reason)
        + 0.5 * entropy(reading.unit, target.unit)
        + 2 * entropy(reading.things, target.things)
        + 2 * entropy(reading.roles, target.roles)
        + 0.5 * begin
    )
