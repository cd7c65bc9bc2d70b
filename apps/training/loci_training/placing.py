"""Chunks into the world, one after another: each laid onto the frames that it shares with the one before and onto the landmarks
known so far; what follows a cut is looked for everywhere.

A placing depends on the perceived chunk and on the tail that the chunk before left, on nothing else.
"""

from typing import NamedTuple

import numpy as np

from .categories import BACKGROUND
from .landmarks import AGREEING, NOTHING, STAY, Motion, Shared, Things, fitted, located, merged, relocated, sighted
from .rigid import laid
from .sizes import NANO

Arrays = dict[str, np.ndarray]

CUT = 1.0  # step_doubt beyond which the picture jumps
TRIES = 2  # chunks that look for a place before it is believed to be new
TELLING = 3  # objects without which looking for a place is no try


class Adrift(NamedTuple):
    """What was seen since a cut while nobody knows where that is (placed as its tail is), and how many chunks have looked for it."""

    seen: Things
    tries: int


class Known(NamedTuple):
    """The landmarks, and what is adrift, if anything is."""

    landmarks: Things
    adrift: Adrift | None


class Tail(NamedTuple):
    """What a chunk leaves for the next: its last frames' points [overlap, N, 3] in the world with their confidence [overlap, N],
    and what is known. Adrift is the part that the last frame belongs to."""

    points: np.ndarray
    confidence: np.ndarray
    known: Known


class Part(NamedTuple):
    """Frames [first, past) of a chunk, without a cut between them, their motion into the world, and whether they are adrift."""

    first: int
    past: int
    motion: Motion
    adrift: bool = False


def place(seen: Arrays, held: int, tail: Tail | None, landmarks: bool = True) -> tuple[list[Part], Tail]:
    """The parts of a perceived chunk of `held` frames in the world, and what it leaves for the next one. Without landmarks shared
    frames alone say where it is."""
    parts: list[Part] = []
    known = tail.known if tail else Known(NOTHING, None)
    for first, past in spans(seen, held) if landmarks else [(0, held)]:
        shared = shared_with(seen, first, past, tail)
        if shared is None and parts:
            # among fewer landmarks nothing is ever found: what follows is new
            known = known._replace(adrift=Adrift(NOTHING, 0) if len(known.landmarks.place) >= AGREEING else None)
        guess = aligned(shared) if shared else parts[-1].motion if parts else STAY
        fresh = max(first, NANO.overlap if tail else 0)
        if landmarks and fresh < past:
            objects = sightings(seen, first, past).moved(guess)
            new = objects if fresh == first else sightings(seen, fresh, past).moved(guess)
            motion, known = settle(objects, new, shared and shared._replace(seen=guess.carry(shared.seen)), known)
            guess = motion.after(guess)
        parts.append(Part(first, past, guess, known.adrift is not None))
    last = slice(max(held - NANO.overlap, 0), held)
    return parts, Tail(carried(seen, parts)["points"][last], seen["confidence"][last], known)


def settle(objects: Things, new: Things, shared: Shared | None, known: Known) -> tuple[Motion, Known]:
    """How far a part with these objects, `new` those of its fresh frames, has to move from its first guess, and what is known then."""
    landmarks, adrift = known
    if adrift is None:
        motion = STAY if shared is None else relocated(fitted(shared, objects, landmarks), objects, landmarks)
        return motion, Known(merged(landmarks, new.moved(motion)), None)
    together = merged(adrift.seen, new)
    found, tries = located(together, landmarks), adrift.tries + (len(together.place) >= TELLING)
    if found is None and tries < TRIES:
        return STAY, Known(landmarks, Adrift(together, tries))
    motion = found or STAY
    return motion, Known(merged(landmarks, together.moved(motion)), None)


def spans(seen: Arrays, held: int) -> list[tuple[int, int]]:
    """First and past-the-end frames of a chunk's parts: the picture jumps between them."""
    cuts = [t for t in range(1, held) if seen["step_doubt"][t] > CUT] if "step_doubt" in seen else []
    return list(zip([0, *cuts], [*cuts, held], strict=True))


def floor(points: np.ndarray) -> np.ndarray:
    """Points [..., 3] as places in the floor plane, flat."""
    return (points[..., 2].astype(np.float64) + 1j * points[..., 0]).reshape(-1)


def sightings(seen: Arrays, first: int, past: int) -> Things:
    """The objects that frames [first, past) of a chunk show, in the chunk's frame."""
    category, weight = (seen[name][first:past].reshape(-1) for name in ("category", "confidence"))
    thing = category >= len(BACKGROUND)
    return sighted(category[thing], floor(seen["centers"][first:past])[thing], weight[thing].astype(np.float64))


def shared_with(seen: Arrays, first: int, past: int, tail: Tail | None) -> Shared | None:
    """The points of frames [first, past) that the chunk before has seen too; None where there are none."""
    frames = slice(first, min(past, NANO.overlap))
    if tail is None or frames.stop <= first:
        return None
    weight = seen["confidence"][frames] * tail.confidence[frames]
    return Shared(floor(seen["points"][frames]), floor(tail.points[frames]), weight.reshape(-1).astype(np.float64))


def aligned(shared: Shared) -> Motion:
    """Where shared points alone say that a part is."""
    return Motion(*laid(shared.seen, shared.known, shared.weight))


def carried(seen: Arrays, parts: list[Part]) -> Arrays:
    """A chunk's points, centres and poses in the world, float32; padding goes where the last part goes."""
    out = dict(seen)
    count = len(seen["points"])
    ends = [part.past for part in parts[:-1]] + [count]
    motions = np.repeat([part.motion for part in parts], np.diff([0, *ends]), axis=0)
    turn, shift = motions[:, :1], motions[:, 1:]
    for name in ("points", "centers"):
        to = turn * (seen[name][..., 2] + 1j * seen[name][..., 0]) + shift
        out[name] = np.stack([to.imag, seen[name][..., 1], to.real], -1).astype(np.float32)
    zero, one = np.zeros(count), np.ones(count)
    cos, sin, x, z = turn[:, 0].real, turn[:, 0].imag, shift[:, 0].imag, shift[:, 0].real
    rows = np.stack([cos, zero, sin, x, zero, one, zero, zero, -sin, zero, cos, z, zero, zero, zero, one], -1).reshape(count, 4, 4)
    out["camera_to_world"] = (rows @ seen["camera_to_chunk"]).astype(np.float32)
    return out
