"""Questions about two objects as the camera saw them at a moment: which is nearer, which is higher, which is
further left."""

from collections import defaultdict
from collections.abc import Callable
from itertools import permutations
from random import Random

import numpy as np

from questions.camera_drafts import AWAY, ground_camera, ground_thing, in_view, moments, reach, second
from questions.drafts import Draft, Drafter, lettered, usually_higher, usually_nearer
from questions.turn_drafts import bearing
from questions.visibility import Grounding, Visibility
from world.geometry import corners
from world.walks import points_to_world

HIGHER = 0.25  # metres between the heights of two middles
BESIDE = 8.0  # degrees between the directions of two middles
GAP = 0.1  # metres between two things' stretches of depth or width

Compare = Callable[[Visibility, int, int, int], str | None]
Guess = Callable[[Visibility, tuple[int, int]], int]
Ground = Callable[[Visibility, int, int, int], list[Grounding]]


def _stretch(visibility: Visibility, frame: int, index: int, axis: int) -> tuple[float, float]:
    """From where to where, in a frame's camera, an object reaches to the right (axis 0) or ahead (axis 1),
    metres."""
    outline = points_to_world(
        np.array(corners(visibility.scene.objects[index].footprint)), visibility.walk.poses[frame]
    )[:, axis]
    return float(outline.min()), float(outline.max())


def _before(visibility: Visibility, frame: int, a: int, b: int, axis: int) -> bool:
    """Whether all of a lies clearly before all of b along an axis of the frame's camera."""
    return _stretch(visibility, frame, a, axis)[1] + GAP <= _stretch(visibility, frame, b, axis)[0]


def near_far(visibility: Visibility, frame: int, a: int, b: int) -> str | None:
    """Whether a is near or far compared to b: by depth as a whole and by its closest point, else None."""
    gap = reach(visibility, frame, b) - reach(visibility, frame, a)
    if gap >= AWAY and _before(visibility, frame, a, b, 1):
        return "near"
    return "far" if -gap >= AWAY and _before(visibility, frame, b, a, 1) else None


def up_down(visibility: Visibility, frame: int, a: int, b: int) -> str | None:
    """Whether the middle of a is clearly higher or lower than that of b, else None; scene coordinates count
    downwards."""
    lower = visibility.scene.objects[a].center[1] - visibility.scene.objects[b].center[1]
    return None if abs(lower) < HIGHER else "down" if lower > 0 else "up"


def left_right(visibility: Visibility, frame: int, a: int, b: int) -> str | None:
    """Whether a is left or right of b: as a whole across the view and by the directions of their middles,
    else None."""
    angle = bearing(visibility.camera_positions[frame], visibility.positions[a], visibility.positions[b])
    if angle >= BESIDE and _before(visibility, frame, a, b, 0):
        return "left"
    return "right" if -angle >= BESIDE and _before(visibility, frame, b, a, 0) else None


def _distances(visibility: Visibility, frame: int, a: int, b: int) -> list[Grounding]:
    return [
        ground_camera(visibility, frame),
        ground_thing(visibility, a, frame),
        ground_thing(visibility, b, frame),
    ]


def _heights(visibility: Visibility, frame: int, a: int, b: int) -> list[Grounding]:
    return [ground_thing(visibility, a), ground_thing(visibility, b)]


def _directions(visibility: Visibility, frame: int, a: int, b: int) -> list[Grounding]:
    return [ground_camera(visibility, frame), *(visibility.ground(i) | {"origin": 0} for i in (a, b))]


def relation(words: tuple[str, str], compare: Compare, ground: Ground, guess: Guess) -> Drafter:
    """The drafter of a relation; each of its two words is the answer as often, and also for things that a
    guess gives the first."""

    def draft(visibility: Visibility, rng: Random) -> list[Draft]:
        frames, found = moments(visibility), defaultdict(list)
        for frame in rng.sample(frames, min(12, len(frames))):
            for a, b in permutations(in_view(visibility, frame), 2):
                found[compare(visibility, frame, a, b), guess(visibility, (a, b)) == a].append((frame, a, b))
        drafts = []
        for word in rng.sample(words, 2):
            like = found[word, rng.random() < 0.5]
            if like:
                frame, a, b = rng.choice(like)
                options, letter = lettered(
                    rng, word.capitalize(), [other.capitalize() for other in words if other != word]
                )
                named = {"a": visibility.name(a), "b": visibility.name(b), "s": second(visibility, frame)}
                drafts.append(Draft(named, options, letter, ground(visibility, frame, a, b)))
        return drafts

    return draft


VIEW_DRAFTERS: dict[str, Drafter] = {
    "obj_obj_relative_pos_nf": relation(("near", "far"), near_far, _distances, usually_nearer),
    "obj_obj_relative_pos_ud": relation(("up", "down"), up_down, _heights, usually_higher),
    "obj_obj_relative_pos_lr": relation(("left", "right"), left_right, _directions, usually_nearer),
}
