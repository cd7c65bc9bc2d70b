"""Questions about a walk, with their exact answers and the trace that leads there.

Only things that were really seen are asked about, only where the answer is clear, and sampled so that it cannot be
guessed: counts and distances spread, relation answers drawn first and the objects to fit them afterwards.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, permutations
from math import atan2, degrees, hypot, log
from random import Random
from typing import NotRequired, TypedDict

import numpy as np
import numpy.typing as npt

from .categories import CATEGORIES, PLURALS
from .furniture import TYPICAL
from .geometry import rectangle_distance
from .metrics import TASKS
from .scenes import Scene
from .walks import Walk, points_to_world
from .wording import WORDINGS

SEEN = 60  # pixels of 128×96: the object has appeared
GLIMPSED = 15  # pixels: somebody attentive may have noticed it
WELL_SEEN = 120  # pixels in two frames at least: its place and size can be told
MARGIN = 0.15
BOUNDARY = 12.0  # degrees kept from a direction's boundaries


class Grounding(TypedDict):
    """What the decoder writes about one thing before it answers. World coordinates are frame 0's camera, metres."""

    category: str
    position: tuple[float, float]  # world x, z of the centre
    object: NotRequired[int]  # index in the scene, for supervising attention
    size_cm: NotRequired[float]  # longest dimension
    extent: NotRequired[tuple[float, float]]  # longer and shorter horizontal side, metres
    first_seen_s: NotRequired[float]


@dataclass(frozen=True)
class Record:
    """A question in the benchmark's form, and its trace."""

    id: int
    dataset: str
    scene_name: str
    question_type: str
    question: str
    options: list[str] | None
    ground_truth: str
    pruned: bool
    trace: list[Grounding]


@dataclass(frozen=True)
class _Draft:
    words: dict[str, str]
    options: list[str] | None
    truth: str
    trace: list[Grounding]


class Sight:
    """What a walk showed of a scene: which objects, how well, since when, and where they are in the world."""

    def __init__(self, scene: Scene, walk: Walk, visible: npt.NDArray[np.int32]) -> None:
        """`visible` is the pixels of each object in each frame [F, objects], from token_labels at 128×96."""
        self.scene, objects = scene, scene.objects
        seen, glimpsed = visible >= SEEN, visible >= GLIMPSED
        self.appeared = [bool(column.any()) for column in seen.T]
        self.noticed = [bool(column.any()) for column in glimpsed.T]
        self.well = [int((column >= WELL_SEEN).sum()) >= 2 for column in visible.T]
        self.first = [float(walk.times[column.argmax()]) if column.any() else float("inf") for column in seen.T]
        self.glimpse = [float(walk.times[column.argmax()]) if column.any() else float("inf") for column in glimpsed.T]
        at = [(o.center[0], o.center[2]) for o in objects]
        self.at = points_to_world(np.array(at).reshape(-1, 2), walk.poses[0]).tolist()
        self.middle = tuple(points_to_world(np.zeros(2), walk.poses[0]).tolist())
        self.members: dict[int, list[int]] = defaultdict(list)
        for index, o in enumerate(objects):
            self.members[o.category].append(index)
        self.single = [m[0] for m in self.members.values() if len(m) == 1 and self.well[m[0]]]
        self._distances: dict[tuple[int, int], float] = {}

    def name(self, index: int) -> str:
        """The object's category word."""
        return CATEGORIES[self.scene.objects[index].category]

    def longest(self, index: int) -> float:
        """The object's longest dimension in metres."""
        return max(self.scene.objects[index].size)

    def distance(self, a: int, b: int) -> float:
        """Metres between the closest points of two objects' footprints."""
        key = (min(a, b), max(a, b))
        if key not in self._distances:
            self._distances[key] = rectangle_distance(self.scene.objects[a].footprint, self.scene.objects[b].footprint)
        return self._distances[key]

    def ground(self, index: int) -> Grounding:
        """The trace's line about an object."""
        width, _, depth = self.scene.objects[index].size
        return Grounding(
            category=self.name(index), object=index, position=tuple(self.at[index]), size_cm=100 * self.longest(index),
            extent=(max(width, depth), min(width, depth)), first_seen_s=self.first[index],
        )  # fmt: skip


def _letters(rng: Random, right: str, wrong: list[str]) -> tuple[list[str], str]:
    options = [right, *wrong]
    rng.shuffle(options)
    return [f"{'ABCD'[place]}. {text}" for place, text in enumerate(options)], "ABCD"[options.index(right)]


