"""Questions of further tasks, whose answers the runtime composes; nothing is trained on them.

Is there one, how many of two, which is larger, where is it, when is it first and last seen, and the nearest
and the first of two.
"""

from collections.abc import Callable
from itertools import combinations
from math import atan2, degrees
from random import Random

from questions.drafts import Draft, lettered, spread
from questions.records import Record
from questions.thing_drafts import MARGIN, place_word
from questions.visibility import Visibility
from world.categories import CATEGORIES, PLURALS
from world.furniture import TYPICAL
from world.scenes import Scene

# Per task how it is asked.
WORDINGS = {
    "object_existence": "Is there a {a} in this {place}?",
    "object_counting_several": "How many {a} and {b} are there in this {place}?",
    "object_size_comparison": "Which is larger: the {a} or the {b}?",
    "object_location": "Where is the {a}?",
    "object_first_seen": "When is the {a} first seen, in seconds?",
    "object_last_seen": "When is the {a} last seen, in seconds?",
    "object_rel_distance_few": "Which is nearer to the {a}: the {b} or the {c}?",
    "obj_appearance_order_few": "Which appears first in the video: the {a} or the {b}?",
}
# What the things in the places of a wording are to the question, as the reader calls it.
ROLES = {
    "object_existence": {"a": "target"},
    "object_counting_several": {"a": "candidate", "b": "candidate"},
    "object_size_comparison": {"a": "candidate", "b": "candidate"},
    "object_location": {"a": "target"},
    "object_first_seen": {"a": "target"},
    "object_last_seen": {"a": "target"},
    "object_rel_distance_few": {"a": "anchor", "b": "candidate", "c": "candidate"},
    "obj_appearance_order_few": {"a": "candidate", "b": "candidate"},
}
QUADRANTS = ["front-right", "back-right", "back-left", "front-left"]
CLEAR = 15.0  # degrees from the border of a quadrant
SOONEST = 4.0  # seconds: a relative error of less says nothing


def existence(visibility: Visibility, rng: Random) -> list[Draft]:
    """Things that were well seen and things of which the scene has none, in turn."""
    there = [
        CATEGORIES[category]
        for category, members in visibility.by_category.items()
        if any(visibility.well_seen[i] for i in members)
    ]
    missing = [name for name in TYPICAL if CATEGORIES.index(name) not in visibility.by_category]
    rows = zip(rng.sample(sorted(there), len(there)), rng.sample(missing, len(missing)), strict=False)
    drafts = []
    for name, truth in ((name, truth) for row in rows for name, truth in zip(row, "AB", strict=True)):
        words = {"a": name, "place": place_word(visibility)}
        drafts.append(Draft(words, ["A. yes", "B. no"], truth, []))
    return drafts


def several(visibility: Visibility, rng: Random) -> list[Draft]:
    """Two categories of which every member was well seen, small sums as often as large ones."""
    clear = [c for c, m in visibility.by_category.items() if all(visibility.well_seen[i] for i in m)]
    sums = (
        (float(sum(len(visibility.by_category[c]) for c in pair)), pair) for pair in combinations(clear, 2)
    )
    place = place_word(visibility)
    return [
        Draft({"a": PLURALS[a], "b": PLURALS[b], "place": place}, None, f"{total:.0f}", [])
        for total, (a, b) in spread(rng, sums)
    ]


def larger(visibility: Visibility, rng: Random) -> list[Draft]:
    """Pairs of single objects whose longest sides differ clearly, those first that a guess gets wrong."""
    drafts: list[tuple[bool, Draft]] = []
    for pair in combinations(visibility.unique, 2):
        small, large = sorted(pair, key=visibility.longest)
        if visibility.longest(large) < visibility.longest(small) * (1 + MARGIN):
            continue
        usual = max(TYPICAL[visibility.name(small)]) < max(TYPICAL[visibility.name(large)])
        drafts.append((usual, _of_two(rng, visibility.name(large), visibility.name(small), {})))
    return [draft for _, draft in sorted(rng.sample(drafts, len(drafts)), key=lambda pair: pair[0])]


def _of_two(rng: Random, right: str, wrong: str, words: dict[str, str], places: str = "ab") -> Draft:
    """A choice between two things."""
    options, letter = lettered(rng, right, [wrong])
    return Draft(
        words | {place: text[3:] for place, text in zip(places, options, strict=True)}, options, letter, []
    )


