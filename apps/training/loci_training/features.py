"""Recorded perception: tours whose tokens and poses are what the trained nets see, chunk by chunk, as the runtime would.

The net is run once a frame; the chunks and their placing follow the runtime's way (`walkthrough.py`).
"""

from collections.abc import Iterator

import numpy as np
import torch

from .filming import film
from .perceive import Perceive
from .perception import normalise
from .scenes import make_scene
from .sizes import NANO
from .walks import make_walk
from .walkthrough import Arrays, chunks, placed_chunks

KEPT = ("visual_tokens", "geometry_tokens", "view_tokens", "confidence")


@torch.no_grad()
def perceive_frames(see: Perceive, frames: np.ndarray, landmarks: bool = True) -> Arrays:
    """A whole walk's tokens, points and centres in the cameras, and poses (x, z, yaw) in the world, all float16 but poses;
    chunks are placed with or without `landmarks`."""
    device = see.net.position.device
    with torch.autocast(device.type, torch.bfloat16):
        blocks = [
            see.net(normalise(torch.from_numpy(frames[i : i + 32]).to(device)))
            for i in range(0, len(frames), 32)
        ]
    reading = {name: torch.cat([block[name].float() for block in blocks]).cpu() for name in blocks[0]}

    def seen() -> Iterator[tuple[int, int, Arrays]]:
        for first, past in chunks(len(frames)):
            part = {name: value[first:past] for name, value in reading.items()}
            yield (
                first,
                past - first,
                {
                    name: value.numpy()
                    for name, value in see.tokens(part, torch.ones(past - first, dtype=torch.bool)).items()
                },
            )

    rows: dict[int, Arrays] = {}
    for first, _, world, known in placed_chunks(seen(), len(frames), landmarks):
        rows |= {
            first + int(t): {name: world[name][t] for name in (*KEPT, "points", "centers", "camera_to_world")}
            for t in np.flatnonzero(known)
        }
    whole = {name: np.stack([rows[frame][name] for frame in range(len(frames))]) for name in rows[0]}
    pose = whole.pop("camera_to_world")
    for name in ("points", "centers"):
        whole[name] = np.einsum("fij,fni->fnj", pose[:, :3, :3], whole[name] - pose[:, None, :3, 3])
    out = {name: value.astype(np.float16) for name, value in whole.items()}
    out["poses"] = np.stack([pose[:, 0, 3], pose[:, 2, 3], np.arctan2(pose[:, 0, 2], pose[:, 0, 0])], -1)
    return out


def filmed(see: Perceive, seed: int, seconds: float) -> Arrays:
    """What the nets see of the first walk of a seed, see `perceive_frames`."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return perceive_frames(see, film(scene, walk.poses, walk.times, NANO.width, NANO.height))
