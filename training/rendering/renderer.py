"""The renderer's edge: builds the C ray-caster at first use and draws a scene's frames with it.

ctypes releases the interpreter's lock during a call. LOCI_MARCH chooses the processor family (default:
native).
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from world.scenes import Scene
from world.textures import texture_atlas

HERE = Path(__file__).parent
CACHE = HERE.parent / ".cache"
SOURCES = ["raycast.c", "labels.c", "shade.c", "floorlight.c", "tilt.c"]
# What -ffast-math allows, without its start-up code, which would change how the whole process treats tiny
# numbers.
FLAGS = [
    "-O3",
    "-fPIC",
    "-std=gnu11",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-freciprocal-math",
    "-fassociative-math",
    "-ffinite-math-only",
]
LIGHTMAP = 48


class RendererBuildError(RuntimeError):
    """The C compiler is missing or refused the renderer's source."""


def build(march: str) -> Path:
    """Compiles the ray-caster for a processor family, unless that very source has been compiled; returns the
    library."""
    text = b"".join((HERE / name).read_bytes() for name in ["raycast.h", *SOURCES]) + " ".join(FLAGS).encode()
    library = CACHE / f"raycast-{march}-{hashlib.sha256(text).hexdigest()[:16]}.so"
    if library.exists():
        return library
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise RendererBuildError("no C compiler found: install cc, gcc or clang")
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = library.with_suffix(f".{os.getpid()}")
    command = [
        compiler,
        *FLAGS,
        f"-march={march}",
        "-shared",
        *(str(HERE / name) for name in SOURCES),
        "-o",
        str(partial),
        "-lm",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RendererBuildError(done.stderr)
    os.replace(partial, library)
    return library


@cache
def library() -> ctypes.CDLL:
    """The compiled ray-caster, with its tone curve made."""
    loaded = ctypes.CDLL(str(build(os.environ.get("LOCI_MARCH", "native"))))
    loaded.make_curve()
    return loaded


def pointer(array: npt.NDArray[np.generic]) -> ctypes.c_void_p:
    """The address of a contiguous array."""
    if not array.flags["C_CONTIGUOUS"]:
        raise ValueError("the renderer reads contiguous arrays only")
    return ctypes.c_void_p(array.ctypes.data)


def _poses(poses: npt.ArrayLike) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(np.asarray(poses, np.float32).reshape(-1, 3))


def render(
    scene: Scene, poses: npt.ArrayLike, width: int, height: int, supersample: int = 2, view: float = 1.0
) -> npt.NDArray[np.uint8]:
    """Draws the scene from each pose (x, z, yaw) [F, 3] in scene coordinates: RGB uint8 [F, height, width,
    3].

    `view` is the tangent of half the horizontal field of view: 1 is 90°. A pixel takes supersample² samples
    where its samples meet different surfaces.
    """
    cameras = _poses(poses)
    if height * supersample > 2048:
        raise ValueError("at most 2048 rows of samples")
    out = np.empty((len(cameras), height, width, 3), np.uint8)
    floor = np.empty((LIGHTMAP, LIGHTMAP), np.float32)
    library().light_floor(
        pointer(scene.parts), len(scene.parts), pointer(scene.room_row), pointer(scene.lights), pointer(floor)
    )
    failed = library().render_frames(
        pointer(scene.parts),
        len(scene.parts),
        pointer(scene.room_row),
        pointer(scene.materials),
        pointer(scene.lights),
        pointer(texture_atlas()),
        pointer(floor),
        pointer(cameras),
        len(cameras),
        ctypes.c_float(view),
        width,
        height,
        supersample,
        pointer(out),
    )
    if failed:
        raise MemoryError("the renderer found no memory for its buffers")
    return out


def buffers(
    scene: Scene, pose: npt.ArrayLike, width: int, height: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """One pose's depth along z (metres) and surface ids (see raycast.h), both [height, width]."""
    cameras = _poses(pose)
    depth, ids = np.empty((height, width), np.float32), np.empty((height, width), np.int32)
    library().cast_buffers(
        pointer(scene.parts),
        len(scene.parts),
        pointer(scene.room_row),
        pointer(cameras),
        width,
        height,
        pointer(depth),
        pointer(ids),
    )
    return depth, ids
