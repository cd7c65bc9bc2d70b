"""What the decoder is taught to write: `<task> object* <answer> answer <eos>`, and reading it back.

An object is its category word, then `x` and `z` (world, metres), then what the task needs: two extents, a size, the time
when it was first seen. What follows from these is written down step by step before the answer: distances from the first
object (`d`), the area of the rooms so far (`m`), headings of the ways that lead to it (`a`, degrees to the right of the world's
z axis), then the turns between them (`a`) and their words, and for the order the categories once more, sorted.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, sin

from .categories import CATEGORIES
from .questions import Record
from .sight import Grounding
from .vocabulary import ANSWER, EOS, ID, TASK_TOKENS, TOKENS, number_token, task_of, words_of

FIELDS = {
    "object_counting": "",
    "object_abs_distance": "e",
    "object_size_estimation": "s",
    "room_size_estimation": "e",
    "object_rel_distance": "e",
    "object_rel_direction": "",
    "route_planning": "",
    "obj_appearance_order": "t",
}
NUMBERS = {"object_counting": "count", "object_abs_distance": "number", "object_size_estimation": "number",
           "room_size_estimation": "number"}  # fmt: skip
SORTED = ("object_counting", "room_size_estimation")  # tasks whose lines stand in the order of x


ROOM = -2


@dataclass(frozen=True)
class Written:
    """Target ids; per id the scene object that it describes (−1 none, −2 a room) and whether memory alone can tell it."""

    ids: list[int]
    objects: list[int]
    grounded: list[bool]


def _fields(task: str, thing: Grounding) -> list[tuple[int, bool]]:
    """An object's tokens after its position, and whether the memory alone can tell each."""
    if FIELDS[task] == "e":
        told = [(number_token("e", side), True) for side in thing["extent"]]
        return [*told, (number_token("d", thing["distance"]), False)] if "distance" in thing else told
    if FIELDS[task] == "s":
        return [(number_token("s", thing["size_cm"]), True)]
    if FIELDS[task] == "t":
        return [(number_token("t", int(thing["first_seen_s"])), True)]
    return []


def moved(position: tuple[float, float], turn: float, shift: tuple[float, float]) -> tuple[float, float]:
    """A place (x, z) in a world that is turned right by `turn` radians and then shifted by metres."""
    x, z = position
    return cos(turn) * x + sin(turn) * z + shift[0], cos(turn) * z - sin(turn) * x + shift[1]


def _heading(lines: list[tuple[float, float, Grounding]], index: int) -> float:
    """Degrees to the right of the world's z axis of the way that leads to a line."""
    x, z, thing = lines[index]
    from_x, from_z, _ = lines[thing["origin"]]
    return degrees(atan2(x - from_x, z - from_z))


def _turns(lines: list[tuple[float, float, Grounding]], right: str) -> list[int]:
    """The turn between each heading and the next, with its word; `right` is the right option."""
    headings = [_heading(lines, index) for index, line in enumerate(lines) if "origin" in line[2]]
    words = [words_of(turn.removeprefix("Turn ")) for turn in right.split(", ")]
    ids = []
    for (before, after), turn in zip(pairwise(headings), words, strict=True):
        ids += [number_token("a", (after - before + 180) % 360 - 180), *(ID[word] for word in turn)]
    return ids


def _concluded(task: str, record: Record, lines: list[tuple[float, float, Grounding]]) -> list[int]:
    """What follows from all lines together."""
    if task in ("object_rel_direction", "route_planning"):
        return _turns(lines, next(text[3:] for text in record.options or [] if text[0] == record.ground_truth))
    if task == "obj_appearance_order":
        in_time = sorted(record.trace, key=lambda thing: thing["first_seen_s"])
        return [token for thing in in_time for token in (ID[thing["category"]], number_token("t", int(thing["first_seen_s"])))]
    return []


def write(record: Record, turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> Written:
    """A record's target. `turn` and `shift` move the world (right by turn radians, then by (x, z) metres)."""
    task = task_of(record.question_type)
    lines = [(*moved(thing["position"], turn, shift), thing) for thing in record.trace]
    if task in SORTED:
        lines.sort(key=lambda line: line[0])
    rows: list[tuple[int, int, bool]] = [(ID[TASK_TOKENS[task]], -1, False)]
    area = 0.0
    for index, (x, z, thing) in enumerate(lines):
        owner = thing.get("object", ROOM)
        rows += [(ID[thing["category"]], owner, False), (number_token("x", x), owner, True), (number_token("z", z), owner, True)]
        rows += [(token, owner, told) for token, told in _fields(task, thing)]
        if task == "room_size_estimation":
            area += thing["area"]
            rows.append((number_token("m", area), -1, False))
        if "origin" in thing:
            rows.append((number_token("a", _heading(lines, index)), -1, False))
    truth = record.ground_truth
    answer = number_token(NUMBERS[task], float(truth)) if task in NUMBERS else ID[truth.lower()]
    rows += [(token, -1, False) for token in (*_concluded(task, record, lines), ANSWER, answer, EOS)]
    return Written(*(list(column) for column in zip(*rows, strict=True)))


def read(ids: list[int]) -> tuple[list[dict], str]:
    """The objects and the answer that a decoder wrote: [{category, x: […], z: […], …}], text after <answer>."""
    words = [TOKENS[i] for i in (ids[: ids.index(EOS)] if EOS in ids else ids)]
    cut = words.index("<answer>") if "<answer>" in words else len(words)
    things: list[dict] = []
    for word in words[:cut]:
        if word in CATEGORIES:
            things.append({"category": word})
        elif things and word[0] in "xyzesdamt" and word[1:].replace(".", "").replace("-", "").isdigit():
            things[-1].setdefault(word[0], []).append(float(word[1:]))
    return things, " ".join(words[cut + 1 :])
