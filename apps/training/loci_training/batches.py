"""A step's batch of reading: drawn and worded from tours by any process, then put together on the training's device.

What a tour's tokens are is either with it, or said as the frames of a recording that the device holds (`Held`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import nn

from .questions import Record
from .recordings import Recording
from .rigid import align, move_points, pose_matrices
from .texts import Texts, batch_texts
from .tours import Tour, drifted, frame_times, simulate
from .trace import moved
from .views import NO_VIEWS, of_ways, taken
from .walkthrough import Arrays

QUESTIONS = 24  # per tour and visit
SEEN = (
    "visual_tokens",
    "geometry_tokens",
    "view_tokens",
    "points",
    "centers",
    "confidence",
)  # what of a recording reading takes


@dataclass(frozen=True)
class Drawn:
    """B tours before their tokens meet the device: of each its tokens, or which frames of which recording they are (number, first,
    past), the frames that memory takes, the poses (x, z, yaw) [all, 3] believed, and by how much its world is turned; the rest is
    as `Batch` has it."""

    seen: list[Arrays | tuple[int, int, int]]
    frames: list[np.ndarray]
    poses: list[np.ndarray]
    turns: list[float]
    objects: torch.Tensor
    places: torch.Tensor
    first: torch.Tensor
    texts: Texts
    records: list[Record]


@dataclass(frozen=True)
class Batch:
    """B tours of which memory takes up to F frames, those that show what was not seen before: tokens as the representation takes them,
    object of every token [B, F, N], frames [B], their seconds [B, F], the objects' places [B, O, 2] in the memory's world and the
    seconds when they were first seen [B, O]."""

    tokens: list[torch.Tensor]
    objects: torch.Tensor
    lengths: torch.Tensor
    times: torch.Tensor
    places: torch.Tensor
    first: torch.Tensor
    texts: Texts
    records: list[Record]


class Held:
    """What was seen in all of some recordings, on a device: tokens [all frames, …] as float16."""

    def __init__(self, recordings: list[Recording], device: str):
        self.begin = np.cumsum([0] + [recording.frames for recording in recordings])
        self.seen = {
            name: torch.cat([torch.from_numpy(recording.seen[name]) for recording in recordings]).to(device) for name in SEEN
        }  # fmt: skip

    def of(self, frames: tuple[int, int, int]) -> dict[str, torch.Tensor]:
        """The tokens of a recording's frames (its number, first, past)."""
        number, first, past = frames
        at = int(self.begin[number])
        return {name: value[at + first : at + past] for name, value in self.seen.items()}


def believed(tour: Tour) -> tuple[float, float, float]:
    """The motion (yaw, x, z) from the true world into the one that a recorded tour's predicted poses span.

    A turn of the whole world changes no answer, but what is taught about places has to fit what the memory holds.
    """
    ends = []
    for poses in (tour.poses, tour.seen["poses"]):
        ahead = poses[:, :2] + 2.0 * np.stack([np.sin(poses[:, 2]), np.cos(poses[:, 2])], -1)
        flat = np.concatenate([poses[:, :2], ahead])
        ends.append(np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], -1))
    return align(*ends, np.ones(len(ends[0])), rounds=1)


