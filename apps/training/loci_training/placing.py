"""Chunks into the world, one after another: each laid onto the frames that it shares with the one before and onto the landmarks
known so far; what follows a cut is looked for everywhere, and waits until it is found.

A placing depends on the perceived chunk and on the tail that the chunk before left, on nothing else.
"""

from typing import NamedTuple

import numpy as np

from .categories import BACKGROUND
from .landmarks import (
    AGREEING,
    NOTHING,
    STAY,
    Motion,
    Shared,
    Things,
    fitted,
    located,
    merged,
    relocated,
    sighted,
)
from .rigid import laid
from .sizes import NANO

Arrays = dict[str, np.ndarray]

DOUBTFUL = 0.45  # step_doubt below which no step is a cut
CUT, SUSPECTED = 3.5, 2.0  # times the chunk's median step_doubt beyond which the picture jumps, and may jump
TRIES, PATIENCE = (
    2,
    5,
)  # chunks with enough to tell by that look for a place before it is believed to be new; of all chunks
TELLING = 3  # objects without which looking for a place is no try
FAVOUR = 5.0  # log-odds by which what follows a suspected cut is thought to go on where it was


class Adrift(NamedTuple):
    """What was seen since a cut while nobody knows where that is (placed as its tail is), how many chunks have looked for it, of which
    `tries` had enough to tell by, and whether the cut is only suspected."""

    seen: Things
    tries: int = 0
    chunks: int = 0
    suspected: bool = False


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


class Span(NamedTuple):
    """Frames [first, past) of a chunk, without a cut between them, and whether that before them is only suspected."""

    first: int
    past: int
    suspected: bool = False


class Part(NamedTuple):
    """Frames [first, past) of a chunk, their motion into the world, and whether they are adrift."""

    first: int
    past: int
    motion: Motion
    adrift: bool = False


class Placed(NamedTuple):
    """A chunk's parts in the world, how far what was adrift before it has to move to where it belongs (None while it stays adrift, and
    where nothing was), and what the chunk leaves for the next one."""

    parts: list[Part]
    found: Motion | None
    tail: Tail


def place(seen: Arrays, held: int, tail: Tail | None, landmarks: bool = True, last: bool = False) -> Placed:
    """A perceived chunk of `held` frames in the world. Without landmarks shared frames alone say where it is; what is adrift
    at the end of the `last` chunk belongs where it stands."""
    parts: list[Part] = []
    found: Motion | None = None
    known = tail.known if tail else Known(NOTHING, None)
    waits = known.adrift is not None  # since before this chunk
    for first, past, suspected in spans(seen, held, waits) if landmarks else [Span(0, held)]:
        shared = shared_with(seen, first, past, tail)
        if shared is None and parts:
            # the picture jumps again: what is adrift will not be found any more
            found, waits = (STAY, False) if waits else (found, False)
            parts, known = [part._replace(adrift=False) for part in parts], cut_from(known, suspected)
        guess = aligned(shared) if shared else parts[-1].motion if parts else STAY
        fresh = max(first, NANO.overlap if tail else 0)
        if landmarks and fresh < past:
            objects = sightings(seen, first, past).moved(guess)
            new = objects if fresh == first else sightings(seen, fresh, past).moved(guess)
            motion, known = settle(
                objects, new, shared and shared._replace(seen=guess.carry(shared.seen)), known
            )
            found, waits = (motion, False) if waits and known.adrift is None else (found, waits)
            guess = motion.after(guess)
        parts.append(Part(first, past, guess, known.adrift is not None))
    if last:
        found, parts = STAY if waits else found, [part._replace(adrift=False) for part in parts]
    ends = slice(max(held - NANO.overlap, 0), held)
    return Placed(parts, found, Tail(carried(seen, parts)["points"][ends], seen["confidence"][ends], known))


def cut_from(known: Known, suspected: bool) -> Known:
    """What is known after a cut; what was adrift leaves no landmarks. Among few of them nothing is ever found: what follows is new."""
    return known._replace(
        adrift=Adrift(NOTHING, suspected=suspected) if len(known.landmarks.place) >= AGREEING else None
    )


def settle(objects: Things, new: Things, shared: Shared | None, known: Known) -> tuple[Motion, Known]:
    """How far a part with these objects, `new` those of its fresh frames, has to move from its first guess, and what is known then."""
    landmarks, adrift = known
    if adrift is None:
        motion = STAY if shared is None else relocated(fitted(shared, objects, landmarks), objects, landmarks)
        return motion, Known(merged(landmarks, new.moved(motion)), None)
    together = merged(adrift.seen, new)
    found = located(together, landmarks, favour=FAVOUR if adrift.suspected else 0.0)
    tries, chunks = adrift.tries + (len(together.place) >= TELLING), adrift.chunks + 1
    if found is None and tries < TRIES and chunks < PATIENCE:
        return STAY, Known(landmarks, Adrift(together, tries, chunks, adrift.suspected))
    motion = found or STAY
    return motion, Known(merged(landmarks, together.moved(motion)), None)


def spans(seen: Arrays, held: int, adrift: bool = False) -> list[Span]:
    """A chunk's parts: the picture jumps between them, where a step is doubtful beside the others of the chunk. Where none is so
    doubtful, and nothing is `adrift`, the most doubtful step is suspected."""
    doubt = seen["step_doubt"][:held].astype(np.float64) if "step_doubt" in seen else np.zeros(held)
    doubt[:1] = 0  # the first frame goes on from none
    usual = float(np.median(doubt[1:])) if held > 1 else 0.0
    cuts = np.flatnonzero(doubt > max(DOUBTFUL, CUT * usual)).tolist()
    suspected = not cuts and not adrift and doubt.max() > max(DOUBTFUL, SUSPECTED * usual)
    cuts = [int(doubt.argmax())] if suspected else cuts
    return [
        Span(first, past, suspected and first > 0)
        for first, past in zip([0, *cuts], [*cuts, held], strict=True)
    ]


def floor(points: np.ndarray) -> np.ndarray:
    """Points [..., 3] as places in the floor plane, flat."""
    return (points[..., 2].astype(np.float64) + 1j * points[..., 0]).reshape(-1)


def sightings(seen: Arrays, first: int, past: int) -> Things:
    """The objects that frames [first, past) of a chunk show, in the chunk's frame."""
    category, weight = (seen[name][first:past].reshape(-1) for name in ("category", "confidence"))
    thing = category >= len(BACKGROUND)
    return sighted(
        category[thing], floor(seen["centers"][first:past])[thing], weight[thing].astype(np.float64)
    )


def shared_with(seen: Arrays, first: int, past: int, tail: Tail | None) -> Shared | None:
    """The points of frames [first, past) that the chunk before has seen too; None where there are none."""
    frames = slice(first, min(past, NANO.overlap))
    if tail is None or frames.stop <= first:
        return None
    weight = seen["confidence"][frames] * tail.confidence[frames]
    return Shared(
        floor(seen["points"][frames]), floor(tail.points[frames]), weight.reshape(-1).astype(np.float64)
    )


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
    rows = np.stack(
        [cos, zero, sin, x, zero, one, zero, zero, -sin, zero, cos, z, zero, zero, zero, one], -1
    ).reshape(count, 4, 4)
    out["camera_to_world"] = (rows @ seen["camera_to_chunk"]).astype(np.float32)
    return out
