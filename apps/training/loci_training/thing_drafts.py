"""Questions about things as such: how many, how far apart, how large, which is nearest, what came first."""

from itertools import pairwise, permutations
from math import log
from random import Random

from .categories import CATEGORIES, PLURALS
from .drafts import Draft, Drafter, lettered, spread
from .furniture import TYPICAL
from .sight import Sight

MARGIN = 0.15


def place_word(sight: Sight) -> str:
    """What the whole of the scene is called."""
    return "room" if len(sight.scene.rooms) == 1 else "home"


def count(sight: Sight, rng: Random) -> list[Draft]:
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
        words = {"category": CATEGORIES[category], "plural": PLURALS[category], "place": place_word(sight)}
        in_order = sorted(members, key=lambda i: sight.first[i])
        drafts.append(Draft(words, None, str(len(members)), [sight.ground(i) for i in in_order]))
    return drafts


def abs_distance(sight: Sight, rng: Random) -> list[Draft]:
    """Pairs spread evenly over the logarithm of their distance."""
    far = (
        (sight.distance(a, b), (a, b))
        for a, b in permutations(sight.single, 2)
        if sight.distance(a, b) >= 0.3
    )
    return [
        Draft(
            {"a": sight.name(a), "b": sight.name(b)},
            None,
            f"{metres:.2f}",
            [sight.ground(a), sight.ground_apart(a, b)],
        )
        for metres, (a, b) in spread(rng, far)
    ]


def size(sight: Sight, rng: Random) -> list[Draft]:
    """Single objects; unusual sizes are asked about more often than usual ones."""

    def unusual(index: int) -> float:
        return abs(log(sight.longest(index) / max(TYPICAL[sight.name(index)]))) + 0.03

    order = sorted(sight.single, key=lambda i: rng.random() ** (1 / unusual(i)), reverse=True)
    return [
        Draft({"a": sight.name(i)}, None, f"{100 * sight.longest(i):.0f}", [sight.ground(i)]) for i in order
    ]


def room_size(sight: Sight, rng: Random) -> list[Draft]:
    """The floor area of all rooms together, once each has been entered."""
    rooms = sight.entered()
    if len(rooms) < len(sight.scene.rooms):
        return []
    area = sum(width * depth for _, _, width, depth in sight.scene.rooms)
    return [
        Draft(
            {"place": place_word(sight)}, None, f"{area:.1f}", [sight.ground_room(number) for number in rooms]
        )
    ]


def rel_distance(sight: Sight, rng: Random) -> list[Draft]:
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
        options, letter = lettered(rng, sight.name(winner), [sight.name(p) for p in losers])
        listed = sorted(
            [winner, *losers],
            key=lambda i: next(k for k, text in enumerate(options) if text[3:] == sight.name(i)),
        )
        words = {"a": sight.name(a)} | {key: sight.name(i) for key, i in zip("bcde", listed, strict=True)}
        drafts.append(
            Draft(words, options, letter, [sight.ground(a), *(sight.ground_apart(a, i) for i in listed)])
        )
    return drafts


def order(sight: Sight, rng: Random) -> list[Draft]:
    """Four categories whose first appearances lie a second apart, however attentive the viewer."""
    firsts = []
    for members in sight.members.values():
        if any(sight.well[i] for i in members):
            lead = min(members, key=lambda i: sight.first[i])
            firsts.append((sight.first[lead], min(sight.glimpse[i] for i in members), lead))
    drafts: list[Draft] = []
    for _ in range(20):
        if len(firsts) < 4 or len(drafts) >= 4:
            break
        four = sorted(rng.sample(firsts, 4))
        pairs = list(pairwise(four))
        if not all(later[0] - sooner[0] >= 1.0 and later[1] - sooner[1] >= 0.5 for sooner, later in pairs):
            continue
        names = [sight.name(lead) for _, _, lead in four]
        others = [", ".join(p) for p in permutations(names) if list(p) != names]
        options, letter = lettered(rng, ", ".join(names), rng.sample(others, 3))
        asked = rng.sample(four, 4)
        words = {key: sight.name(lead) for key, (_, _, lead) in zip("abcd", asked, strict=True)}
        drafts.append(Draft(words, options, letter, [sight.ground(lead) for _, _, lead in asked]))
    return drafts


THING_DRAFTERS: dict[str, Drafter] = {
    "object_counting": count,
    "object_abs_distance": abs_distance,
    "object_size_estimation": size,
    "room_size_estimation": room_size,
    "object_rel_distance": rel_distance,
    "obj_appearance_order": order,
}