def draw(
    tours: list[Tour], rng: np.random.Generator, questions: int = QUESTIONS, turned: bool = True
) -> Drawn:
    """Tours made ready, each with `questions` of its questions (drawn again where it has fewer); unless `turned`, as they were walked."""
    seen, frames, objects, turns, records, moves, places, first = [], [], [], [], [], [], [], []
    for tour in tours:
        turn = float(rng.uniform(-math.pi, math.pi)) if turned else 0.0
        yaw, x, z = believed(tour) if tour.seen else (0.0, 0.0, 0.0)
        cos, sin = math.cos(turn), math.sin(turn)
        seen.append(tour.seen or simulate(tour, rng) | {"poses": drifted(tour.poses, rng)})
        turns.append(turn)
        frames.append(
            np.flatnonzero(taken(NO_VIEWS, of_ways(seen[-1]["poses"], frame_times(tour.frames)))[0])
        )
        objects.append(torch.from_numpy(tour.labels["object"].astype(np.int16))[frames[-1]])
        picked = rng.permutation(len(tour.records))[:questions]
        while len(picked) < questions:
            picked = np.concatenate([picked, rng.permutation(len(tour.records))])[:questions]
        records += [tour.records[i] for i in picked]
        moves += [(yaw + turn, cos * x + sin * z, cos * z - sin * x)] * questions
        places.append(
            torch.tensor([moved(place, yaw + turn, moves[-1][1:]) for place in tour.places.tolist()]).reshape(
                -1, 2
            )
        )
        first.append(torch.from_numpy(np.minimum(tour.first, 1e4)))
    return Drawn(
        [tour.frames_of or whole for tour, whole in zip(tours, seen, strict=True)], frames, [whole["poses"] for whole in seen], turns,
        nn.utils.rnn.pad_sequence(objects, True, -1), nn.utils.rnn.pad_sequence(places, True), nn.utils.rnn.pad_sequence(first, True),
        batch_texts(records, moves, rng), records,
    )  # fmt: skip


def world_tokens(part: dict[str, torch.Tensor], poses: np.ndarray, turn: float) -> list[torch.Tensor]:
    """A tour's tokens in the world, turned right by `turn` radians: visual, geometry, view, points, centers, confidence, pose."""
    x, z, yaw = torch.from_numpy(poses.astype(np.float32)).to(part["points"].device).unbind(-1)
    cos, sin = math.cos(turn), math.sin(turn)
    x, z, yaw = cos * x + sin * z, cos * z - sin * x, yaw + turn
    motion = [p.unsqueeze(-1) for p in (yaw.cos(), yaw.sin(), x, z)]
    return [
        part["visual_tokens"], part["geometry_tokens"], part["view_tokens"], move_points(part["points"], *motion),
        move_points(part["centers"], *motion), part["confidence"], pose_matrices(yaw, x, z),
    ]  # fmt: skip


def on_device(texts: Texts, device: str) -> Texts:
    """The texts with their arrays on a device."""
    return replace(texts, **{field.name: getattr(texts, field.name).to(device) for field in fields(texts)})


def batch_of(drawn: Drawn, device: str = "cpu", held: Held | None = None) -> Batch:
    """The batch on a device. Raises ValueError where tokens are those of recordings and none are held."""
    longest = drawn.objects.shape[1]
    columns: list[list[torch.Tensor]] = []
    for seen, frames, poses, turn in zip(drawn.seen, drawn.frames, drawn.poses, drawn.turns, strict=True):
        if isinstance(seen, dict):
            part = {
                name: torch.from_numpy(np.asarray(seen[name][frames], np.float32)).to(device) for name in SEEN
            }
        elif held is not None:
            part = {name: value[frames].float() for name, value in held.of(seen).items()}
        else:
            raise ValueError("these tokens are held elsewhere")
        parts = world_tokens(part, poses[frames], turn)
        columns.append(
            [nn.functional.pad(p, [0, 0] * (p.dim() - 1) + [0, longest - len(frames)]) for p in parts]
        )
    lengths = torch.tensor([len(frames) for frames in drawn.frames], device=device)
    clocks = [
        torch.from_numpy(frame_times(len(poses))[frames])
        for frames, poses in zip(drawn.frames, drawn.poses, strict=True)
    ]
    times = nn.utils.rnn.pad_sequence(clocks, True).to(device)
    return Batch(
        [torch.stack(c) for c in zip(*columns, strict=True)], drawn.objects.to(device).long(), lengths, times,
        drawn.places.to(device), drawn.first.to(device), on_device(drawn.texts, device), drawn.records,
    )  # fmt: skip


def make_batch(
    tours: Iterable[Tour], rng: np.random.Generator, questions: int = QUESTIONS, turned: bool = True
) -> Batch:
    """A batch of tours that have their tokens with them, on the CPU."""
    return batch_of(draw(list(tours), rng, questions, turned))
