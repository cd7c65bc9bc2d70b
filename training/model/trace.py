"""What the decoder is taught to write: `<task> object* <answer> answer <eos>`, and reading it back.

An object is its category word, then `x` and `z` (world, metres), then what the task needs: its height `y`,
two or three extents, a size, or the time when it was first seen. The camera is the word, the moment `t`, then
`x`, `z` and its heading `a`.

What follows from these is written step by step before the answer:

- `r` and `f`: the way from one place to another, metres along the world's x and z,
- `d`: a distance between closest points,
- `m`: the area of the rooms so far,
- `a`: the heading of a way, in degrees to the right of the world's z axis, then the turns between headings,
- a turn's words, and for an order the categories once more, sorted.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, sin
from typing import NamedTuple

from model.vocabulary import ANSWER, EOS, ID, TASK_TOKENS, TOKENS, number_token, task_of, words_of
from questions.records import Record
from questions.visibility import CAMERA, Grounding
from world.categories import CATEGORIES

# What follows a thing's position, by letter: `e` is two extents, `h` the vertical one.
FIELDS = {
    "object_abs_distance": "ed",
    "object_size_estimation": "s",
    "room_size_estimation": "e",
    "object_rel_distance": "ed",
    "obj_appearance_order": "t",
    "camera_obj_abs_dist": "yehd",
    "camera_obj_dist_change": "yehd",
    "camera_obj_rel_dist": "yehd",
    "obj_obj_relative_pos_nf": "yehd",
    "obj_obj_relative_pos_ud": "y",
}
TURNING = ("object_rel_direction", "route_planning", "camera_movement_direction", "obj_obj_relative_pos_lr")
WORDED = ("obj_obj_relative_pos_nf", "obj_obj_relative_pos_ud")
SORTED = ("object_counting", "room_size_estimation")  # tasks whose lines stand in the order of x


NOTHING, ROOM, FILMING = -1, -2, -3


class Row(NamedTuple):
    """One token: what it describes (a scene object, or NOTHING, a ROOM, the camera FILMING), whether memory
    alone can tell it, and the second that it is about (−1 no moment)."""

    token: int
    owner: int = NOTHING
    grounded: bool = False
    moment: float = -1.0


@dataclass(frozen=True)
class Target:
    """Target ids, and per id the rest of its `Row`."""

    ids: list[int]
    objects: list[int]
    grounded: list[bool]
    moments: list[float]


def _offset_tokens(dx: float, dz: float) -> list[int]:
    """The way from one place to another, in metres along the world's axes."""
    return [number_token("r", dx), number_token("f", dz)]


def _fields(letters: str, thing: Grounding, ways: list[tuple[float, float]]) -> list[tuple[int, bool]]:
    """An object's tokens after its position, and whether the memory alone can tell each; `ways` lead here
    from what its distances are from."""
    found: list[tuple[str, float, bool]] = []
    for letter in letters:
        if letter == "e":
            found += [("e", side, True) for side in thing["extent"]]
        elif letter == "d":
            for (dx, dz), metres in zip(ways, thing.get("distances", []), strict=False):
                found += [("r", dx, False), ("f", dz, False), ("d", metres, False)]
        elif letter == "h":
            found.append(("e", thing["tall"], True))
        elif letter == "y":
            found.append(("y", thing["y"], True))
        elif letter == "s":
            found.append(("s", thing["size_cm"], True))
        else:
            found.append(("t", int(thing["first_seen_s"]), True))
    return [(number_token(family, value), grounded) for family, value, grounded in found]


def _line(
    task: str, x: float, z: float, turn: float, thing: Grounding, ways: list[tuple[float, float]]
) -> list[Row]:
    """The rows of one thing at (x, z) in a world that is turned right by `turn` radians; `ways` as `_fields`
    takes them."""
    place = [number_token("x", x), number_token("z", z)]
    if thing["category"] == CAMERA:
        moment = thing["moment"]
        place += [number_token("a", wrapped(thing["heading"] + degrees(turn)))] if "heading" in thing else []
        name = [
            Row(ID[CAMERA], FILMING, moment=moment),
            Row(number_token("t", moment), FILMING, moment=moment),
        ]
        return name + [Row(token, FILMING, True, moment) for token in place]
    owner = thing.get("object", ROOM)
    fields = [(token, True) for token in place] + _fields(FIELDS.get(task, ""), thing, ways)
    return [Row(ID[thing["category"]], owner), *(Row(token, owner, grounded) for token, grounded in fields)]


def wrapped(angle: float) -> float:
    """Degrees in [−180, 180)."""
    return (angle + 180) % 360 - 180


