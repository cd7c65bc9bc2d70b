"""Clips: real video files whose pictures and questions are those of their seeds."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation import testset, walks
from evaluation.samples import benchmark_row, clip_questions, clip_truth
from evaluation.walks import walk_duration
from questions.further_drafts import FURTHER_DRAFTERS
from questions.scoring import CHOICE_TASKS, TASKS, VSTI_TASKS
from rendering.clips import ClipError, Encoding, write_clip
from rendering.filming import film
from world.scenes import make_scene
from world.splits import TEST, split_of
from world.walks import make_walk

FFMPEG = (
    os.environ.get("FFMPEG")
    or shutil.which("ffmpeg")
    or next(map(str, Path(__file__).parents[2].glob("node_modules/@ffmpeg-binary/*/ffmpeg")), None)
)
SAMPLES = Path(__file__).parents[2] / "samples"
SMALL = Encoding(width=192, height=144, rate=12, supersample=2)


@pytest.mark.skipif(FFMPEG is None, reason="decoding needs ffmpeg")
def test_a_clip_decodes_to_what_was_filmed_on_the_walk(tmp_path, monkeypatch):
    monkeypatch.setenv("FFMPEG", FFMPEG)
    scene = make_scene(900_004)
    walk = make_walk(scene, 0, 3.0, SMALL.rate)
    write_clip(scene, walk, tmp_path / "walk.mp4", SMALL)
    command = [
        FFMPEG,
        "-loglevel",
        "error",
        "-i",
        str(tmp_path / "walk.mp4"),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    decoded = subprocess.run(command, capture_output=True, check=True).stdout
    frames = np.frombuffer(decoded, np.uint8).reshape(-1, SMALL.height, SMALL.width, 3)
    filmed = film(scene, walk.poses, walk.times, SMALL.width, SMALL.height).astype(float)
    assert len(frames) == len(walk.times) == 36
    off = [[np.abs(frame - other).mean() for other in filmed[[0, 18, 35]]] for frame in frames[[0, 18, 35]]]
    assert max(np.diag(off)) < 6
    assert np.argmin(off, 1).tolist() == [0, 1, 2]


def test_without_an_encoder_there_is_no_clip(tmp_path, monkeypatch):
    monkeypatch.delenv("FFMPEG", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    scene = make_scene(900_004)
    with pytest.raises(ClipError):
        write_clip(scene, make_walk(scene, 0, 0.2, SMALL.rate), tmp_path / "walk.mp4", SMALL)


@pytest.fixture(scope="module")
def records():
    return [record for seed in (900_000, 900_001) for record in testset.evaluation_questions(seed, 2)]


def test_a_line_of_a_test_set_has_the_benchmarks_form_and_tells_no_trace(records):
    for record in records:
        written = json.loads(testset.question_line(record))
        assert written["dataset"] == testset.DATASET and written["scene_name"] == f"walk-{record.id // 100}"
        assert "trace" not in written
        for name in ("id", "question_type", "question", "options", "ground_truth"):
            assert written[name] == getattr(record, name)


def test_choices_of_vsti_bench_carry_their_letter_as_its_files_have_it_and_nothing_else_does(records):
    choices = {
        record.question_type for record in records if "mc_answer" in json.loads(testset.question_line(record))
    }
    assert choices and choices == {record.question_type for record in records} & set(VSTI_TASKS) & set(
        CHOICE_TASKS
    )
    for record in records:
        written = json.loads(testset.question_line(record))
        assert written.get("mc_answer", record.ground_truth) == record.ground_truth
        assert "mc_answer" not in json.loads(testset.question_line(replace(record, options=None)))


def test_a_clip_that_stands_is_kept_and_a_missing_one_is_filmed_at_the_sampled_moments(tmp_path, monkeypatch):
    filmed = []

    def write(scene, walk, path, encoding):
        filmed.append((scene.seed, walk.times))
        path.touch()

    monkeypatch.setattr(testset, "write_clip", write)
    (tmp_path / testset.DATASET).mkdir()
    first, again = (testset.PlannedClip(900_001, tmp_path).write() for _ in range(2))
    assert first and first == again == testset.evaluation_questions(900_001, 2)
    assert [path.name for path in (tmp_path / testset.DATASET).iterdir()] == ["walk-900001.mp4"]
    (seed, times), *more = filmed
    assert seed == 900_001 and not more
    assert np.allclose(times[::2] % 0.5, 0)


def test_a_scene_that_leaves_nowhere_to_stand_has_no_clip_and_no_questions(tmp_path, monkeypatch):
    def nowhere(seed, *asked):
        raise ValueError("the scene leaves nowhere to stand")

    monkeypatch.setattr(walks, "evaluation_walk", nowhere)
    assert testset.PlannedClip(900_001, tmp_path).write() == []
    assert not list(tmp_path.iterdir())


def test_further_walks_are_short_and_asked_for_the_size_of_the_room_alone(tmp_path):
    clips = testset.plan_clips(tmp_path, TEST, walks=4, rooms=6, per_task=8, rate=2)
    assert [clip.seed for clip in clips[:4]] == list(TEST[:4]) and {clip.encoding.rate for clip in clips} == {
        2
    }
    assert len({clip.seed for clip in clips}) == 10 and all(
        walk_duration(clip.seed)[0] == "short" for clip in clips[4:]
    )
    records = [testset.evaluation_questions(clip.seed, clip.per_task, clip.tasks) for clip in clips[4:]]
    assert {record.question_type for records in records for record in records} == {
        "room_size_estimation"
    } and max(map(len, records)) == 1


def test_long_walks_go_through_large_places_of_their_own_and_are_asked_every_kind_of_question(tmp_path):
    clips = testset.plan_long_clips(tmp_path, TEST, [10, 20], walks=2, per_task=8, rate=2)
    assert [clip.seconds for clip in clips] == [600, 1200, 600, 1200]
    assert len({clip.seed for clip in clips}) == 4 and min(clip.seed for clip in clips) >= TEST[10_000]
    assert all(len(make_scene(clip.seed).rooms) >= 3 for clip in clips)
    asked = {record.question_type for clip in clips for record in clip.questions()}
    assert {*TASKS, *FURTHER_DRAFTERS, "camera_displacement"} - asked == set()


def test_the_moments_of_an_hour_are_whole_seconds_from_all_over_it():
    records = testset.evaluation_questions(910_031, 8, ["camera_displacement", "camera_obj_abs_dist"], 3600)
    moments = [int(second) for record in records for second in re.findall(r"(\d+) seconds", record.question)]
    assert len(moments) > 4 and max(moments) > 1800 and max(moments) < 3600


@pytest.fixture(scope="module")
def shipped():
    truths = json.loads((SAMPLES / "truths.json").read_text())
    rows = json.loads((SAMPLES / "questions.json").read_text())
    return [
        (
            t,
            make_scene(int(t["scene_name"].split("-")[1])),
            [r for r in rows if r["scene_name"] == t["scene_name"]],
        )
        for t in truths
    ]


def test_the_shipped_questions_and_truths_are_those_of_their_seeds(shipped):
    for truth, scene, rows in shipped:
        assert rows == [benchmark_row(r) for r in clip_questions(scene, truth["seconds"])]
        assert truth == json.loads(json.dumps(clip_truth(scene, truth["seconds"])))


def test_the_shipped_clips_are_of_test_seeds_in_three_durations_with_every_task(shipped):
    seconds = [truth["seconds"] for truth, _, _ in shipped]
    assert (
        sum(s < 60 for s in seconds) >= 3
        and sum(60 <= s <= 120 for s in seconds) >= 3
        and sum(s > 120 for s in seconds) >= 2
    )
    for truth, scene, rows in shipped:
        assert split_of(scene.seed) == "test"
        assert 7 <= len(rows) <= 14
        assert (SAMPLES / f"{truth['scene_name']}.mp4").exists()
        assert all(r["dataset"] == "samples" and re.fullmatch(r"walk-\d+", r["scene_name"]) for r in rows)
    assert all({r["question_type"] for r in rows} == set(TASKS) for _, _, rows in shipped)
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) <= 22e6


def test_more_questions_begin_with_the_few_and_have_ids_of_their_own() -> None:
    few, more = (testset.evaluation_questions(900_001, per_task) for per_task in (2, 8))
    assert {record.question for record in few} < {record.question for record in more}
    assert len({record.id for record in more}) == len(more)
    of_vsti = Counter(record.question_type for record in more if record.question_type in VSTI_TASKS)
    assert of_vsti and max(of_vsti.values()) == 2