def _count(sight: Sight, rng: Random) -> list[_Draft]:
    """Categories of which every member was well seen or none was noticed, rare counts first in line."""
    clear = [m for m in sight.members.values() if all(sight.well[i] for i in m) and len(m) <= 6]
    # Two in three categories stand alone and large groups are rare: weighted so, counts of one to six come out alike.
    weight = {1: 0.25, 2: 1.24, 3: 1.36, 4: 1.48, 5: 1.6, 6: 1.72}
    chosen = sorted(clear, key=lambda m: rng.random() ** (1 / weight[len(m)]), reverse=True)
    drafts = []
    for members in chosen:
        if len(members) == 1 and rng.random() < 0.8:
            continue
        category = sight.scene.objects[members[0]].category
        words = {"category": CATEGORIES[category], "plural": PLURALS[category]}
        in_order = sorted(members, key=lambda i: sight.first[i])
        drafts.append(_Draft(words, None, str(len(members)), [sight.ground(i) for i in in_order]))
    return drafts


def _abs_distance(sight: Sight, rng: Random) -> list[_Draft]:
    """Pairs spread evenly over the logarithm of their distance."""
    bins: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b in permutations(sight.single, 2):
        if sight.distance(a, b) >= 0.3:
            bins[int(log(sight.distance(a, b)) / 0.45)].append((a, b))
    drafts = []
    for number in rng.sample(sorted(bins), len(bins)):
        a, b = rng.choice(bins[number])
        words = {"a": sight.name(a), "b": sight.name(b)}
        drafts.append(_Draft(words, None, f"{sight.distance(a, b):.2f}", [sight.ground(a), sight.ground(b)]))
    return drafts


def _size(sight: Sight, rng: Random) -> list[_Draft]:
    """Single objects; unusual sizes are asked about more often than usual ones."""

    def unusual(index: int) -> float:
        return abs(log(sight.longest(index) / max(TYPICAL[sight.name(index)]))) + 0.03

    order = sorted(sight.single, key=lambda i: rng.random() ** (1 / unusual(i)), reverse=True)
    return [_Draft({"a": sight.name(i)}, None, f"{100 * sight.longest(i):.0f}", [sight.ground(i)]) for i in order]


def _room(sight: Sight, rng: Random) -> list[_Draft]:
    width, depth, _ = sight.scene.room
    room = Grounding(category="floor", position=sight.middle, extent=(max(width, depth), min(width, depth)))
    return [_Draft({}, None, f"{width * depth:.1f}", [room])]


def _rel_distance(sight: Sight, rng: Random) -> list[_Draft]:
    """The winner is drawn first, evenly over what can win, then three that are clearly farther."""
    drafts = []
    for a in rng.sample(sight.single, len(sight.single)):
        others = [o for o in sight.single if o != a]
        beaten = {}
        for o in others:
            near = sight.distance(a, o)
            far = [p for p in others if sight.distance(a, p) >= max(near * (1 + MARGIN) + 1e-6, near + 0.3)]
            if len(far) >= 3:
                beaten[o] = far
        if not beaten:
            continue
        winner = rng.choice(sorted(beaten))
        losers = rng.sample(beaten[winner], 3)
        options, letter = _letters(rng, sight.name(winner), [sight.name(p) for p in losers])
        listed = sorted([winner, *losers], key=lambda i: next(k for k, text in enumerate(options) if text[3:] == sight.name(i)))
        words = {"a": sight.name(a)} | {key: sight.name(i) for key, i in zip("bcde", listed, strict=True)}
        drafts.append(_Draft(words, options, letter, [sight.ground(i) for i in (a, *listed)]))
    return drafts


