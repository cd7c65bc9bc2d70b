"""Fills samples/ with clips of test seeds, questions and what they show: `python -m evaluation.samples`."""

import argparse
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from questions.records import Record, make_questions
from questions.scoring import TASKS
from questions.visibility import Visibility
from rendering.clips import SAMPLE_QUALITY, write_clip
from rendering.labels import token_labels
from world.categories import CATEGORIES
from world.scenes import Scene, make_scene
from world.splits import TEST
from world.walks import make_walk, points_to_world

DURATIONS = [28, 40, 52, 66, 80, 100, 121, 125]  # seconds: three short, three mid, two long
QUESTIONS = 12  # of each clip
SAMPLES = Path(__file__).parents[2] / "samples"


def clip_questions(scene: Scene, seconds: float, limit: int = QUESTIONS) -> list[Record]:
    """The clip's questions, from its frames at 2 a second: one of each task that it can answer, then seconds,
    then thirds."""
    walk = make_walk(scene, 0, seconds)
    pixels = token_labels(scene, walk.poses)["pixels"]
    counts: Counter[str] = Counter()
    ranked: list[tuple[int, Record]] = []
    for record in make_questions(scene, walk, pixels, scene.seed, 4, varied=False):
        counts[record.question_type] += 1
        ranked.append((counts[record.question_type], record))
    chosen = sorted(ranked, key=lambda pair: pair[0])[:limit]
    return sorted((record for _, record in chosen), key=lambda record: record.id)


def clip_truth(scene: Scene, seconds: float) -> dict[str, object]:
    """What the clip shows, in the world of its first frame: room, objects, and the camera's (x, z, yaw) at 2
    frames/s."""
    walk = make_walk(scene, 0, seconds)
    visibility = Visibility(scene, walk, token_labels(scene, walk.poses)["pixels"])
    objects = [
        {
            "category": CATEGORIES[thing.category],
            "position": [round(value, 3) for value in visibility.positions[index]],
            "size": [round(value, 3) for value in thing.size],
            "first_seen_s": visibility.first_seen[index] if visibility.appeared[index] else None,
        }
        for index, thing in enumerate(scene.objects)
    ]
    positions = points_to_world(walk.poses[:, :2], walk.poses[0])
    path = [
        [round(float(x), 3), round(float(z), 3), round(float(yaw - walk.poses[0, 2]), 4)]
        for (x, z), yaw in zip(positions, walk.poses[:, 2], strict=True)
    ]
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
            if {record.question_type for record in clip_questions(scene, seconds)} >= set(TASKS):
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
    parser.add_argument("--out", type=Path, default=SAMPLES)
    parser.add_argument("--clips", type=int, default=len(DURATIONS), help="only the first so many")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows, truths = [], []
    for scene, seconds in choose_scenes(DURATIONS[: options.clips]):
        path = options.out / f"walk-{scene.seed}.mp4"
        write_clip(scene, make_walk(scene, 0, seconds, SAMPLE_QUALITY.rate), path)
        rows += [benchmark_row(record) for record in clip_questions(scene, seconds)]
        truths.append(clip_truth(scene, seconds))
        print(f"{path.name}: {seconds} s, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    (options.out / "questions.json").write_text(json.dumps(rows, indent=1) + "\n")
    (options.out / "truths.json").write_text(json.dumps(truths, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