def location(visibility: Visibility, rng: Random) -> list[Draft]:
    """The quadrant of a single object, as the camera looked in the end."""
    (x, z), looked = visibility.camera_positions[-1], visibility.camera_headings[-1]
    drafts = []
    for index in rng.sample(visibility.unique, len(visibility.unique)):
        there = visibility.positions[index]
        turn = (degrees(atan2(there[0] - x, there[1] - z)) - looked) % 360
        if min(turn % 90, 90 - turn % 90) < CLEAR:
            continue
        options = [f"{letter}. {way}" for letter, way in zip("ABCD", QUADRANTS, strict=True)]
        drafts.append(Draft({"a": visibility.name(index)}, options, "ABCD"[int(turn // 90)], []))
    return drafts


def first_seen(visibility: Visibility, rng: Random) -> list[Draft]:
    """Single objects, spread evenly over the logarithm of the second at which they are first seen."""
    seen = ((visibility.first_seen[i], i) for i in visibility.unique if visibility.first_seen[i] >= SOONEST)
    return [Draft({"a": visibility.name(i)}, None, f"{seconds:.1f}", []) for seconds, i in spread(rng, seen)]


def last_seen(visibility: Visibility, rng: Random) -> list[Draft]:
    """Single objects, spread evenly over how long before the end they are last seen."""
    end = float(visibility.walk.times[-1])
    seen = (
        (1 + end - visibility.last_seen[i], i)
        for i in visibility.unique
        if visibility.last_seen[i] >= SOONEST
    )
    return [
        Draft({"a": visibility.name(i)}, None, f"{visibility.last_seen[i]:.1f}", [])
        for _, i in spread(rng, seen)
    ]


def nearer(visibility: Visibility, rng: Random) -> list[Draft]:
    """The nearer of two objects to a third, where the other is clearly farther."""
    drafts = []
    for anchor in rng.sample(visibility.unique, len(visibility.unique)):
        pairs = [
            sorted(pair, key=lambda i: visibility.distance(anchor, i))
            for pair in combinations([i for i in visibility.unique if i != anchor], 2)
        ]
        clear = [
            (near, far)
            for near, far in pairs
            if visibility.distance(anchor, far) >= visibility.distance(anchor, near) * (1 + MARGIN) + 0.3
        ]
        if clear:
            near, far = rng.choice(clear)
            words = {"a": visibility.name(anchor)}
            drafts.append(_of_two(rng, visibility.name(near), visibility.name(far), words, "bc"))
    return drafts


def first_of_two(visibility: Visibility, rng: Random) -> list[Draft]:
    """The one of two single objects that is seen at least a second before the other."""
    pairs = [sorted(p, key=lambda i: visibility.first_seen[i]) for p in combinations(visibility.unique, 2)]
    clear = [(a, b) for a, b in pairs if visibility.first_seen[b] - visibility.first_seen[a] >= 1]
    return [
        _of_two(rng, visibility.name(sooner), visibility.name(later), {})
        for sooner, later in rng.sample(clear, len(clear))
    ]


FURTHER_DRAFTERS: dict[str, Callable[[Visibility, Random], list[Draft]]] = {
    "object_existence": existence,
    "object_counting_several": several,
    "object_size_comparison": larger,
    "object_location": location,
    "object_first_seen": first_seen,
    "object_rel_distance_few": nearer,
    "obj_appearance_order_few": first_of_two,
    "object_last_seen": last_seen,
}


def further_drafts(scene: Scene, visibility: Visibility, per_task: int) -> list[tuple[str, Draft]]:
    """At most so many questions of each further task about a walk, before they are put into words."""
    rng = Random(f"further-{scene.seed}")
    return [
        (task, draft)
        for task, drafter in FURTHER_DRAFTERS.items()
        for draft in drafter(visibility, rng)[:per_task]
    ]


def further_questions(scene: Scene, visibility: Visibility, per_task: int) -> list[Record]:
    """The same in words."""
    name, records = f"walk-{scene.seed}", []
    for task, draft in further_drafts(scene, visibility, per_task):
        text, number = WORDINGS[task].format(**draft.words), scene.seed * 1000 + len(records)
        records.append(Record(number, "samples", name, task, text, draft.options, draft.truth, False, []))
    return records
