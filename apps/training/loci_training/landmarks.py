"""Landmarks: the objects known so far by category and place, which hold a long walk together and tell where a cut leads to.

Places are complex numbers c = z + i·x as in `rigid.py`, metres; a level motion is a pair (turn, shift): p ↦ turn · p + shift.
`libs/memory/src/landmarks` is the same in TypeScript; libs/memory/test/fixtures/landmarks.json holds both to the same numbers.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from .rigid import carrying

REACH = 0.5  # metres: votes this close to one another are for one object
LEAST = 2.0  # weight of votes below which they are no sighting
SAME = 0.6  # metres: a sighting this close to a landmark of its category is of it
KEPT, HEAVIEST = 128, 400.0  # landmarks; the weight that none exceeds, so that its place can still adapt
HALF = 4.0  # a sighting of this weight counts half
GATE, LOOSE = 1.5, 0.6  # metres: matches are within; one so far off counts a quarter
PULL = 1.0  # weight of one sure match beside all shared points together
ROUNDS = 10
SPREAD = 0.3  # metres, standard deviation of a sighting about its landmark
TRUE = 0.7  # of the sightings are of a landmark where the place is right
LEAST_AREA = 20.0  # m², of the world that is known
MATCHES, MOTIONS = (
    200,
    600,
)  # of a sighting with a landmark, of which two make a motion; motions that are tried
LEAST_APART = 0.8  # metres between the two sightings that make a motion
CONVINCING, CLEARLY = 7.5, 3.0  # log-odds that a place has to reach, and by which it beats every other
APART, TURNED = 1.0, 0.9  # metres, or the turn's cosine, that two places differ by
AGREEING = 3  # sightings that have to fall on landmarks
BETTER = 5.0  # log-odds by which a place found anew beats one that frames in common speak for


class Motion(NamedTuple):
    """A level motion of the floor plane: p ↦ turn · p + shift, |turn| = 1."""

    turn: complex
    shift: complex

    def carry(self, place: np.ndarray) -> np.ndarray:
        """Places moved."""
        return self.turn * place + self.shift

    def after(self, first: "Motion") -> "Motion":
        """First `first`, then this."""
        return Motion(self.turn * first.turn, self.turn * first.shift + self.shift)


STAY = Motion(1.0 + 0j, 0j)


class Things(NamedTuple):
    """Objects: category [L], place [L] (complex, metres), weight [L]: how much was seen of each."""

    category: np.ndarray
    place: np.ndarray
    weight: np.ndarray

    def moved(self, motion: Motion) -> "Things":
        """The same elsewhere."""
        return self._replace(place=motion.carry(self.place))


def things(found: list[tuple[int, complex, float]]) -> Things:
    """Things of (category, place, weight) each."""
    return Things(
        np.array([c for c, _, _ in found], np.int64),
        np.array([p for _, p, _ in found], np.complex128),
        np.array([w for *_, w in found], float),
    )


NOTHING = things([])


class Shared(NamedTuple):
    """Points [n] that two chunks have both seen: where this one sees them, where they are, and how much each counts."""

    seen: np.ndarray
    known: np.ndarray
    weight: np.ndarray


def sighted(category: np.ndarray, place: np.ndarray, weight: np.ndarray) -> Things:
    """The objects that votes [n] are for, category by category, each time where most votes still open lie within REACH."""
    found: list[tuple[int, complex, float]] = []
    for kind in np.unique(category):
        chosen = category == kind
        at, much = place[chosen], weight[chosen]
        near = np.abs(at[:, None] - at) < REACH
        while len(at):
            best = int(np.argmax(near @ much))
            mine, total = near[best], float(much[near[best]].sum())
            if total < LEAST:
                break
            found.append((int(kind), complex((much[mine] * at[mine]).sum() / total), total))
            at, much, near = at[~mine], much[~mine], near[~mine][:, ~mine]
    return things(found)


def merged(known: Things, seen: Things) -> Things:
    """Landmarks with sightings taken in: running means of those that are the same, the KEPT heaviest of all."""
    category, place, weight = (list(part) for part in known)
    for kind, at, much in zip(*seen, strict=True):
        away = [abs(place[i] - at) if category[i] == kind else np.inf for i in range(len(place))]
        nearest = int(np.argmin(away)) if away else -1
        if nearest < 0 or away[nearest] >= SAME:
            category.append(kind), place.append(at), weight.append(min(much, HEAVIEST))
            continue
        total = weight[nearest] + much
        place[nearest] = (weight[nearest] * place[nearest] + much * at) / total
        weight[nearest] = min(total, HEAVIEST)
    heaviest = sorted(sorted(range(len(weight)), key=lambda i: -weight[i])[:KEPT])
    return things([(category[i], place[i], weight[i]) for i in heaviest])


def sure(weight: np.ndarray) -> np.ndarray:
    """How much an object of this weight counts, 0..1."""
    return weight / (weight + HALF)


def nearest(seen: Things, known: Things) -> tuple[np.ndarray, np.ndarray]:
    """Of each sighting the nearest landmark of its category [S] and its distance [S] in metres, infinite where there is none."""
    away = np.where(
        seen.category[:, None] == known.category, np.abs(seen.place[:, None] - known.place), np.inf
    )
    if not known.place.size:
        return np.zeros(len(seen.place), np.int64), np.full(len(seen.place), np.inf)
    return away.argmin(1), away.min(1)


def fitted(shared: Shared, seen: Things, known: Things) -> Motion:
    """The motion near none at all that lays shared points and sightings on what is known, robustly.

    All shared points together count 1, a match at most PULL, and less the farther off it is.
    """
    share = shared.weight / max(shared.weight.sum(), 1e-12)
    motion = STAY
    for _ in range(ROUNDS):
        of, away = nearest(seen.moved(motion), known)
        match = away < GATE
        pull = (
            PULL
            * sure(seen.weight[match])
            * sure(known.weight[of[match]])
            / (1 + (away[match] / LOOSE) ** 2) ** 2
        )
        off = np.abs(motion.carry(shared.seen) - shared.known)
        weight = np.concatenate([share / (1 + (off / 0.1) ** 2), pull])
        motion = Motion(
            *carrying(
                np.concatenate([shared.seen, seen.place[match]]),
                np.concatenate([shared.known, known.place[of[match]]]),
                weight,
            )
        )
    return motion


def odds(seen: Things, known: Things) -> tuple[float, int]:
    """The log-odds that sightings are where they are placed against anywhere in the known world, and how many lie on landmarks.

    A sighting is of a landmark of its category (of each as likely) with probability TRUE, else anywhere: so few of a kind say more.
    """
    total, agreeing = 0.0, 0
    if not len(known.place):
        return total, agreeing
    area = max(float(np.ptp(known.place.real) + 1) * float(np.ptp(known.place.imag) + 1), LEAST_AREA)
    for kind, at, much in zip(seen.category, seen.place, sure(seen.weight), strict=True):
        places = known.place[known.category == kind]
        if not len(places):
            continue
        bell = np.exp(-0.5 * (np.abs(places - at) / SPREAD) ** 2) / (2 * np.pi * SPREAD**2)
        total += much * float(np.log(TRUE * bell.mean() * area + 1 - TRUE))
        agreeing += bool((np.abs(places - at) < 2 * SPREAD).any())
    return total, agreeing


def matches(seen: Things, known: Things) -> list[tuple[int, int]]:
    """Sightings with landmarks of their categories, those of the rarest categories and the heaviest first."""
    pairs = [
        (i, int(j))
        for i in range(len(seen.place))
        for j in np.flatnonzero(known.category == seen.category[i])
    ]
    common = [int((known.category == kind).sum()) for kind in seen.category]
    return sorted(pairs, key=lambda pair: (common[pair[0]], -seen.weight[pair[0]]))[:MATCHES]


def candidates(seen: Things, known: Things) -> list[Motion]:
    """Motions that lay two sightings on two landmarks of their categories that are as far apart."""
    found: list[Motion] = []
    for (i, j), (k, m) in combinations(matches(seen, known), 2):
        here, there = abs(seen.place[k] - seen.place[i]), abs(known.place[m] - known.place[j])
        if i == k or j == m or here < LEAST_APART or abs(here - there) > SPREAD:
            continue
        found.append(Motion(*carrying(seen.place[[i, k]], known.place[[j, m]], np.ones(2))))
        if len(found) == MOTIONS:
            break
    return found


def settled(motion: Motion, seen: Things, known: Things) -> Motion:
    """A motion refined by all matches that it makes."""
    empty = np.zeros(0, np.complex128)
    return fitted(Shared(empty, empty, np.zeros(0)), seen.moved(motion), known).after(motion)


def located(seen: Things, known: Things, least: float = CONVINCING, favour: float = 0.0) -> Motion | None:
    """The motion that lays sightings on landmarks, looked for everywhere; None unless one convinces and clearly beats every other.
    That they stay about where they are is favoured by so many log-odds."""
    if not len(seen.place) or not len(known.place):
        return None
    trust = sure(seen.weight)
    middle = (trust * seen.place).sum() / trust.sum()

    def apart(one: Motion, other: Motion) -> bool:
        return (
            abs(one.carry(middle) - other.carry(middle)) > APART
            or (one.turn * other.turn.conjugate()).real < TURNED
        )

    def value(motion: Motion) -> float:
        return odds(seen.moved(motion), known)[0] + (0.0 if apart(motion, STAY) else favour)

    tried = [(value(motion), motion) for motion in (STAY, *candidates(seen, known))]
    best = settled(max(tried, key=lambda one: one[0])[1], seen, known)
    reached, agreeing = value(best), odds(seen.moved(best), known)[1]
    rival = max((value for value, motion in tried if apart(motion, best)), default=-np.inf)
    return best if reached >= least and agreeing >= AGREEING and reached - rival >= CLEARLY else None


def relocated(motion: Motion, seen: Things, known: Things) -> Motion:
    """A motion, or one found anywhere else that landmarks speak for much more clearly: drift grew too far, or a heading slipped."""
    least = max(odds(seen.moved(motion), known)[0] + BETTER, CONVINCING)
    return located(seen, known, least) or motion
