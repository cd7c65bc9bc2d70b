"""A walk through the whole model as the runtime does it: chunks of 32 frames, each placed in the world (`placing.py`),
the memory's state kept as float16 between chunks.

`graphs` is anything with perceive, remember and answer as the bundle names them: the nets here, or the exported ones.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np

from .landmarks import STAY
from .placing import Part, Tail, carried, place
from .sizes import FPS, NANO
from .views import NO_VIEWS, of_poses, taken

Arrays = dict[str, np.ndarray]


class Graphs(Protocol):
    """The three calls of a bundle, arrays in and out."""

    def perceive(self, inputs: Arrays) -> Arrays:
        """Frames of a chunk → tokens, points, poses."""

    def remember(self, inputs: Arrays) -> Arrays:
        """Tokens in the world and the state → the next state."""

    def answer(self, inputs: Arrays) -> Arrays:
        """The state and a question → token ids."""


def empty_arrays() -> Arrays:
    """The state before a video's first frame."""
    out: Arrays = {}
    for name, length in (("working", NANO.working), ("episodic", NANO.episodic)):
        out[name] = np.zeros((length, NANO.tokens, NANO.d), np.float32)
        out[f"{name}_times"] = np.zeros(length, np.float32)
        out[f"{name}_mask"] = np.zeros(length, bool)
    return out


def chunks(count: int) -> Iterator[tuple[int, int]]:
    """First and past-the-end frames of each chunk of a video of `count` frames."""
    step, first = NANO.frames - NANO.overlap, 0
    while first == 0 or first + NANO.overlap < count:
        yield first, min(first + NANO.frames, count)
        first += step


def perceived(graphs: Graphs, frames: np.ndarray) -> Iterator[tuple[int, int, Arrays]]:
    """Each chunk of frames [F, H, W, 3]: first frame, how many count, and what was perceived, in the chunk's own frame."""
    for first, past in chunks(len(frames)):
        held = past - first
        block = np.zeros((NANO.frames, NANO.height, NANO.width, 3), np.uint8)
        block[:held] = frames[first:past]
        yield first, held, graphs.perceive({"frames": block, "frame_mask": np.arange(NANO.frames) < held})


def perceive_walk(
    graphs: Graphs, frames: np.ndarray, landmarks: bool = True
) -> Iterator[tuple[int, int, Arrays]]:
    """The same in the world, with `frame_mask` [T]: the frames that memory takes. Chunks with frames that wait until it is found where
    they are come once more then, with those alone, before the chunk that they are found with."""
    views = NO_VIEWS
    for first, held, world, known in placed_chunks(perceived(graphs, frames), len(frames), landmarks):
        unseen, views = taken(
            views, of_poses(world["camera_to_world"], (first + np.arange(len(known))) / FPS), known
        )
        yield first, held, world | {"frame_mask": unseen}


def placed_chunks(
    seen: Iterable[tuple[int, int, Arrays]], count: int, landmarks: bool = True
) -> Iterator[tuple[int, int, Arrays, np.ndarray]]:
    """Perceived chunks of a walk of `count` frames in the world, and which of their frames [T] have their place from now on: fresh ones that
    are not adrift, and once it is found where they are, in the chunk that showed them, those that were."""
    tail: Tail | None = None
    waiting: list[Waiting] = []
    for first, held, chunk in seen:
        parts, found, tail = place(chunk, held, tail, landmarks, last=first + held == count)
        for wait in waiting if found else []:
            yield (
                wait.first,
                wait.held,
                carried(wait.world, [Part(0, wait.since, STAY), Part(wait.since, wait.held, found)]),
                wait.frames,
            )
        waiting = [] if found else waiting
        world = carried(chunk, parts)
        fresh, adrift = (which[: len(chunk["points"])] for which in fresh_frames(first, parts))
        yield first, held, world, fresh & ~adrift
        if adrift.any():
            waiting.append(
                Waiting(first, held, world | {"camera_to_chunk": world["camera_to_world"]}, adrift)
            )


class Waiting(NamedTuple):
    """A chunk as `perceived` gives it, in the world as far as that is known, and which of its frames [T], the last ones, are adrift."""

    first: int
    held: int
    world: Arrays
    frames: np.ndarray

    @property
    def since(self) -> int:
        """The first frame that is adrift."""
        return int(self.frames.argmax())


def fresh_frames(first: int, parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """Which frames [T] of a chunk are fresh, that is the chunk before has not shown them, and which of those are adrift."""
    fresh, adrift = np.zeros(NANO.frames, bool), np.zeros(NANO.frames, bool)
    for part in parts:
        fresh[part.first : part.past] = True
        adrift[part.first : part.past] = part.adrift
    if first:
        fresh[: NANO.overlap] = False
    return fresh, fresh & adrift


STATE = ("working", "working_times", "working_mask", "episodic", "episodic_times", "episodic_mask")
TOKENS = (
    "visual_tokens",
    "geometry_tokens",
    "view_tokens",
    "points",
    "centers",
    "confidence",
    "camera_to_world",
)


def remember_walk(graphs: Graphs, frames: np.ndarray) -> tuple[Arrays, np.ndarray]:
    """The memory after a whole walk, and the camera_to_world that it believed, [F, 4, 4]."""
    return remember_chunks(graphs, perceive_walk(graphs, frames))


def remember_chunks(graphs: Graphs, placed: Iterable[tuple[int, int, Arrays]]) -> tuple[Arrays, np.ndarray]:
    """The same of chunks as `perceive_walk` gives them."""
    state, poses = empty_arrays(), {}
    for first, held, seen in placed:
        state = next_state(graphs.remember(remember_inputs(first, seen, state)))
        poses |= {first + t: seen["camera_to_world"][t] for t in range(NANO.overlap if first else 0, held)}
    return state, np.stack([poses[frame] for frame in range(len(poses))])


def remember_inputs(first: int, seen: Arrays, state: Arrays) -> Arrays:
    """What `remember` takes of a placed chunk and of the state before it."""
    times = ((first + np.arange(NANO.frames)) / FPS).astype(np.float32)
    return {name: seen[name] for name in (*TOKENS, "frame_mask")} | state | {"frame_times": times}


def next_state(after: Arrays) -> Arrays:
    """The state that `remember` leaves, as it is kept between chunks: entries in float16."""
    state = {name: after[f"next_{name}"] for name in STATE}
    return state | {
        name: state[name].astype(np.float16).astype(np.float32) for name in ("working", "episodic")
    }
