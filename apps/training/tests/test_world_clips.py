"""Clips: real video files whose pictures and questions are those of their seeds."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from loci_training.clips import HEIGHT, RATE, WIDTH, benchmark_row, clip_questions, truth, write_clip
from loci_training.metrics import TASKS
from loci_training.renderer import render
from loci_training.scenes import make_scene
from loci_training.splits import split_of
from loci_training.walks import make_walk

FFMPEG = os.environ.get("FFMPEG") or shutil.which("ffmpeg")
SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.mark.skipif(FFMPEG is None, reason="decoding needs ffmpeg")
def test_a_clip_decodes_to_the_rendered_frames(tmp_path):
    scene = make_scene(900_004)
    walk = make_walk(scene, 0, 2.0, RATE)
    write_clip(scene, walk, tmp_path / "walk.mp4")
    command = [FFMPEG, "-loglevel", "error", "-i", str(tmp_path / "walk.mp4"), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    decoded = subprocess.run(command, capture_output=True, check=True).stdout
    frames = np.frombuffer(decoded, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    assert len(frames) == len(walk.times) == 2 * RATE
    for index in (0, 10, 23):
        drawn = render(scene, walk.poses[index], WIDTH, HEIGHT)[0].astype(float)
        assert np.abs(frames[index] - drawn).mean() < 6


@pytest.fixture(scope="module")
def shipped():
    truths = json.loads((SAMPLES / "truths.json").read_text())
    rows = json.loads((SAMPLES / "questions.json").read_text())
    return [(t, make_scene(int(t["scene_name"].split("-")[1])), [r for r in rows if r["scene_name"] == t["scene_name"]]) for t in truths]


def test_the_shipped_questions_and_truths_are_those_of_their_seeds(shipped):
    for told, scene, rows in shipped:
        assert rows == [benchmark_row(r) for r in clip_questions(scene, told["seconds"])]
        assert told == json.loads(json.dumps(truth(scene, told["seconds"])))


def test_the_shipped_clips_are_of_test_seeds_in_three_durations_with_every_task(shipped):
    seconds = [told["seconds"] for told, _, _ in shipped]
    assert sum(s < 60 for s in seconds) >= 3 and sum(60 <= s <= 120 for s in seconds) >= 3 and sum(s > 120 for s in seconds) >= 2
    for told, scene, rows in shipped:
        assert split_of(scene.seed) == "test"
        assert 7 <= len(rows) <= 14
        assert (SAMPLES / f"{told['scene_name']}.mp4").exists()
        assert all(r["dataset"] == "samples" and re.fullmatch(r"walk-\d+", r["scene_name"]) for r in rows)
    assert all({r["question_type"] for r in rows} == set(TASKS) for _, _, rows in shipped[1:])
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) <= 22e6