def bearing(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Degrees that somebody at a, facing b, turns to the right to face c, in (−180, 180]; points are (x, z)."""
    bx, bz, cx, cz = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    return degrees(atan2(cx * bz - cz * bx, cx * bx + cz * bz))


# Per kind: the boundaries' angles and the answer of each sector between them, from −180 on.
SECTORS: dict[str, tuple[list[float], list[str]]] = {
    "easy": ([-180, 0, 180], ["left", "right"]),
    "medium": ([-180, -135, 0, 135, 180], ["back", "left", "right", "back"]),
    "hard": ([-180, -90, 0, 90, 180], ["back-left", "front-left", "front-right", "back-right"]),
}


def sector(kind: str, angle: float) -> str | None:
    """The direction's word, or None within the margin of a boundary."""
    edges, names = SECTORS[kind]
    # ±180° is a boundary only where left and right meet there.
    inner = [edge for edge in edges if not (kind == "medium" and abs(edge) == 180)]
    if any(abs(angle - edge) < BOUNDARY for edge in inner):
        return None
    return next(name for name, low, high in zip(names, edges, edges[1:], strict=False) if low <= angle <= high)


def _direction(kind: str) -> Callable[[Sight, Random], list[_Draft]]:
    def draft(sight: Sight, rng: Random) -> list[_Draft]:
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        apart = {(a, b): hypot(sight.at[a][0] - sight.at[b][0], sight.at[a][1] - sight.at[b][1]) >= 0.8
                 for a, b in permutations(sight.single, 2)}  # fmt: skip
        for a, b, c in permutations(sight.single, 3):
            if apart[a, b] and apart[a, c] and apart[b, c]:
                name = sector(kind, bearing(sight.at[a], sight.at[b], sight.at[c]))
                if name:
                    found[name].append((a, b, c))
        names = list(dict.fromkeys(SECTORS[kind][1]))
        drafts = []
        for name in rng.sample(names, len(names)):
            # An answer that this scene cannot give ends the list: going on would favour the answers that are common.
            if not found[name]:
                break
            a, b, c = rng.choice(found[name])
            options, letter = _letters(rng, name, [n for n in names if n != name])
            words = {"a": sight.name(a), "b": sight.name(b), "c": sight.name(c)}
            drafts.append(_Draft(words, options, letter, [sight.ground(i) for i in (a, b, c)]))
        return drafts

    return draft


def _order(sight: Sight, rng: Random) -> list[_Draft]:
    """Four categories whose first appearances lie a second apart, however attentive the viewer."""
    firsts = []
    for members in sight.members.values():
        if any(sight.well[i] for i in members):
            lead = min(members, key=lambda i: sight.first[i])
            firsts.append((sight.first[lead], min(sight.glimpse[i] for i in members), lead))
    drafts: list[_Draft] = []
    for _ in range(20):
        if len(firsts) < 4 or len(drafts) >= 4:
            break
        four = sorted(rng.sample(firsts, 4))
        pairs = list(pairwise(four))
        if not all(later[0] - sooner[0] >= 1.0 and later[1] - sooner[1] >= 0.5 for sooner, later in pairs):
            continue
        names = [sight.name(lead) for _, _, lead in four]
        others = [", ".join(p) for p in permutations(names) if list(p) != names]
        options, letter = _letters(rng, ", ".join(names), rng.sample(others, 3))
        asked = rng.sample(four, 4)
        words = {key: sight.name(lead) for key, (_, _, lead) in zip("abcd", asked, strict=True)}
        drafts.append(_Draft(words, options, letter, [sight.ground(lead) for _, _, lead in asked]))
    return drafts


DRAFTERS: dict[str, Callable[[Sight, Random], list[_Draft]]] = {
    "object_counting": _count,
    "object_abs_distance": _abs_distance,
    "object_size_estimation": _size,
    "room_size_estimation": _room,
    "object_rel_distance": _rel_distance,
    "object_rel_direction_easy": _direction("easy"),
    "object_rel_direction_medium": _direction("medium"),
    "object_rel_direction_hard": _direction("hard"),
    "obj_appearance_order": _order,
}


def make_questions(
    scene: Scene, walk: Walk, visible: npt.NDArray[np.int32], seed: int, per_task: int = 2, varied: bool = True,
    scene_name: str | None = None, dataset: str = "samples",
) -> list[Record]:  # fmt: skip
    """At most `per_task` questions of each task that the walk can answer.

    `visible` is token_labels' `pixels` [F, objects]. `varied` mixes wordings (training); without it each task's first
    wording is used.
    """
    rng = Random(f"questions-{scene.seed}-{seed}")
    sight, name = Sight(scene, walk, visible), scene_name or f"walk-{scene.seed}"
    records: list[Record] = []
    for task in TASKS:
        for draft in DRAFTERS[task](sight, rng)[:per_task]:
            text = (rng.choice(WORDINGS[task]) if varied else WORDINGS[task][0]).format(**draft.words)
            number = scene.seed * 100 + len(records)
            records.append(Record(number, dataset, name, task, text, draft.options, draft.truth, False, draft.trace))
    return records
