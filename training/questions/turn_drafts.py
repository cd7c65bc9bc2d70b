"""Questions about turning: where an object is for a viewer at a second one who faces a third, and which
turns lead somewhere."""

from collections import defaultdict
from itertools import permutations, product
from math import atan2, degrees, hypot
from random import Random

from questions.drafts import Draft, Drafter, lettered
from questions.visibility import Visibility
from questions.wording import GO_STEP, TURN_STEP

BOUNDARY = 12.0  # degrees kept from a direction's boundaries
STARTS = 12  # pairs of a beginning and a thing to face that are tried for a route
LEG = 0.8  # metres that places to stand at and to face lie apart at least
Point = tuple[float, float]  # x, z

# Per kind: the boundaries' angles and the answer of each sector between them, from −180 on; None has no word.
SECTORS: dict[str, tuple[list[float], list[str | None]]] = {
    "easy": ([-180, 0, 180], ["left", "right"]),
    "medium": ([-180, -135, 0, 135, 180], ["back", "left", "right", "back"]),
    "hard": ([-180, -90, 0, 90, 180], ["back-left", "front-left", "front-right", "back-right"]),
    "movement": ([-180, -135, -45, 45, 135, 180], ["backward", "left", "forward", "right", "backward"]),
    "route": ([-180, -135, -45, 45, 135, 180], ["back", "left", None, "right", "back"]),
}


def bearing(a: Point, b: Point, c: Point) -> float:
    """Degrees that a viewer at a, facing b, turns to the right to face c, in (−180, 180]."""
    bx, bz, cx, cz = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    return degrees(atan2(cx * bz - cz * bx, cx * bx + cz * bz))


def sector(kind: str, angle: float) -> str | None:
    """The direction's word, or None within the margin of a boundary."""
    edges, names = SECTORS[kind]
    # ±180° is a boundary only where left and right meet there.
    inner = [edge for edge in edges if not (names[0] == names[-1] and abs(edge) == 180)]
    if any(abs(angle - edge) < BOUNDARY for edge in inner):
        return None
    return next(
        name for name, low, high in zip(names, edges, edges[1:], strict=False) if low <= angle <= high
    )


def far_apart(visibility: Visibility, a: int, b: int) -> bool:
    """Whether two objects' middles are far enough from each other to tell a direction."""
    return (
        hypot(
            visibility.positions[a][0] - visibility.positions[b][0],
            visibility.positions[a][1] - visibility.positions[b][1],
        )
        >= LEG
    )


def direction(kind: str) -> Drafter:
    """The drafter of one kind of relative direction."""

    def draft(visibility: Visibility, rng: Random) -> list[Draft]:
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        far = {pair for pair in permutations(visibility.unique, 2) if far_apart(visibility, *pair)}
        for a, b, c in permutations(visibility.unique, 3):
            if {(a, b), (a, c), (b, c)} <= far:
                name = sector(
                    kind, bearing(visibility.positions[a], visibility.positions[b], visibility.positions[c])
                )
                if name:
                    found[name].append((a, b, c))
        names = list(dict.fromkeys(SECTORS[kind][1]))
        drafts = []
        for name in rng.sample(names, len(names)):
            # An answer that this scene cannot give ends the list: going on would favour common answers.
            if not found[name]:
                break
            a, b, c = rng.choice(found[name])
            options, letter = lettered(rng, name, [n for n in names if n != name])
            words = {"a": visibility.name(a), "b": visibility.name(b), "c": visibility.name(c)}
            trace = [visibility.ground(a), *(visibility.ground(i) | {"origin": 0} for i in (b, c))]
            drafts.append(Draft(words, options, letter, trace))
        return drafts

    return draft


def _stops(
    visibility: Visibility,
    rng: Random,
    turns: tuple[str, ...],
    before: int,
    stands: int,
    faces: int,
    used: set[int],
) -> list[int] | None:
    """Objects to go to one after the other, by these turns, for a walker at `stands` who looks from `before`
    to `faces`."""
    if not turns:
        return []
    (ax, az), (bx, bz), (x, z) = (
        visibility.positions[before],
        visibility.positions[faces],
        visibility.positions[stands],
    )
    ahead = (x + bx - ax, z + bz - az)
    for stop in rng.sample(visibility.unique, len(visibility.unique)):
        if stop in used or not visibility.same_room(stands, stop) or not far_apart(visibility, stands, stop):
            continue
        if sector("route", bearing((x, z), ahead, visibility.positions[stop])) == turns[0]:
            later_stops = _stops(visibility, rng, turns[1:], stands, stop, stop, used | {stop})
            if later_stops is not None:
                return [stop, *later_stops]
    return None


def _steps(visibility: Visibility, stops: list[int], turning: bool) -> str:
    """The numbered actions; without `turning` the first of them goes straight on."""
    steps = []
    for number, stop in enumerate(stops):
        steps += [TURN_STEP] * (turning or number > 0) + [GO_STEP.format(x=visibility.name(stop))]
    return " ".join(f"{number}. {text}" for number, text in enumerate(steps, 1))


def _turns_text(turns: tuple[str, ...]) -> str:
    return ", ".join(f"Turn {turn.capitalize()}" for turn in turns)


def _route(visibility: Visibility, rng: Random, turns: tuple[str, ...], turning: bool) -> Draft | None:
    """A way through one room that takes these turns, from an object that one begins at. With `turning` one
    first looks at a thing that is not on the way, else at the first stop."""
    pairs = [
        (a, b)
        for a, b in permutations(visibility.unique, 2)
        if visibility.same_room(a, b) and far_apart(visibility, a, b)
    ]
    for a, b in rng.sample(pairs, min(STARTS, len(pairs))):
        found = _stops(visibility, rng, turns, a, a if turning else b, b, {a, b})
        if found is None:
            continue
        stops = found if turning else [b, *found]
        words = {
            "a": visibility.name(a),
            "b": visibility.name(b),
            "c": visibility.name(stops[-1]),
            "steps": _steps(visibility, stops, turning),
        }
        others = [other for other in product(("left", "right", "back"), repeat=len(turns)) if other != turns]
        options, letter = lettered(
            rng, _turns_text(turns), [_turns_text(other) for other in rng.sample(others, min(3, len(others)))]
        )
        origins = [0, *([0] if turning else []), *range(2 if turning else 1, len(found) + 1)]
        trace = [
            visibility.ground(a),
            *(
                visibility.ground(i) | {"origin": origin}
                for i, origin in zip((b, *found), origins, strict=True)
            ),
        ]
        return Draft(words, options, letter, trace)
    return None


def route(visibility: Visibility, rng: Random) -> list[Draft]:
    """Routes of one to three turns; the turns are drawn first, evenly, and a scene that has no such route is
    not asked for one."""
    drafts = []
    for _ in range(8):
        turns = tuple(rng.choice(("left", "right", "back")) for _ in range(rng.choice((1, 2, 2, 3, 3))))
        draft = _route(visibility, rng, turns, rng.random() < 0.5)
        if draft is not None:
            drafts.append(draft)
    return drafts


TURN_DRAFTERS: dict[str, Drafter] = {
    "object_rel_direction_easy": direction("easy"),
    "object_rel_direction_medium": direction("medium"),
    "object_rel_direction_hard": direction("hard"),
    "route_planning": route,
}
