"""Questions about the camera itself: where it was at a moment, which way it moved, and how things lay as it saw them then."""

from collections import defaultdict
from math import hypot
from random import Random

import numpy as np

from .drafts import Draft, Drafter, lettered, spread, usually_nearer
from .geometry import point_distance
from .labels import CAMERA_HEIGHT
from .sight import CAMERA, SEEN, Grounding, Sight
from .thing_drafts import MARGIN
from .turn_drafts import bearing, sector

KEPT = 40  # frames: of a longer walk, memory keeps the last ones and those at round moments
ROUND = 12  # round moments, of which it keeps nine in ten
TRIES = 40  # pairs of moments, or moments and things, that are looked at for a question
ENOUGH = 4  # drafts of one kind
MOVED = 0.5  # metres that the camera has to have moved to be asked how
AWAY = 0.3  # metres that a thing has to be away, and by which things have to differ


def moments(sight: Sight) -> list[int]:
    """Frames at whole seconds that a memory may be asked about: all of a short walk, of a longer one the last and the round."""
    times = sight.walk.times
    whole = [frame for frame, time in enumerate(times) if time == int(time)]
    if len(times) <= KEPT:
        return whole
    step = next(step for step in (4, 8, 16, 32, 64) if times[-1] <= ROUND * step)
    return [frame for frame in whole if times[frame] % step == 0 or times[frame] > times[-1] - 4]


def second(sight: Sight, frame: int) -> str:
    """A frame's moment as a question names it."""
    return f"{sight.walk.times[frame]:.0f}"


def ground_camera(sight: Sight, frame: int, looking: bool = False) -> Grounding:
    """The trace's line about the camera at a frame, with `looking` also which way it looked."""
    line = Grounding(category=CAMERA, position=tuple(sight.way[frame]), moment=float(sight.walk.times[frame]))
    return line | {"heading": sight.turn[frame]} if looking else line


def reach(sight: Sight, frame: int, index: int) -> float:
    """Metres from the camera at a frame to the closest point of an object's box."""
    thing, (x, z, _) = sight.scene.objects[index], sight.walk.poses[frame]
    above = abs(-thing.center[1] - CAMERA_HEIGHT) - 0.5 * thing.size[1]
    return hypot(point_distance(thing.footprint, x, z), max(above, 0.0))


def ground_thing(sight: Sight, index: int, *frames: int) -> Grounding:
    """The line about an object, with its height and its distances from the camera at these frames."""
    thing = sight.scene.objects[index]
    upright = {"y": thing.center[1] + CAMERA_HEIGHT, "tall": thing.size[1]}
    return sight.ground(index) | upright | {"distances": [reach(sight, frame, index) for frame in frames]}


def in_view(sight: Sight, frame: int) -> list[int]:
    """The single objects that a frame shows clearly and not from right beside them."""
    return [i for i in sight.single if sight.visible[frame, i] >= SEEN and reach(sight, frame, i) >= AWAY]


def two_moments(sight: Sight, rng: Random) -> list[tuple[int, int]]:
    """Some pairs of moments, the earlier first."""
    frames = moments(sight)
    return [tuple(sorted(rng.sample(frames, 2))) for _ in range(TRIES)] if len(frames) > 1 else []


def displacement(sight: Sight, rng: Random) -> list[Draft]:
    """Pairs of moments, spread evenly over the logarithm of the distance between the camera's places."""
    pairs = ((hypot(*np.subtract(sight.way[a], sight.way[b])), (a, b)) for a, b in two_moments(sight, rng))
    return [
        Draft(
            {"r": second(sight, a), "s": second(sight, b)},
            None,
            f"{metres:.2f}",
            [ground_camera(sight, a), ground_camera(sight, b)],
        )
        for metres, (a, b) in spread(rng, (pair for pair in pairs if pair[0] >= MOVED))
    ]


