"""A step's batch of reading: drawn and worded from tours by any process, then put together on the training's
device.

A tour brings its tokens, or says which frames of a recording they are that the device holds (`DeviceTokens`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import nn

from model.localizer import Arrays, localizer
from model.rigid import kabsch, move_points, pose_matrices
from model.trace import move_point
from questions.records import Record
from training.recordings import Recording
from training.texts import Texts, batch_texts
from training.tours import Tour, add_drift, frame_times, simulate_perception

QUESTIONS_PER_TOUR = 24  # of each visit
# What reading takes of a recording.
SEEN = ("visual_tokens", "geometry_tokens", "view_tokens", "points", "centers", "confidence")

FrameRange = tuple[int, int, int]  # a recording's number, first frame, past the last


@dataclass(frozen=True)
class DrawnTours:
    """B tours before their tokens meet the device.

    `seen` are each tour's tokens or the frames of a recording, `frames` those that memory takes, `poses` the
    predicted (x, z, yaw) [all, 3], `turns` by how much each world is turned; the rest is as `Batch` has it.
    """

    seen: list[Arrays | FrameRange]
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
    """B tours of which memory takes up to F keyframes.

    Tokens as the representation takes them, the object of every token [B, F, N], how many frames count [B],
    their seconds [B, F]; the objects' places [B, O, 2] in the memory's world and the seconds when they were
    first seen [B, O].
    """

    tokens: list[torch.Tensor]
    objects: torch.Tensor
    lengths: torch.Tensor
    times: torch.Tensor
    places: torch.Tensor
    first: torch.Tensor
    texts: Texts
    records: list[Record]


class DeviceTokens:
    """What was seen in all of some recordings, on a device: tokens [all frames, …] as float16."""

    def __init__(self, recordings: list[Recording], device: str):
        self.begin = np.cumsum([0] + [recording.frames for recording in recordings])
        self.seen = {
            name: torch.cat([torch.from_numpy(recording.seen[name]) for recording in recordings]).to(device)
            for name in SEEN
        }

    def frames(self, frames: FrameRange) -> dict[str, torch.Tensor]:
        """The tokens of a recording's frames."""
        number, first, past = frames
        begin = int(self.begin[number])
        return {name: value[begin + first : begin + past] for name, value in self.seen.items()}


def alignment_to_predicted(tour: Tour) -> tuple[float, float, float]:
    """The motion (yaw, x, z) from the true world into the one that a recorded tour's predicted poses span.

    A turn of the whole world changes no answer, but what is taught about places has to fit what the memory
    holds.
    """
    worlds = []
    for poses in (tour.poses, tour.seen["poses"]):
        places = poses[:, :2]
        ahead = places + 2.0 * np.stack([np.sin(poses[:, 2]), np.cos(poses[:, 2])], -1)
        worlds.append(torch.from_numpy(np.concatenate([places, ahead]).astype(np.float64))[None])
    cos, sin, x, z = kabsch(*worlds, torch.ones(worlds[0].shape[:2], dtype=torch.float64))
    return math.atan2(sin.item(), cos.item()), x.item(), z.item()


def keyframes(poses: np.ndarray) -> np.ndarray:
    """The frames that memory takes of a whole tour, as the service chooses them; poses (x, z, yaw) [F, 3]."""
    x, z, yaw = torch.from_numpy(np.asarray(poses, np.float32)).unbind(-1)
    return np.flatnonzero(localizer().keyframes(pose_matrices(yaw, x, z).numpy(), frame_times(len(poses))))


