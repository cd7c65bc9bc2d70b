"""From the graph's outputs to a reading, as the runtime does it: for validation and evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reading.labels import NONE, NOTHING, REASONS, ROLES, TASKS, THINGS, UNIT_LABELS
from reading.words import Sequence, Word

Outputs = Mapping[str, npt.NDArray[np.float32]]  # by name, as `net.told` gives them for one question
ROLE_OF_WORDS = [ROLES.index(role) for role in ("moment", "frames", "place", "blank")]
ROLE_OF_THINGS = [number for number in range(len(ROLES)) if number not in ROLE_OF_WORDS]


@dataclass(frozen=True)
class Found:
    """What a text mentions: its words, the label of the thing ('nothing' where it is none) and its role."""

    text: str
    thing: str
    role: str


@dataclass(frozen=True)
class Read:
    """How a question was read; `mentions` per text (the question, then its options)."""

    task: str
    probability: float
    reason: str
    unit: str
    mentions: list[list[Found]]


def _mention(text: str, words: list[tuple[Word, int]], outputs: Outputs) -> Found:
    places = [place for _, place in words]
    things, roles = outputs["things"][places], outputs["roles"][places]
    cut = text[words[0][0].start : words[-1][0].end]
    if _named(outputs, places[0]):
        thing = THINGS[1 + int(things.sum(0)[1:].argmax())]
        role = ROLES[ROLE_OF_THINGS[int(roles.sum(0)[ROLE_OF_THINGS].argmax())]]
        return Found(cut, thing, role)
    return Found(cut, NOTHING, ROLES[ROLE_OF_WORDS[int(roles.sum(0)[ROLE_OF_WORDS].argmax())]])


def _named(outputs: Outputs, place: int) -> bool:
    return int(outputs["things"][place].argmax()) != THINGS.index(NOTHING)


def _marked(outputs: Outputs, place: int) -> bool:
    return _named(outputs, place) or int(outputs["roles"][place].argmax()) in ROLE_OF_WORDS


def mentions(text: str, words: list[tuple[Word, int]], outputs: Outputs) -> list[Found]:
    """What a text's words name. A word joins the one before it unless a mention starts there."""
    groups: list[list[tuple[Word, int]]] = []
    before = -1  # the index of the last marked word
    for index, (word, place) in enumerate(words):
        if not _marked(outputs, place):
            continue
        joins = (
            groups
            and before == index - 1
            and outputs["starts"][place] < 0.5
            and _named(outputs, place) == _named(outputs, groups[-1][-1][1])
        )
        if joins:
            groups[-1].append((word, place))
        else:
            groups.append([(word, place)])
        before = index
    return [_mention(text, group, outputs) for group in groups]


def decode(texts: list[str], sequence: Sequence, outputs: Outputs, threshold: float = 0.0) -> Read:
    """One question's reading. A task that is less likely than the threshold is none."""
    number = int(outputs["task"].argmax())
    probability = float(np.exp(outputs["task"][number]))
    task = TASKS[number] if probability >= threshold else NONE
    found = [mentions(text, words, outputs) for text, words in zip(texts, sequence.words, strict=True)]
    reason = REASONS[int(outputs["reason"].argmax())] if TASKS[number] == NONE else "unclear"
    return Read(
        task, probability, reason if task == NONE else "", UNIT_LABELS[int(outputs["unit"].argmax())], found
    )
