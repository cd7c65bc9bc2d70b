"""Walks as H.264 clips, encoded by ffmpeg. The binary comes from $FFMPEG or PATH."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rendering.filming import film
from world.scenes import Scene
from world.walks import Walk

NOISE = 1.5  # standard deviation of the sensor's noise, in 8-bit steps
BLOCK = 24  # frames drawn at once


class ClipError(RuntimeError):
    """ffmpeg is missing or refused the frames."""


def ffmpeg() -> str:
    """The binary. Raises ClipError where there is none."""
    found = os.environ.get("FFMPEG") or shutil.which("ffmpeg")
    if not found:
        raise ClipError("no ffmpeg: set $FFMPEG or put it on PATH")
    return found


@dataclass(frozen=True)
class Encoding:
    """How a clip is drawn and compressed: pixels, frames a second, samples a pixel's side, x264's
    settings."""

    width: int = 640
    height: int = 480
    rate: float = 12
    supersample: int = 2
    settings: tuple[str, ...] = ("-preset", "slow", "-crf", "24", "-maxrate", "400k", "-bufsize", "1600k")

    def command(self, path: Path) -> list[str]:
        """ffmpeg from raw RGB frames on its input to an mp4."""
        source = f"-f rawvideo -pix_fmt rgb24 -s {self.width}x{self.height} -r {self.rate} -i - -an".split()
        codec = ["-c:v", "libx264", *self.settings, "-threads", "1", "-g", str(int(2 * self.rate))]
        output = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
        return [ffmpeg(), "-y", "-loglevel", "error", *source, *codec, *output]


SAMPLE_QUALITY = Encoding()


def _noisy_frames(scene: Scene, walk: Walk, encoding: Encoding) -> Iterator[bytes]:
    rng, (width, height) = np.random.default_rng(scene.seed), (encoding.width, encoding.height)
    # One large field of noise, shifted at random from frame to frame, costs a tenth of drawing it anew.
    field = rng.normal(0, NOISE, (height + 64, width + 64, 3))
    field = np.round(field).astype(np.int16)
    for start in range(0, len(walk.poses), BLOCK):
        poses, times = walk.poses[start : start + BLOCK], walk.times[start : start + BLOCK]
        for frame in film(scene, poses, times, width, height, 0, encoding.supersample):
            y, x = rng.integers(0, 64, 2)
            noisy = frame + field[y : y + height, x : x + width]
            yield np.clip(noisy, 0, 255).astype(np.uint8).tobytes()


def write_clip(scene: Scene, walk: Walk, path: Path, encoding: Encoding = SAMPLE_QUALITY) -> None:
    """Films the walk, which is sampled at the encoding's rate, and writes it as an H.264 mp4."""
    process = subprocess.Popen(encoding.command(path), stdin=subprocess.PIPE)
    if process.stdin is None:
        raise ClipError("ffmpeg has no input")
    try:
        for frame in _noisy_frames(scene, walk, encoding):
            process.stdin.write(frame)
    finally:
        process.stdin.close()
        if process.wait() != 0:
            raise ClipError(f"ffmpeg ended with {process.returncode}")
