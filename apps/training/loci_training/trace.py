"""What the decoder is taught to write: `<task> object* <answer> answer <eos>`, and reading it back.

An object is its category word, then `x` and `z` (world, metres), then what the task needs: two extents, a size, the time
when it was first seen. What follows from these is written down step by step before the answer: distances from the first
object (`d`), bearings from it (`a`, degrees to the right of the world's z axis, then between the two) and its word, and for the order the
categories once more, sorted.
"""

from dataclasses import dataclass

import numpy as np

from .categories import CATEGORIES
from .questions import Record, bearing
from .vocabulary import ANSWER, EOS, ID, TASK_TOKENS, TOKENS, number_token, task_of, words_of

FIELDS = {
    "object_counting": "",
    "object_abs_distance": "e",
    "object_size_estimation": "s",
    "room_size_estimation": "e",
    "object_rel_distance": "e",
    "object_rel_direction": "",
    "obj_appearance_order": "t",
}
NUMBERS = {"object_counting": "count", "object_abs_distance": "number", "object_size_estimation": "number",
           "room_size_estimation": "number"}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """Target ids; per id the scene object that it describes (−1 none, −2 the room) and whether memory alone can tell it."""

    ids: list[int]
    objects: list[int]
    grounded: list[bool]


def _fields(task: str, thing: dict, first: bool) -> list[tuple[int, bool]]:
    """An object's tokens after its position, and whether the memory alone can tell each."""
    if FIELDS[task] == "e":
        sides = [(number_token("e", side), True) for side in thing["extent"]]
        return sides if first or "distance" not in thing else [*sides, (number_token("d", thing["distance"]), False)]
    if FIELDS[task] == "s":
        return [(number_token("s", thing["size_cm"]), True)]
    if FIELDS[task] == "t":
        return [(number_token("t", int(thing["first_seen_s"])), True)]
    return []


def write(record: Record, turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> Written:
    """A record's target. `turn` and `shift` move the world (right by turn radians, then by (x, z) metres)."""
    task = task_of(record.question_type)
    cos, sin = np.cos(turn), np.sin(turn)
    lines = []
    for thing in record.trace:
        px, pz = thing["position"]
        lines.append((cos * px + sin * pz + shift[0], cos * pz - sin * px + shift[1], thing))
    if task == "object_counting":
        lines.sort(key=lambda line: line[0])
    ids, objects, grounded = [ID[TASK_TOKENS[task]]], [-1], [False]

    def put(token: int, owner: int, told: bool) -> None:
        ids.append(token)
        objects.append(owner)
        grounded.append(told)

    for index, (x, z, thing) in enumerate(lines):
        owner = thing.get("object", -2)
        put(ID[thing["category"]], owner, False)
        put(number_token("x", x), owner, True)
        put(number_token("z", z), owner, True)
        for token, told in _fields(task, thing, index == 0):
            put(token, owner, told)
        if task == "object_rel_direction" and index:
            angle = np.degrees(np.arctan2(x - lines[0][0], z - lines[0][1]))
            put(number_token("a", angle), -1, False)
    if task == "object_rel_direction":
        a, b, c = (thing["position"] for thing in record.trace)
        put(number_token("a", bearing(a, b, c)), -1, False)
        right = next(text[3:] for text in record.options or [] if text[0] == record.ground_truth)
        for word in words_of(right):
            put(ID[word], -1, False)
    if task == "obj_appearance_order":
        for thing in sorted(record.trace, key=lambda thing: thing["first_seen_s"]):
            put(ID[thing["category"]], -1, False)
            put(number_token("t", int(thing["first_seen_s"])), -1, False)
    put(ANSWER, -1, False)
    truth = record.ground_truth
    put(number_token(NUMBERS[task], float(truth)) if task in NUMBERS else ID[truth.lower()], -1, False)
    put(EOS, -1, False)
    return Written(ids, objects, grounded)


def read(ids: list[int]) -> tuple[list[dict], str]:
    """The objects and the answer that a decoder wrote: [{category, x: […], z: […], …}], text after <answer>."""
    words = [TOKENS[i] for i in (ids[: ids.index(EOS)] if EOS in ids else ids)]
    cut = words.index("<answer>") if "<answer>" in words else len(words)
    things: list[dict] = []
    for word in words[:cut]:
        if word in CATEGORIES:
            things.append({"category": word})
        elif things and word[0] in "xzesdat" and word[1:].replace(".", "").replace("-", "").isdigit():
            things[-1].setdefault(word[0], []).append(float(word[1:]))
    return things, " ".join(words[cut + 1 :])
