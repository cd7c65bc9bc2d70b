"""A walk through the whole model as the service does it: chunks of 32 frames, localized, then taken into
memory.

The service's own localisation places the chunks (`localizer.py`). The memory's state is kept as float16
between chunks, as the service stores it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from model.localizer import Arrays, Localized, localizer
from model.sizes import FPS, NANO

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
PLACED = ("points", "centers", "camera_to_world")  # what localisation moves into the world


class Graphs(Protocol):
    """The three calls of a bundle on arrays: the nets in PyTorch, or the exported graphs."""

    def perceive(self, inputs: Arrays) -> Arrays:
        """Frames of a chunk → tokens, points, poses."""

    def remember(self, inputs: Arrays) -> Arrays:
        """Tokens in the world and the state → the next state."""

    def answer(self, inputs: Arrays) -> Arrays:
        """The state and a question → token ids."""


class PerceivedChunk(NamedTuple):
    """A chunk in its own frame: its first frame in the walk, how many frames are real, what was perceived [T,
    …]."""

    first: int
    held: int
    arrays: Arrays


@dataclass(frozen=True)
class LocalizedChunk:
    """A chunk in the world: `localized` [T] are the frames that have their place from now on, `keyframe` [T]
    those of them that memory takes. `shot_boundaries` are frames of the walk before which the picture
    jumps."""

    first: int
    held: int
    arrays: Arrays
    localized: npt.NDArray[np.bool_]
    keyframe: npt.NDArray[np.bool_]
    shot_boundaries: tuple[int, ...] = ()
    landmarks: npt.NDArray[np.float32] | None = None  # [L, 4] what is known after it; None of released frames
    glimpses: npt.NDArray[np.float32] | None = None  # [G, 4] where something was seen first; likewise
    occupancy: npt.NDArray[np.float32] | None = None  # [C, 3] over which floor points were seen; likewise


def chunk_ranges(count: int) -> Iterator[tuple[int, int]]:
    """First and past-the-end frames of each chunk of a video of `count` frames."""
    step, first = NANO.frames - NANO.overlap, 0
    while first == 0 or first + NANO.overlap < count:
        yield first, min(first + NANO.frames, count)
        first += step


def chunk_inputs(frames: np.ndarray) -> Iterator[tuple[int, int, Arrays]]:
    """First frame, how many frames are real, and what perceive takes of each chunk of frames uint8 [F, H, W,
    3]; the last is padded with black."""
    for first, past in chunk_ranges(len(frames)):
        held = past - first
        block = np.zeros((NANO.frames, NANO.height, NANO.width, 3), np.uint8)
        block[:held] = frames[first:past]
        yield first, held, {"frames": block, "frame_mask": np.arange(NANO.frames) < held}


def perceive_chunks(graphs: Graphs, frames: np.ndarray) -> Iterator[PerceivedChunk]:
    """The chunks of frames uint8 [F, H, W, 3], perceived."""
    for first, held, inputs in chunk_inputs(frames):
        yield PerceivedChunk(first, held, graphs.perceive(inputs))


def localize_chunks(
    chunks: Iterable[PerceivedChunk], count: int, objects: bool = True
) -> Iterator[LocalizedChunk]:
    """Perceived chunks of a walk of `count` frames in the world, with `objects` as landmarks or by overlaps
    alone.

    Frames that are pending come once more, in the chunk that showed them, before the chunk that finds them.
    """
    with localizer().session(objects) as session:
        pending: dict[int, PerceivedChunk] = {}
        for chunk in chunks:
            found = session.localize(chunk.arrays, chunk.first, chunk.held, chunk.first + chunk.held == count)
            for number in dict.fromkeys(found.arrays["released_chunk"].tolist()):
                yield released_frames(pending[number], found.arrays, number)
            placed = placed_chunk(chunk, found)
            yield placed
            if found.arrays["pending"].any():
                pending[found.chunk] = PerceivedChunk(chunk.first, chunk.held, placed.arrays)


def placed_chunk(chunk: PerceivedChunk, found: Localized) -> LocalizedChunk:
    """A chunk where its reply puts it. Padding stays where the chunk's own frame has it."""
    length = len(chunk.arrays["points"])
    arrays = chunk.arrays | {"camera_to_world": chunk.arrays["camera_to_chunk"]}
    for name in PLACED:
        arrays[name] = np.concatenate([found.arrays[name], arrays[name][chunk.held :]])
    boundaries = tuple(chunk.first + frame for frame in found.shot_boundaries)
    localized, keyframe = (
        np.pad(found.arrays[name], (0, length - chunk.held)) for name in ("localized", "keyframe")
    )
    known = {name: found.arrays[name] for name in ("landmarks", "glimpses", "occupancy")}
    return LocalizedChunk(chunk.first, chunk.held, arrays, localized, keyframe, boundaries, **known)


def released_frames(chunk: PerceivedChunk, reply: Arrays, number: int) -> LocalizedChunk:
    """An earlier chunk, the session's `number`, with those of its frames that a later chunk's reply
    releases."""
    mine = reply["released_chunk"] == number
    rows = reply["released_frame"][mine] - chunk.first
    arrays = dict(chunk.arrays)
    for name in PLACED:
        arrays[name] = arrays[name].copy()
        arrays[name][rows] = reply[f"released_{name}"][mine]
    localized, keyframe = (np.zeros(len(arrays["points"]), bool) for _ in range(2))
    localized[rows], keyframe[rows] = True, reply["released_keyframe"][mine]
    return LocalizedChunk(chunk.first, chunk.held, arrays, localized, keyframe)


def localize_walk(graphs: Graphs, frames: np.ndarray, objects: bool = True) -> Iterator[LocalizedChunk]:
    """The chunks of a walk's frames [F, H, W, 3], perceived and in the world."""
    return localize_chunks(perceive_chunks(graphs, frames), len(frames), objects)


def empty_arrays() -> Arrays:
    """The state before a video's first frame."""
    out: Arrays = {}
    for name, length in (("working", NANO.working), ("episodic", NANO.episodic)):
        out[name] = np.zeros((length, NANO.tokens, NANO.d), np.float32)
        out[f"{name}_times"] = np.zeros(length, np.float32)
        out[f"{name}_mask"] = np.zeros(length, bool)
    return out


def remember_chunks(graphs: Graphs, chunks: Iterable[LocalizedChunk]) -> Arrays:
    """The memory's state after a walk."""
    state = empty_arrays()
    for chunk in chunks:
        state = next_state(graphs.remember(remember_inputs(chunk, state)))
    return state


def remember_inputs(chunk: LocalizedChunk, state: Arrays) -> Arrays:
    """What `remember` takes of a localized chunk and of the state before it."""
    times = ((chunk.first + np.arange(NANO.frames)) / FPS).astype(np.float32)
    given = {name: chunk.arrays[name] for name in TOKENS}
    return given | state | {"frame_mask": chunk.keyframe, "frame_times": times}


def next_state(after: Arrays) -> Arrays:
    """The state that `remember` leaves, as it is kept between chunks: entries in float16."""
    state = {name: after[f"next_{name}"] for name in STATE}
    return state | {
        name: state[name].astype(np.float16).astype(np.float32) for name in ("working", "episodic")
    }
