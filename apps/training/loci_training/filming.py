"""What a hand-held camera films on a walk: level pictures of a wider view, turned as the hand turns them.

A turn of the camera about itself is exact on a picture (a homography). What the pictures are taken for, the labels and
poses, stays level: perception is to see through the shaking.
"""

import ctypes

import numpy as np
import numpy.typing as npt

from .renderer import library, pointer, render
from .scenes import Scene
from .shake import shake

VIEW = 1.25  # tangent of half the wider view, against 1 of the camera's own
BLOCK = 32  # frames drawn at once


def film(
    scene: Scene,
    poses: npt.ArrayLike,
    times: npt.ArrayLike,
    width: int,
    height: int,
    walk: int = 0,
    supersample: int = 2,
) -> npt.NDArray[np.uint8]:
    """Frames RGB uint8 [F, height, width, 3] of poses (x, z, yaw) [F, 3] at times [F] in seconds of the scene's walk."""
    at = np.asarray(poses, np.float32).reshape(-1, 3)
    held = np.ascontiguousarray(shake(scene.seed, walk, times), np.float32)
    wide, tall = 2 * round(VIEW * width / 2), 2 * round(VIEW * height / 2)
    out = np.empty((len(at), height, width, 3), np.uint8)
    for first in range(0, len(at), BLOCK):
        level = render(scene, at[first : first + BLOCK], wide, tall, supersample, VIEW)
        library().tilt_frames(
            pointer(level),
            wide,
            tall,
            ctypes.c_float(VIEW),
            pointer(held[first:]),
            len(level),
            width,
            height,
            pointer(out[first:]),
        )
    return out
