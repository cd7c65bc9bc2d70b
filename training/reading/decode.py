"""From the graph's outputs to a reading, as the runtime does it: for validation and evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from reading.labels import NONE, NOTHING, OTHER, REASONS, ROLES, TASKS, THINGS, UNIT_LABELS
from reading.things import PLURAL, SYNONYMS
from reading.words import Sequence, Word

Outputs = Mapping[str, npt.NDArray[np.float32]]  # by name, as `net.told` gives them for one question
# A question has no task from this probability of none on. A task below its own is not believed. `other`: by
# how much another thing must be likelier than a category. `roles`: how unlikely (log-probability lost) roles
# may become so that each that the task needs has its thing.
THRESHOLDS = {"none": 0.7, "task": 0.3, "other": 1.5, "roles": 5.0}
ROLE_OF_WORDS = [ROLES.index(role) for role in ("moment", "frames", "place", "blank")]
TURNING = ("at", "facing", "target")
# Per task the roles that one thing has each, and those that several may have.
SINGLE: dict[str, tuple[str, ...]] = {
    "object_abs_distance": ("first", "second"),
    "object_rel_distance": ("anchor",),
    "object_rel_direction_easy": TURNING,
    "object_rel_direction_medium": TURNING,
    "object_rel_direction_hard": TURNING,
    "route_planning": ("at", "facing"),
    **dict.fromkeys((task for task in TASKS if task.startswith("obj_obj")), ("first", "second")),
    **dict.fromkeys(
        (
            "object_counting",
            "object_size_estimation",
            "camera_obj_abs_dist",
            "camera_obj_dist_change",
            "object_existence",
            "object_location",
            "object_first_seen",
            "object_last_seen",
        ),
        ("target",),
    ),
}
MANY: dict[str, tuple[str, ...]] = {
    "route_planning": ("goal", "step"),
    **dict.fromkeys(
        (
            "object_rel_distance",
            "obj_appearance_order",
            "camera_obj_rel_dist",
            "object_size_comparison",
            "object_counting_several",
        ),
        ("candidate",),
    ),
}


@dataclass(frozen=True)
class Found:
    """What a text mentions: its words, the label of the thing ('nothing' where it is none) and its role."""

    text: str
    thing: str
    role: str


@dataclass(frozen=True)
class Read:
    """How a question was read; `mentions` per text (the question, then its options)."""

    task: str
    probability: float
    reason: str
    unit: str
    mentions: list[list[Found]]


@dataclass(frozen=True)
class Group:
    """Neighbouring words that are one mention: their text, its thing, and each role's log-probability."""

    text: str
    thing: str
    roles: npt.NDArray[np.float32]


def _label(outputs: Outputs, place: int) -> int:
    return int(outputs["things"][place].argmax())


def _named(outputs: Outputs, place: int) -> bool:
    return _label(outputs, place) != THINGS.index(NOTHING)


def _marked(outputs: Outputs, place: int) -> bool:
    return _named(outputs, place) or int(outputs["roles"][place].argmax()) in ROLE_OF_WORDS


def called(text: str) -> str:
    """The category that goes by some words, one or several of it; `other` where they are no name of one."""
    words = " ".join(text.lower().split())
    names = ((category, (PLURAL[category], *known)) for category, known in SYNONYMS.items())
    return next((c for c, known in names for name in known if words in (name, name + "s")), OTHER)


def _group(text: str, words: list[tuple[Word, int]], outputs: Outputs) -> Group:
    places = [place for _, place in words]
    thing = NOTHING
    if _named(outputs, places[0]):
        things = outputs["things"][places].sum(0)
        things[THINGS.index(OTHER)] -= THRESHOLDS["other"]
        thing = THINGS[1 + int(things[1:].argmax())]
    mention_text = text[words[0][0].start : words[-1][0].end]
    if thing == OTHER:
        thing = called(mention_text)
    return Group(mention_text, thing, outputs["roles"][places].mean(0))


def groups(text: str, words: list[tuple[Word, int]], outputs: Outputs) -> list[Group]:
    """A text's mentions. A word joins the one before it unless a mention starts there, or it names another
    thing."""
    found: list[list[tuple[Word, int]]] = []
    before = -1  # the index of the last marked word
    for index, (word, place) in enumerate(words):
        if not _marked(outputs, place):
            continue
        joins = (
            found
            and before == index - 1
            and outputs["starts"][place] < 0.5
            and _label(outputs, place) == _label(outputs, found[-1][-1][1])
        )
        if joins:
            found[-1].append((word, place))
        else:
            found.append([(word, place)])
        before = index
    return [_group(text, words, outputs) for words in found]