def draw_tours(
    tours: list[Tour],
    rng: np.random.Generator,
    questions: int = QUESTIONS_PER_TOUR,
    turned: bool = True,
) -> DrawnTours:
    """Tours made ready, each with `questions` of its questions, drawn again where it has fewer. Their worlds
    are turned at random, unless not `turned`."""
    seen, frames, objects, turns, records, motions, places, first = [], [], [], [], [], [], [], []
    for tour in tours:
        turn = float(rng.uniform(-math.pi, math.pi)) if turned else 0.0
        yaw, x, z = alignment_to_predicted(tour) if tour.seen else (0.0, 0.0, 0.0)
        cos, sin = math.cos(turn), math.sin(turn)
        perceived = tour.seen or simulate_perception(tour, rng) | {"poses": add_drift(tour.poses, rng)}
        seen.append(perceived)
        turns.append(turn)
        frames.append(keyframes(perceived["poses"]))
        objects.append(torch.from_numpy(tour.labels["object"].astype(np.int16))[frames[-1]])
        picked = rng.permutation(len(tour.records))[:questions]
        while len(picked) < questions:
            picked = np.concatenate([picked, rng.permutation(len(tour.records))])[:questions]
        records += [tour.records[index] for index in picked]
        motion = (yaw + turn, cos * x + sin * z, cos * z - sin * x)
        motions += [motion] * questions
        moved = [move_point(place, motion[0], motion[1:]) for place in tour.places.tolist()]
        places.append(torch.tensor(moved).reshape(-1, 2))
        first.append(torch.from_numpy(np.minimum(tour.first, 1e4)))
    return DrawnTours(
        [tour.frames_of or perceived for tour, perceived in zip(tours, seen, strict=True)],
        frames,
        [perceived["poses"] for perceived in seen],
        turns,
        nn.utils.rnn.pad_sequence(objects, True, -1),
        nn.utils.rnn.pad_sequence(places, True),
        nn.utils.rnn.pad_sequence(first, True),
        batch_texts(records, motions, rng),
        records,
    )


def world_tokens(part: dict[str, torch.Tensor], poses: np.ndarray, turn: float) -> list[torch.Tensor]:
    """A tour's tokens in the world, turned right by `turn` radians: visual, geometry, view, points, centers,
    confidence, pose."""
    x, z, yaw = torch.from_numpy(poses.astype(np.float32)).to(part["points"].device).unbind(-1)
    cos, sin = math.cos(turn), math.sin(turn)
    x, z, yaw = cos * x + sin * z, cos * z - sin * x, yaw + turn
    motion = [value.unsqueeze(-1) for value in (yaw.cos(), yaw.sin(), x, z)]
    return [
        part["visual_tokens"],
        part["geometry_tokens"],
        part["view_tokens"],
        move_points(part["points"], *motion),
        move_points(part["centers"], *motion),
        part["confidence"],
        pose_matrices(yaw, x, z),
    ]


def texts_on(texts: Texts, device: str) -> Texts:
    """The texts with their arrays on a device."""
    return replace(texts, **{field.name: getattr(texts, field.name).to(device) for field in fields(texts)})


def collate(drawn: DrawnTours, device: str = "cpu", device_tokens: DeviceTokens | None = None) -> Batch:
    """The batch on a device. Raises ValueError where tokens are those of recordings that no device holds."""
    longest = drawn.objects.shape[1]
    columns: list[list[torch.Tensor]] = []
    for seen, frames, poses, turn in zip(drawn.seen, drawn.frames, drawn.poses, drawn.turns, strict=True):
        if isinstance(seen, dict):
            part = {
                name: torch.from_numpy(np.asarray(seen[name][frames], np.float32)).to(device) for name in SEEN
            }
        elif device_tokens is not None:
            part = {name: value[frames].float() for name, value in device_tokens.frames(seen).items()}
        else:
            raise ValueError("these tokens are held elsewhere")
        padding = longest - len(frames)
        columns.append(
            [
                nn.functional.pad(value, [0, 0] * (value.dim() - 1) + [0, padding])
                for value in world_tokens(part, poses[frames], turn)
            ]
        )
    times = [
        torch.from_numpy(frame_times(len(poses))[frames])
        for frames, poses in zip(drawn.frames, drawn.poses, strict=True)
    ]
    return Batch(
        [torch.stack(column) for column in zip(*columns, strict=True)],
        drawn.objects.to(device).long(),
        torch.tensor([len(frames) for frames in drawn.frames], device=device),
        nn.utils.rnn.pad_sequence(times, True).to(device),
        drawn.places.to(device),
        drawn.first.to(device),
        texts_on(drawn.texts, device),
        drawn.records,
    )


def make_tour_batch(
    tours: Iterable[Tour],
    rng: np.random.Generator,
    questions: int = QUESTIONS_PER_TOUR,
    turned: bool = True,
) -> Batch:
    """A batch of tours that have their tokens with them, on the CPU."""
    return collate(draw_tours(list(tours), rng, questions, turned))
