"""What each task's trace and answer look like: patterns of classes of tokens.

A pattern is a sequence of classes (`x`, `<answer>`, `letter`, …) and of choices between patterns. `first2` is
the third thing by its first mention in the question, `last2` by its last one.
"""

from collections.abc import Iterable

Pattern = tuple  # of classes (str) and of choices (a tuple of patterns each)

THINGS = 5  # that a trace names at most: a route of three turns
ROOMS = 15  # whose areas fit into an answer
COUNTED = 20  # the largest count
NUMBER, COUNT, CHOICE = ("number",), ("count",), ("letter",)


def named(place: str, fields: str) -> Pattern:
    """A thing by its place in the question, its position and its fields, one letter each."""
    return (place, "x", "z", *fields)


def filmed(fields: str = "") -> Pattern:
    """The camera at a moment."""
    return ("camera", "t", "x", "z", *fields)


def up_to(pattern: Pattern, most: int) -> tuple:
    """A pattern at most so many times, as a choice."""
    return ((),) if most == 0 else ((), (*pattern, up_to(pattern, most - 1)))


def one_of(words: Iterable[str]) -> tuple:
    """One of some words, as a choice."""
    return tuple((word,) for word in words)


def _joined(parts: Iterable[Pattern]) -> Pattern:
    return tuple(item for part in parts for item in part)


def _pair(fields: str) -> tuple:
    """Two things in either order."""
    ways = (("first0", "first1"), ("first1", "first0"))
    return tuple(_joined(named(place, fields) for place in way) for way in ways)


def _nearest(order: str, begin: int, fields: str) -> tuple:
    """Two to four candidates, each with its distance."""
    return tuple(
        _joined(named(f"{order}{place}", fields) for place in range(begin, begin + n)) for n in (2, 3, 4)
    )


def _routes() -> tuple:
    """Stops with the ways between them, then the turns."""
    turn = ("a", one_of(("left", "right", "back")))
    return tuple(
        (*_joined(named(f"last{2 + k}", "rfa") for k in range(n)), *turn * n) for n in range(1, THINGS - 1)
    )


SIDES = one_of(("left", "right"))
BEARING = (("left",), ("right",), ("back",), ("front", SIDES), ("back", SIDES))
PATTERNS: dict[str, Pattern] = {
    "object_counting": (up_to(named("first0", ""), COUNTED), "<answer>", *COUNT),
    "object_abs_distance": (*named("first0", "ee"), *named("first1", "eerfd"), "<answer>", *NUMBER),
    "object_size_estimation": (*named("first0", "s"), "<answer>", *NUMBER),
    "room_size_estimation": (
        *named("floor", "eem"),
        up_to(named("floor", "eem"), ROOMS - 1),
        "<answer>",
        *NUMBER,
    ),
    "object_rel_distance": (
        *named("last0", "ee"),
        _nearest("last", 1, "eerfd"),
        "<answer>",
        *CHOICE,
    ),
    "object_rel_direction": (
        *named("first0", ""),
        *named("first1", "rfa"),
        *named("first2", "rfaa"),
        BEARING,
        "<answer>",
        *CHOICE,
    ),
    "obj_appearance_order": (
        *_joined(named(f"first{k}", "t") for k in range(4)),
        *("any", "t") * 4,  # the same once more, sorted
        "<answer>",
        *CHOICE,
    ),
    "route_planning": (*named("last0", ""), *named("last1", "rfa"), _routes(), "<answer>", *CHOICE),
    "camera_displacement": (*filmed(), *filmed("rf"), "<answer>", *NUMBER),
    "camera_movement_direction": (
        *filmed("a"),
        *filmed("rfaa"),
        one_of(("forward", "backward", "left", "right")),
        "<answer>",
        *CHOICE,
    ),
    "camera_obj_abs_dist": (*filmed(), *named("first0", "yeeerfd"), "<answer>", *NUMBER),
    "camera_obj_dist_change": (*filmed(), *filmed(), *named("first0", "yeeerfdrfd"), "<answer>", *NUMBER),
    "camera_obj_rel_dist": (
        *filmed(),
        _nearest("first", 0, "yeeerfd"),
        "<answer>",
        *CHOICE,
    ),
    "obj_obj_relative_pos_nf": (
        *filmed(),
        _pair("yeeerfd"),
        one_of(("near", "far")),
        "<answer>",
        *CHOICE,
    ),
    "obj_obj_relative_pos_ud": (_pair("y"), one_of(("up", "down")), "<answer>", *CHOICE),
    "obj_obj_relative_pos_lr": (*filmed(), _pair("rfa"), "a", SIDES, "<answer>", *CHOICE),
}