def one_goal(roles: list[str], mentioned: list[Group], single: tuple[str, ...] = ()) -> list[str]:
    """A route's roles with one thing as the goal: the likeliest, else the last step, else what is named in
    passing where that is not much likelier; others are steps. None that has one of the `single` roles, where
    there is another."""
    goal, step = ROLES.index("goal"), "step"
    taken = {group.thing for role, group in zip(roles, mentioned, strict=True) if role in single} - {OTHER}

    def having(role: str, free: bool) -> list[Group]:
        pairs = zip(roles, mentioned, strict=True)
        return [group for own, group in pairs if own == role and not (free and group.thing in taken)]

    def likeliest(groups: list[Group]) -> list[Group]:
        return sorted(groups, key=lambda group: -float(group.roles[goal]))[:1]

    passing = [
        group
        for group in having(NONE, True)
        if group.roles[ROLES.index(NONE)] - group.roles[goal] < THRESHOLDS["roles"]
    ]
    chosen = next(
        filter(
            None,
            (
                likeliest(having("goal", True)),
                having(step, True)[-1:],
                likeliest(having("goal", False)),
                having(step, False)[-1:],
                likeliest(passing),
            ),
        ),
        [],
    )
    if not chosen:
        return roles
    told = chosen[0] in having("goal", False)
    found = []
    for role, group in zip(roles, mentioned, strict=True):
        same = role == "goal" and told and group.thing == chosen[0].thing
        found.append("goal" if group is chosen[0] or same else step if role == "goal" else role)
    return found


def _shared(
    single: tuple[str, ...], free: list[int], among: list[str], mentioned: list[Group], limit: float
) -> list[int] | None:
    """The likeliest roles with which each role of one thing is that of one of some things; None where all
    lose more than `limit`."""
    every = [*free, *(ROLES.index(role) for role in single)]
    likeliest = [every[int(group.roles[every].argmax())] for group in mentioned]
    best, best_loss = None, limit
    for chosen in product(among, repeat=len(single)):
        if len(set(chosen)) < len(single):
            continue
        roles, loss, filled = [], 0.0, set()
        for group, top in zip(mentioned, likeliest, strict=True):
            allowed = [
                *free,
                *(ROLES.index(r) for r, thing in zip(single, chosen, strict=True) if thing == group.thing),
            ]
            role = allowed[int(group.roles[allowed].argmax())]
            roles.append(role)
            filled.add(ROLES[role])
            loss += float(group.roles[top] - group.roles[role])
        missing = [(role, thing) for role, thing in zip(single, chosen, strict=True) if role not in filled]
        for role, thing in missing:
            index = max(
                (i for i, group in enumerate(mentioned) if group.thing == thing),
                key=lambda i, role=role: float(mentioned[i].roles[ROLES.index(role)]),
            )
            loss += float(mentioned[index].roles[roles[index]] - mentioned[index].roles[ROLES.index(role)])
            roles[index] = ROLES.index(role)
        if loss < best_loss:
            best, best_loss = roles, loss
    return best


def assign(task: str, mentioned: list[Group]) -> list[str]:
    """The roles of things, of those that the task has: the likeliest with which each role of one thing has
    one, where that is not much less likely than the likeliest at all. Of two or more, what is not known is
    named in passing where known things are enough."""
    single = SINGLE.get(task, ())
    free = [ROLES.index(role) for role in (NONE, *MANY.get(task, ()))]
    ones = [ROLES.index(role) for role in single]
    things = list(dict.fromkeys(group.thing for group in mentioned))
    best = _shared(single, free, things, mentioned, THRESHOLDS["roles"])
    if best is None:
        best = [[*free, *ones][int(group.roles[[*free, *ones]].argmax())] for group in mentioned]
    unknown = any(role in ones and group.thing == OTHER for role, group in zip(best, mentioned, strict=True))
    if unknown and len(single) > 1:
        known = [thing for thing in things if thing != OTHER]
        best = _shared(single, free, known, mentioned, THRESHOLDS["roles"]) or best
    roles = [ROLES[role] for role in best]
    return one_goal(roles, mentioned, single) if task == "route_planning" else roles


def _reading(task: str, texts: list[list[Group]]) -> list[list[Found]]:
    things = [group for text in texts for group in text if group.thing != NOTHING]
    roles = iter(assign(task, things))
    found = []
    for text in texts:
        found.append([])
        for group in text:
            words = ROLES[ROLE_OF_WORDS[int(group.roles[ROLE_OF_WORDS].argmax())]]
            role = words if group.thing == NOTHING else next(roles)
            found[-1].append(Found(group.text, group.thing, role))
    return found


def decode(texts: list[str], sequence: Sequence, outputs: Outputs) -> Read:
    """One question's reading."""
    chances = np.exp(outputs["task"])
    number = 1 + int(chances[1:].argmax())
    found = [groups(text, words, outputs) for text, words in zip(texts, sequence.words, strict=True)]
    unit = UNIT_LABELS[int(outputs["unit"].argmax())]
    if chances[0] >= THRESHOLDS["none"]:
        reason = REASONS[int(outputs["reason"].argmax())]
        return Read(NONE, float(chances[0]), reason, unit, _reading(NONE, found))
    if chances[number] < THRESHOLDS["task"]:
        return Read(NONE, float(chances[number]), "unclear", unit, _reading(NONE, found))
    return Read(TASKS[number], float(chances[number]), "", unit, _reading(TASKS[number], found))