def movement(sight: Sight, rng: Random) -> list[Draft]:
    """Where the camera went between two moments, as seen from the first; the answer is drawn first."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for a, b in two_moments(sight, rng):
        (ax, az), (bx, bz), turn = sight.way[a], sight.way[b], np.radians(sight.turn[a])
        word = sector("movement", bearing((ax, az), (ax + np.sin(turn), az + np.cos(turn)), (bx, bz)))
        if word and hypot(bx - ax, bz - az) >= MOVED:
            found[word].append((a, b))
    words = ["forward", "backward", "left", "right"]
    drafts = []
    for word in rng.sample(words, len(words)):
        if not found[word]:
            break
        a, b = rng.choice(found[word])
        options, letter = lettered(
            rng, word.capitalize(), [other.capitalize() for other in words if other != word]
        )
        listed = ", ".join(option[3:].lower() for option in options)
        trace = [ground_camera(sight, a, looking=True), ground_camera(sight, b) | {"origin": 0}]
        drafts.append(
            Draft({"a": listed, "r": second(sight, a), "s": second(sight, b)}, options, letter, trace)
        )
    return drafts


def distance(sight: Sight, rng: Random) -> list[Draft]:
    """Objects in view at a moment, spread evenly over the logarithm of their distance."""
    seen = [(reach(sight, frame, i), (frame, i)) for frame in moments(sight) for i in in_view(sight, frame)]
    return [
        Draft(
            {"a": sight.name(i), "s": second(sight, f)},
            None,
            f"{metres:.2f}",
            [ground_camera(sight, f), ground_thing(sight, i, f)],
        )
        for metres, (f, i) in spread(rng, rng.sample(seen, min(TRIES, len(seen))))
    ]


def distance_change(sight: Sight, rng: Random) -> list[Draft]:
    """Objects that have come nearer or gone farther, spread evenly over the logarithm of by how much."""
    found = []
    for a, b in two_moments(sight, rng):
        for i in sight.single:
            change = abs(reach(sight, a, i) - reach(sight, b, i))
            if change >= MOVED and min(reach(sight, a, i), reach(sight, b, i)) >= AWAY:
                found.append((change, (a, b, i)))
    return [
        Draft({"a": sight.name(i), "r": second(sight, a), "s": second(sight, b)}, None, f"{change:.2f}",
              [ground_camera(sight, a), ground_camera(sight, b), ground_thing(sight, i, a, b)])
        for change, (a, b, i) in spread(rng, found)
    ]  # fmt: skip


def nearest(count: int) -> Drafter:
    """The drafter of which of `count` objects in view is closest; the winner is drawn first, then those clearly farther.

    What a guess would take for the winner wins as often as any other.
    """

    def draft(sight: Sight, rng: Random) -> list[Draft]:
        drafts, frames, usual = [], moments(sight), rng.random() < 1 / count
        for frame in rng.sample(frames, len(frames)):
            if len(drafts) == ENOUGH:
                break
            away = {i: reach(sight, frame, i) for i in in_view(sight, frame)}
            beaten = {
                i: [o for o in away if away[o] >= max(away[i] * (1 + MARGIN), away[i] + AWAY)] for i in away
            }
            winners = [i for i in away if len(beaten[i]) >= count - 1]
            if not winners:
                continue
            winner = rng.choice(winners)
            losers = rng.sample(beaten[winner], count - 1)
            if usual != (usually_nearer(sight, (winner, *losers)) == winner):
                continue
            usual = rng.random() < 1 / count
            options, letter = lettered(rng, sight.name(winner), [sight.name(i) for i in losers])
            index = {sight.name(i): i for i in (winner, *losers)}
            listed = [index[option[3:]] for option in options]
            words = {"a": ", ".join(sight.name(i) for i in listed), "s": second(sight, frame)}
            trace = [ground_camera(sight, frame), *(ground_thing(sight, i, frame) for i in listed)]
            drafts.append(Draft(words, options, letter, trace))
        return drafts

    return draft


CAMERA_DRAFTERS: dict[str, Drafter] = {
    "camera_displacement": displacement,
    "camera_movement_direction": movement,
    "camera_obj_abs_dist": distance,
    "camera_obj_dist_change": distance_change,
    "camera_obj_rel_dist_v1": nearest(4),
    "camera_obj_rel_dist_v2": nearest(3),
    "camera_obj_rel_dist_v3": nearest(2),
}
