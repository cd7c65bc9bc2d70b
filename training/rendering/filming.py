"""What a hand-held camera films on a walk: level pictures of a wider view, turned as the hand turns them.

A hand nods and leans a little, and the exposure follows the light late. A turn of the camera about itself is
exact on a picture (a homography). Labels and poses stay level: perception is to see through the shaking.
"""

import ctypes
from functools import cache

import numpy as np
import numpy.typing as npt

from rendering.renderer import library, pointer, render
from world.scenes import Scene

VIEW = 1.25  # tangent of half the wider view, against 1 of the camera's own
BLOCK = 32  # frames drawn at once
STEP = 0.05  # seconds of one simulated step
HELD = np.radians([0.8, 0.5])  # spread of how it is held over a whole walk: pitch, roll
SWAY, SWAY_SECONDS = np.radians([0.4, 0.3]), 0.8  # spread and memory of the slow part
TREMOR, TREMOR_SECONDS = np.radians([0.15, 0.12]), 0.1
LIMIT = np.radians([3.0, 2.0])
GAIN, GAIN_SECONDS = 0.05, 4.0  # spread of the logarithm of the exposure's gain, and its memory


@cache
def _path(seed: int, walk: int, steps: int) -> npt.NDArray[np.float64]:
    """Pitch, roll (radians) and log gain at every step, [steps, 3]; a longer path begins like a shorter
    one."""
    rng = np.random.default_rng([seed, walk, 83])
    held = rng.normal(size=2) * HELD
    noise = rng.normal(size=(steps, 5))
    state, out = np.zeros(5), np.empty((steps, 5))
    memory = np.exp(-STEP / np.array([SWAY_SECONDS] * 2 + [TREMOR_SECONDS] * 2 + [GAIN_SECONDS]))
    fresh = np.sqrt(1 - memory**2) * np.concatenate([SWAY, TREMOR, [GAIN]])
    for t in range(steps):
        state = memory * state + fresh * noise[t]
        out[t] = state
    tilt = np.clip(held + out[:, :2] + out[:, 2:4], -LIMIT, LIMIT)
    return np.concatenate([tilt, out[:, 4:]], -1)


def shake(seed: int, walk: int, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Pitch (up), roll (to the right), radians, and log gain at times [F] in seconds of a scene's walk: [F,
    3]."""
    seconds = np.asarray(times, np.float64)
    # a power of two, so that the blocks of a long walk do not each simulate it anew
    path = _path(seed, walk, 1 << (int(seconds.max() / STEP) + 1).bit_length())
    grid = np.arange(len(path)) * STEP
    return np.stack([np.interp(seconds, grid, path[:, axis]) for axis in range(3)], -1)


def film(
    scene: Scene,
    poses: npt.ArrayLike,
    times: npt.ArrayLike,
    width: int,
    height: int,
    walk: int = 0,
    supersample: int = 2,
) -> npt.NDArray[np.uint8]:
    """Frames RGB uint8 [F, height, width, 3] of poses (x, z, yaw) [F, 3] at times [F] in seconds of the
    scene's walk."""
    cameras = np.asarray(poses, np.float32).reshape(-1, 3)
    tilt = np.ascontiguousarray(shake(scene.seed, walk, times), np.float32)
    wide, tall = 2 * round(VIEW * width / 2), 2 * round(VIEW * height / 2)
    out = np.empty((len(cameras), height, width, 3), np.uint8)
    for first in range(0, len(cameras), BLOCK):
        level = render(scene, cameras[first : first + BLOCK], wide, tall, supersample, VIEW)
        library().tilt_frames(
            pointer(level),
            wide,
            tall,
            ctypes.c_float(VIEW),
            pointer(tilt[first:]),
            len(level),
            width,
            height,
            pointer(out[first:]),
        )
    return out
