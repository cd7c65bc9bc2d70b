"""Questions about things as such: how many, how far apart, how large, which is nearest, what came first."""

from itertools import pairwise, permutations
from math import log
from random import Random

from questions.drafts import Draft, Drafter, lettered, spread
from questions.visibility import Visibility
from world.categories import CATEGORIES, OBJECT_CATEGORIES, PLURALS
from world.furniture import TYPICAL

MARGIN = 0.15


def place_word(visibility: Visibility) -> str:
    """What the whole of the scene is called."""
    return "room" if len(visibility.scene.rooms) == 1 else "home"


def _count_words(visibility: Visibility, category: int) -> dict[str, str]:
    return {
        "category": CATEGORIES[category],
        "plural": PLURALS[category],
        "place": place_word(visibility),
    }


def count(visibility: Visibility, rng: Random) -> list[Draft]:
    """Categories of which every member was well seen or none was noticed, rare counts first in line."""
    clear = [
        m for m in visibility.by_category.values() if all(visibility.well_seen[i] for i in m) and len(m) <= 6
    ]
    # Two in three categories stand alone and large groups are rare. With these weights, counts of one to six
    # are equally frequent.
    weight = {1: 0.25, 2: 1.24, 3: 1.36, 4: 1.48, 5: 1.6, 6: 1.72}
    chosen = sorted(clear, key=lambda m: rng.random() ** (1 / weight[len(m)]), reverse=True)
    drafts = []
    for members in chosen:
        if len(members) == 1 and rng.random() < 0.8:
            continue
        category = visibility.scene.objects[members[0]].category
        in_order = sorted(members, key=lambda i: visibility.first_seen[i])
        trace = [visibility.ground(i) for i in in_order]
        drafts.append(Draft(_count_words(visibility, category), None, str(len(members)), trace))
    return drafts


def absent_counts(visibility: Visibility, rng: Random) -> list[Draft]:
    """Counts of categories of which nothing was even glimpsed: the answer is none."""
    noticed = {
        c for c, members in visibility.by_category.items() if any(visibility.noticed[i] for i in members)
    }
    unseen = [category for category in OBJECT_CATEGORIES if category not in noticed]
    return [Draft(_count_words(visibility, c), None, "0", []) for c in rng.sample(unseen, len(unseen))]


def abs_distance(visibility: Visibility, rng: Random) -> list[Draft]:
    """Pairs spread evenly over the logarithm of their distance."""
    far = (
        (visibility.distance(a, b), (a, b))
        for a, b in permutations(visibility.unique, 2)
        if visibility.distance(a, b) >= 0.3
    )
    return [
        Draft(
            {"a": visibility.name(a), "b": visibility.name(b)},
            None,
            f"{metres:.2f}",
            [visibility.ground(a), visibility.ground_with_distance(a, b)],
        )
        for metres, (a, b) in spread(rng, far)
    ]


def size(visibility: Visibility, rng: Random) -> list[Draft]:
    """Single objects; unusual sizes are asked about more often than usual ones."""

    def unusual(index: int) -> float:
        return abs(log(visibility.longest(index) / max(TYPICAL[visibility.name(index)]))) + 0.03

    order = sorted(visibility.unique, key=lambda i: rng.random() ** (1 / unusual(i)), reverse=True)
    return [
        Draft({"a": visibility.name(i)}, None, f"{100 * visibility.longest(i):.0f}", [visibility.ground(i)])
        for i in order
    ]


def room_size(visibility: Visibility, rng: Random) -> list[Draft]:
    """The floor area of all rooms together, once each has been entered."""
    rooms = visibility.rooms_entered()
    if len(rooms) < len(visibility.scene.rooms):
        return []
    area = sum(width * depth for _, _, width, depth in visibility.scene.rooms)
    return [
        Draft(
            {"place": place_word(visibility)},
            None,
            f"{area:.1f}",
            [visibility.ground_room(number) for number in rooms],
        )
    ]


def rel_distance(visibility: Visibility, rng: Random) -> list[Draft]:
    """The winner is drawn first, evenly over what can win, then three that are clearly farther."""
    drafts = []
    for a in rng.sample(visibility.unique, len(visibility.unique)):
        others = [o for o in visibility.unique if o != a]
        beaten = {}
        for o in others:
            near = visibility.distance(a, o)
            far = [
                p for p in others if visibility.distance(a, p) >= max(near * (1 + MARGIN) + 1e-6, near + 0.3)
            ]
            if len(far) >= 3:
                beaten[o] = far
        if not beaten:
            continue
        winner = rng.choice(sorted(beaten))
        losers = rng.sample(beaten[winner], 3)
        options, letter = lettered(rng, visibility.name(winner), [visibility.name(p) for p in losers])
        listed = sorted(
            [winner, *losers],
            key=lambda i: next(k for k, text in enumerate(options) if text[3:] == visibility.name(i)),
        )
        words = {"a": visibility.name(a)} | {
            key: visibility.name(i) for key, i in zip("bcde", listed, strict=True)
        }
        drafts.append(
            Draft(
                words,
                options,
                letter,
                [visibility.ground(a), *(visibility.ground_with_distance(a, i) for i in listed)],
            )
        )
    return drafts


def order(visibility: Visibility, rng: Random) -> list[Draft]:
    """Four categories whose first appearances lie a second apart, however attentive the viewer."""
    firsts = []
    for members in visibility.by_category.values():
        if any(visibility.well_seen[i] for i in members):
            lead = min(members, key=lambda i: visibility.first_seen[i])
            firsts.append(
                (visibility.first_seen[lead], min(visibility.first_glimpsed[i] for i in members), lead)
            )
    drafts: list[Draft] = []
    for _ in range(20):
        if len(firsts) < 4 or len(drafts) >= 4:
            break
        leads = sorted(rng.sample(firsts, 4))
        pairs = list(pairwise(leads))
        if not all(later[0] - sooner[0] >= 1.0 and later[1] - sooner[1] >= 0.5 for sooner, later in pairs):
            continue
        names = [visibility.name(lead) for _, _, lead in leads]
        others = [", ".join(p) for p in permutations(names) if list(p) != names]
        options, letter = lettered(rng, ", ".join(names), rng.sample(others, 3))
        shown = rng.sample(leads, 4)
        words = {key: visibility.name(lead) for key, (_, _, lead) in zip("abcd", shown, strict=True)}
        drafts.append(Draft(words, options, letter, [visibility.ground(lead) for _, _, lead in shown]))
    return drafts


THING_DRAFTERS: dict[str, Drafter] = {
    "object_counting": count,
    "object_abs_distance": abs_distance,
    "object_size_estimation": size,
    "room_size_estimation": room_size,
    "object_rel_distance": rel_distance,
    "obj_appearance_order": order,
}
