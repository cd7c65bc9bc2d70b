"""Token labels: what each patch of a frame shows and where it is, from the ray-caster's id and depth
buffers."""

import ctypes
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from rendering.renderer import library, pointer
from world.scenes import Scene

SHARE = 0.15  # an object speaks for a patch when it covers at least this part of it
STRIDE = 8
CAMERA_HEIGHT = 1.5


class Labels(TypedDict):
    """Arrays for F frames and N tokens; positions in each frame's camera (x right, y down, z forward),
    metres."""

    category: npt.NDArray[np.int8]  # [F, N]
    object: npt.NDArray[np.int16]  # [F, N], −1 on background
    point: npt.NDArray[np.float32]  # [F, N, 3], mean of the spoken-for pixels
    center: npt.NDArray[np.float32]  # [F, N, 3], the object's centre; the point itself on background
    size: npt.NDArray[
        np.float32
    ]  # [F, N, 3], longest, other horizontal, height as in `sizes`; 0 on background
    coverage: npt.NDArray[np.float32]  # [F, N], share of the patch's pixels
    depth: npt.NDArray[np.float32]  # [F, height / 8, width / 8], z at the cells' centres
    pixels: npt.NDArray[np.int32]  # [F, objects], pixels of each object


class _Plan(ctypes.Structure):
    _fields_ = [
        ("columns", ctypes.c_int),
        ("rows", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("object_count", ctypes.c_int),
        ("dense_stride", ctypes.c_int),
        ("share", ctypes.c_float),
    ]


class _Buffers(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_void_p) for name in ("category", "object", "point", "coverage", "dense", "pixels")
    ]


def sizes(scene: Scene) -> npt.NDArray[np.float32]:
    """Per object: longer horizontal side, shorter horizontal side, height, in metres, [objects, 3]."""
    rows = [(max(w, d), min(w, d), h) for w, h, d in (o.size for o in scene.objects)]
    return np.array(rows, np.float32).reshape(-1, 3)


def centers(scene: Scene) -> npt.NDArray[np.float32]:
    """Per object: the centre of its box in scene coordinates, [objects, 3]."""
    return np.array([o.center for o in scene.objects], np.float32).reshape(-1, 3)


def token_labels(
    scene: Scene, poses: npt.ArrayLike, grid: tuple[int, int] = (6, 8), width: int = 128, height: int = 96
) -> Labels:
    """Labels every pose (x, z, yaw) [F, 3] without shading. `grid` is (rows, columns) of patches."""
    cameras = np.ascontiguousarray(np.asarray(poses, np.float32).reshape(-1, 3))
    frames, count, (rows, columns) = len(cameras), len(scene.objects), grid
    tokens = rows * columns
    category, owner = np.empty((frames, tokens), np.int8), np.empty((frames, tokens), np.int16)
    point, coverage = np.empty((frames, tokens, 3), np.float32), np.empty((frames, tokens), np.float32)
    depth = np.empty((frames, height // STRIDE, width // STRIDE), np.float32)
    pixels = np.zeros((frames, count), np.int32)
    kinds = np.array([o.category for o in scene.objects], np.int8)
    plan = _Plan(columns, rows, width, height, count, STRIDE, SHARE)
    out = _Buffers(*(a.ctypes.data for a in (category, owner, point, coverage, depth, pixels)))
    failed = library().label_frames(
        pointer(scene.parts),
        len(scene.parts),
        pointer(scene.room_row),
        pointer(kinds),
        pointer(cameras),
        frames,
        ctypes.byref(plan),
        ctypes.byref(out),
    )
    if failed:
        raise MemoryError("the renderer found no memory for its buffers")
    center, size = _object_fields(scene, cameras, owner, point)
    return Labels(
        category=category,
        object=owner,
        point=point,
        center=center,
        size=size,
        coverage=coverage,
        depth=depth,
        pixels=pixels,
    )


def _object_fields(
    scene: Scene, poses: npt.NDArray[np.float32], owner: npt.NDArray[np.int16], point: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Every token's object centre in its frame's camera and that object's size."""
    on_object = owner >= 0
    if not len(scene.objects):
        return point.copy(), np.zeros_like(point)
    camera = np.stack([poses[:, 0], np.full(len(poses), -CAMERA_HEIGHT, np.float32), poses[:, 1]], -1)
    moved = centers(scene)[None] - camera[:, None]
    cosine, sine = np.cos(poses[:, 2:3]), np.sin(poses[:, 2:3])
    right = cosine * moved[..., 0] - sine * moved[..., 2]
    ahead = sine * moved[..., 0] + cosine * moved[..., 2]
    in_camera = np.stack([right, moved[..., 1], ahead], -1)
    index = np.maximum(owner, 0).astype(np.int64)
    center = np.take_along_axis(in_camera, index[..., None], axis=1)
    size = sizes(scene)[index]
    return np.where(on_object[..., None], center, point), np.where(on_object[..., None], size, 0).astype(
        np.float32
    )