def move_point(position: tuple[float, float], turn: float, shift: tuple[float, float]) -> tuple[float, float]:
    """A place (x, z) in a world that is turned right by `turn` radians and then shifted by metres."""
    x, z = position
    return cos(turn) * x + sin(turn) * z + shift[0], cos(turn) * z - sin(turn) * x + shift[1]


def _offset(lines: list[tuple[float, float, Grounding]], origin: int, index: int) -> tuple[float, float]:
    """The way from one line's place to another's: (x, z) in metres."""
    return lines[index][0] - lines[origin][0], lines[index][1] - lines[origin][1]


def _offsets(lines: list[tuple[float, float, Grounding]], index: int) -> list[tuple[float, float]]:
    """The ways that a line's distances are the lengths of: from each of the camera's places before it, else
    from the first line."""
    cameras = [number for number, (_, _, thing) in enumerate(lines[:index]) if thing["category"] == CAMERA]
    return [_offset(lines, origin, index) for origin in cameras or [0]]


def _heading(lines: list[tuple[float, float, Grounding]], index: int) -> float:
    """Degrees to the right of the world's z axis of the way that leads to a line."""
    return degrees(atan2(*_offset(lines, lines[index][2]["origin"], index)))


def _turn_tokens(lines: list[tuple[float, float, Grounding]], turn: float, right: str) -> list[int]:
    """The turn between each heading and the next, with its word; `right` is the right option."""
    headings = [wrapped(thing["heading"] + degrees(turn)) for _, _, thing in lines if "heading" in thing]
    headings += [_heading(lines, index) for index, line in enumerate(lines) if "origin" in line[2]]
    words = [words_of(word.removeprefix("Turn ")) for word in right.split(", ")]
    ids = []
    for (before, after), word in zip(pairwise(headings), words, strict=True):
        ids += [number_token("a", wrapped(after - before)), *(ID[part] for part in word)]
    return ids


def _conclusion(
    task: str, record: Record, lines: list[tuple[float, float, Grounding]], turn: float
) -> list[int]:
    """What follows from all lines together."""
    right = next((text[3:] for text in record.options or [] if text[0] == record.ground_truth), "")
    if task in TURNING:
        return _turn_tokens(lines, turn, right)
    if task in WORDED:
        return [ID[word] for word in words_of(right)]
    if task == "obj_appearance_order":
        in_time = sorted(record.trace, key=lambda thing: thing["first_seen_s"])
        return [
            token
            for thing in in_time
            for token in (ID[thing["category"]], number_token("t", int(thing["first_seen_s"])))
        ]
    return []


def write_target(record: Record, turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> Target:
    """A record's target. `turn` and `shift` move the world (right by turn radians, then by (x, z) metres)."""
    task = task_of(record.question_type)
    lines = [(*move_point(thing["position"], turn, shift), thing) for thing in record.trace]
    if task in SORTED:
        lines.sort(key=lambda line: line[0])
    rows, area = [Row(ID[TASK_TOKENS[task]])], 0.0
    for index, (x, z, thing) in enumerate(lines):
        rows += _line(task, x, z, turn, thing, _offsets(lines, index))
        if task == "camera_displacement" and index:
            rows += [Row(token) for token in _offset_tokens(*_offset(lines, 0, index))]
        if task == "room_size_estimation":
            area += thing["area"]
            rows.append(Row(number_token("m", area)))
        if "origin" in thing:
            rows += [
                Row(token)
                for token in (
                    *_offset_tokens(*_offset(lines, thing["origin"], index)),
                    number_token("a", _heading(lines, index)),
                )
            ]
    truth = record.ground_truth
    answer = (
        ID[truth.lower()]
        if record.options
        else number_token("count" if task == "object_counting" else "number", float(truth))
    )
    rows += [Row(token) for token in (*_conclusion(task, record, lines, turn), ANSWER, answer, EOS)]
    return Target(*(list(column) for column in zip(*rows, strict=True)))


def parse_output(ids: list[int]) -> tuple[list[dict], str]:
    """The objects and the answer that a decoder wrote: [{category, x: […], z: […], …}], text after
    <answer>."""
    words = [TOKENS[i] for i in (ids[: ids.index(EOS)] if EOS in ids else ids)]
    cut = words.index("<answer>") if "<answer>" in words else len(words)
    things: list[dict] = []
    for word in words[:cut]:
        if word in CATEGORIES or word == CAMERA:
            things.append({"category": word})
        elif things and word[0] in "xyzesdamtrf" and word[1:].replace(".", "").replace("-", "").isdigit():
            things[-1].setdefault(word[0], []).append(float(word[1:]))
    return things, " ".join(words[cut + 1 :])
