"""Questions about the camera itself: where it was at a moment, which way it moved, and how things lay as it
saw them then."""

from collections import defaultdict
from itertools import count
from math import hypot
from random import Random

import numpy as np

from questions.drafts import Draft, Drafter, lettered, spread, usually_nearer
from questions.thing_drafts import MARGIN
from questions.turn_drafts import bearing, sector
from questions.visibility import CAMERA, SEEN, Grounding, Visibility
from rendering.labels import CAMERA_HEIGHT
from world.geometry import point_distance

KEPT = 40  # frames: of a longer walk, memory keeps the last ones and those at round moments
ROUND = 12  # round moments, of which it keeps nine in ten
TRIES = 40  # pairs of moments, or moments and things, that are looked at for a question
ENOUGH = 4  # drafts of one kind
MOVED = 0.5  # metres that the camera has to have moved to be asked how
AWAY = 0.3  # metres that a thing has to be away, and by which things have to differ


def moments(visibility: Visibility) -> list[int]:
    """Frames at whole seconds that a memory may be asked about: all of a short walk, of a longer one the last
    and the round."""
    times = visibility.walk.times
    at_seconds = [frame for frame, time in enumerate(times) if time == int(time)]
    if len(times) <= KEPT:
        return at_seconds
    step = next(step for step in (4 * 2**n for n in count()) if times[-1] <= ROUND * step)
    return [frame for frame in at_seconds if times[frame] % step == 0 or times[frame] > times[-1] - 4]


def second(visibility: Visibility, frame: int) -> str:
    """A frame's moment as a question names it."""
    return f"{visibility.walk.times[frame]:.0f}"


def ground_camera(visibility: Visibility, frame: int, looking: bool = False) -> Grounding:
    """The trace's line about the camera at a frame, with `looking` also which way it looked."""
    line = Grounding(
        category=CAMERA,
        position=tuple(visibility.camera_positions[frame]),
        moment=float(visibility.walk.times[frame]),
    )
    return line | {"heading": visibility.camera_headings[frame]} if looking else line


def reach(visibility: Visibility, frame: int, index: int) -> float:
    """Metres from the camera at a frame to the closest point of an object's box."""
    thing, (x, z, _) = visibility.scene.objects[index], visibility.walk.poses[frame]
    above = abs(-thing.center[1] - CAMERA_HEIGHT) - 0.5 * thing.size[1]
    return hypot(point_distance(thing.footprint, x, z), max(above, 0.0))


def ground_thing(visibility: Visibility, index: int, *frames: int) -> Grounding:
    """The line about an object, with its height and its distances from the camera at these frames."""
    thing = visibility.scene.objects[index]
    upright = {"y": thing.center[1] + CAMERA_HEIGHT, "tall": thing.size[1]}
    return (
        visibility.ground(index)
        | upright
        | {"distances": [reach(visibility, frame, index) for frame in frames]}
    )


def in_view(visibility: Visibility, frame: int) -> list[int]:
    """The single objects that a frame shows clearly and not from right beside them."""
    return [
        i
        for i in visibility.unique
        if visibility.pixels[frame, i] >= SEEN and reach(visibility, frame, i) >= AWAY
    ]


def two_moments(visibility: Visibility, rng: Random) -> list[tuple[int, int]]:
    """Some pairs of moments, the earlier first."""
    frames = moments(visibility)
    return [tuple(sorted(rng.sample(frames, 2))) for _ in range(TRIES)] if len(frames) > 1 else []


def displacement(visibility: Visibility, rng: Random) -> list[Draft]:
    """Pairs of moments, spread evenly over the logarithm of the distance between the camera's places."""
    pairs = (
        (hypot(*np.subtract(visibility.camera_positions[a], visibility.camera_positions[b])), (a, b))
        for a, b in two_moments(visibility, rng)
    )
    return [
        Draft(
            {"r": second(visibility, a), "s": second(visibility, b)},
            None,
            f"{metres:.2f}",
            [ground_camera(visibility, a), ground_camera(visibility, b)],
        )
        for metres, (a, b) in spread(rng, (pair for pair in pairs if pair[0] >= MOVED))
    ]


def movement(visibility: Visibility, rng: Random) -> list[Draft]:
    """Where the camera went between two moments, as seen from the first; the answer is drawn first."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for a, b in two_moments(visibility, rng):
        (ax, az), (bx, bz), turn = (
            visibility.camera_positions[a],
            visibility.camera_positions[b],
            np.radians(visibility.camera_headings[a]),
        )
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
        trace = [ground_camera(visibility, a, looking=True), ground_camera(visibility, b) | {"origin": 0}]
        drafts.append(
            Draft(
                {"a": listed, "r": second(visibility, a), "s": second(visibility, b)}, options, letter, trace
            )
        )
    return drafts


def distance(visibility: Visibility, rng: Random) -> list[Draft]:
    """Objects in view at a moment, spread evenly over the logarithm of their distance."""
    seen = [
        (reach(visibility, frame, i), (frame, i))
        for frame in moments(visibility)
        for i in in_view(visibility, frame)
    ]
    return [
        Draft(
            {"a": visibility.name(i), "s": second(visibility, f)},
            None,
            f"{metres:.2f}",
            [ground_camera(visibility, f), ground_thing(visibility, i, f)],
        )
        for metres, (f, i) in spread(rng, rng.sample(seen, min(TRIES, len(seen))))
    ]


def distance_change(visibility: Visibility, rng: Random) -> list[Draft]:
    """Objects that have come nearer or gone farther, spread evenly over the logarithm of by how much."""
    found = []
    for a, b in two_moments(visibility, rng):
        for i in visibility.unique:
            change = abs(reach(visibility, a, i) - reach(visibility, b, i))
            if change >= MOVED and min(reach(visibility, a, i), reach(visibility, b, i)) >= AWAY:
                found.append((change, (a, b, i)))
    return [
        Draft(
            {"a": visibility.name(i), "r": second(visibility, a), "s": second(visibility, b)},
            None,
            f"{change:.2f}",
            [ground_camera(visibility, a), ground_camera(visibility, b), ground_thing(visibility, i, a, b)],
        )
        for change, (a, b, i) in spread(rng, found)
    ]


def nearest(count: int) -> Drafter:
    """The drafter of which of `count` objects in view is closest; the winner is drawn first, then those
    clearly farther.

    What a guess would take for the winner wins as often as any other.
    """

    def draft(visibility: Visibility, rng: Random) -> list[Draft]:
        drafts, frames, usual = [], moments(visibility), rng.random() < 1 / count
        for frame in rng.sample(frames, len(frames)):
            if len(drafts) == ENOUGH:
                break
            distances = {i: reach(visibility, frame, i) for i in in_view(visibility, frame)}
            beaten = {
                i: [
                    o
                    for o in distances
                    if distances[o] >= max(distances[i] * (1 + MARGIN), distances[i] + AWAY)
                ]
                for i in distances
            }
            winners = [i for i in distances if len(beaten[i]) >= count - 1]
            if not winners:
                continue
            winner = rng.choice(winners)
            losers = rng.sample(beaten[winner], count - 1)
            if usual != (usually_nearer(visibility, (winner, *losers)) == winner):
                continue
            usual = rng.random() < 1 / count
            options, letter = lettered(rng, visibility.name(winner), [visibility.name(i) for i in losers])
            index = {visibility.name(i): i for i in (winner, *losers)}
            listed = [index[option[3:]] for option in options]
            words = {"a": ", ".join(visibility.name(i) for i in listed), "s": second(visibility, frame)}
            trace = [ground_camera(visibility, frame), *(ground_thing(visibility, i, frame) for i in listed)]
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
