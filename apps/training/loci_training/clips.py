"""Writes walks of test seeds as H.264 clips with their questions: `python -m loci_training.clips` fills samples/.

The ffmpeg binary comes from $FFMPEG or PATH.
"""

import argparse
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .categories import CATEGORIES
from .filming import film
from .labels import token_labels
from .metrics import TASKS
from .questions import Record, Sight, make_questions
from .scenes import Scene, make_scene
from .splits import TEST
from .walks import Walk, make_walk, points_to_world

# Seconds: three short, three mid, two long.
DURATIONS = [28, 40, 52, 66, 80, 100, 121, 125]
QUESTIONS = 12
NOISE = 1.5  # standard deviation of the sensor's noise, in 8-bit steps


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
    """How a clip is drawn and compressed: pixels, frames a second, samples a pixel's side, x264's settings."""

    width: int = 640
    height: int = 480
    rate: float = 12
    supersample: int = 2
    settings: tuple[str, ...] = ("-preset", "slow", "-crf", "24", "-maxrate", "400k", "-bufsize", "1600k")


def _frames(scene: Scene, walk: Walk, encoding: Encoding) -> Iterator[bytes]:
    rng, (width, height) = np.random.default_rng(scene.seed), (encoding.width, encoding.height)
    # One large field of noise, shifted at random from frame to frame, costs a tenth of drawing it anew.
    field = rng.normal(0, NOISE, (height + 64, width + 64, 3))
    field = np.round(field).astype(np.int16)
    for start in range(0, len(walk.poses), 24):
        block = slice(start, start + 24)
        for frame in film(
            scene, walk.poses[block], walk.times[block], width, height, 0, encoding.supersample
        ):
            y, x = rng.integers(0, 64, 2)
            noisy = frame + field[y : y + height, x : x + width]
            yield np.clip(noisy, 0, 255).astype(np.uint8).tobytes()


def write_clip(scene: Scene, walk: Walk, path: Path, encoding: Encoding = Encoding()) -> None:
    """Films the walk, which is sampled at the encoding's rate, and writes it as an H.264 mp4."""
    command = [
        ffmpeg(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{encoding.width}x{encoding.height}",
        "-r", str(encoding.rate), "-i", "-", "-an", "-c:v", "libx264", *encoding.settings, "-threads", "1",
        "-g", str(int(2 * encoding.rate)), "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    if process.stdin is None:
        raise ClipError("ffmpeg has no input")
    try:
        for frame in _frames(scene, walk, encoding):
            process.stdin.write(frame)
    finally:
        process.stdin.close()
        if process.wait() != 0:
            raise ClipError(f"ffmpeg ended with {process.returncode}")


def clip_questions(scene: Scene, seconds: float, limit: int = QUESTIONS) -> list[Record]:
    """The clip's questions, from its frames at 2 a second: one of each task that it can answer, then seconds, then thirds."""
    walk = make_walk(scene, 0, seconds)
    records = make_questions(
        scene, walk, token_labels(scene, walk.poses)["pixels"], scene.seed, 4, varied=False
    )
    turn: Counter[str] = Counter()
    ranked: list[tuple[int, Record]] = []
    for record in records:
        turn[record.question_type] += 1
        ranked.append((turn[record.question_type], record))
    chosen = sorted(ranked, key=lambda pair: pair[0])[:limit]
    return sorted((record for _, record in chosen), key=lambda r: r.id)


def truth(scene: Scene, seconds: float) -> dict[str, object]:
    """What the clip shows, in the world of its first frame: room, objects, and the camera's (x, z, yaw) at 2 frames/s."""
    walk = make_walk(scene, 0, seconds)
    sight = Sight(scene, walk, token_labels(scene, walk.poses)["pixels"])
    objects = [
        {
            "category": CATEGORIES[o.category],
            "position": [round(value, 3) for value in sight.at[index]],
            "size": [round(value, 3) for value in o.size],
            "first_seen_s": sight.first[index] if sight.appeared[index] else None,
        }
        for index, o in enumerate(scene.objects)
    ]
    ways = points_to_world(walk.poses[:, :2], walk.poses[0])
    path = [[round(float(x), 3), round(float(z), 3), round(float(yaw - walk.poses[0, 2]), 4)]
            for (x, z), yaw in zip(ways, walk.poses[:, 2], strict=True)]  # fmt: skip
    return {
        "scene_name": f"walk-{scene.seed}",
        "seconds": seconds,
        "room": list(scene.room),
        "objects": objects,
        "path": path,
    }


def choose_scenes(durations: list[int]) -> list[tuple[Scene, int]]:
    """For each duration the next test seed whose walk answers every task: coverage alone decides."""
    chosen, seeds = [], iter(TEST[3:])
    for seconds in durations:
        for seed in seeds:
            scene = make_scene(seed)
            if {r.question_type for r in clip_questions(scene, seconds)} >= set(TASKS):
                chosen.append((scene, seconds))
                break
    return chosen


def benchmark_row(record: Record) -> dict[str, object]:
    """The record as the benchmark's files have it, without the trace."""
    row = asdict(record)
    del row["trace"]
    return row


def main() -> None:
    """Fills a folder with clips, questions.json and truths.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[3] / "samples")
    parser.add_argument("--clips", type=int, default=len(DURATIONS), help="only the first so many")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows, truths = [], []
    for scene, seconds in choose_scenes(DURATIONS[: options.clips]):
        path = options.out / f"walk-{scene.seed}.mp4"
        write_clip(scene, make_walk(scene, 0, seconds, Encoding().rate), path)
        rows += [benchmark_row(r) for r in clip_questions(scene, seconds)]
        truths.append(truth(scene, seconds))
        print(f"{path.name}: {seconds} s, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    (options.out / "questions.json").write_text(json.dumps(rows, indent=1) + "\n")
    (options.out / "truths.json").write_text(json.dumps(truths, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
