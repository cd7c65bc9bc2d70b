"""Writes questions of further tasks about the samples' clips: `python -m evaluation.further`."""

import argparse
import json
from pathlib import Path

from evaluation.samples import DURATIONS, SAMPLES, benchmark_row, choose_scenes
from questions.further_drafts import further_questions
from questions.visibility import Visibility
from rendering.labels import token_labels
from world.walks import make_walk

PER_TASK = 6  # of each clip, at most


def main() -> None:
    """Fills a folder with questions.jsonl."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SAMPLES / "further")
    parser.add_argument("--clips", type=int, default=len(DURATIONS), help="only the first so many")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for scene, seconds in choose_scenes(DURATIONS[: options.clips]):
        walk = make_walk(scene, 0, seconds)
        visibility = Visibility(scene, walk, token_labels(scene, walk.poses)["pixels"])
        lines += [json.dumps(benchmark_row(r)) + "\n" for r in further_questions(scene, visibility, PER_TASK)]
    (options.out / "questions.jsonl").write_text("".join(lines))
    print(f"{len(lines)} questions in {options.out}")


if __name__ == "__main__":
    main()
