"""Recordings: what the runtime would perceive, kept in files that a killed recording goes on from."""

import numpy as np
import pytest
import torch

from model.loci import Loci
from model.sizes import NANO
from model.walkthrough import localize_walk
from rendering.filming import film
from training import recordings as module
from training.pairs import relative_motion
from training.recordings import (
    FIRST_RECORDED,
    RECORDED,
    RECORDINGS_PER_FILE,
    Recording,
    load_recordings,
    perceive_frames,
    read_recordings,
    record_walks,
    write_recordings,
)
from training.sources import RecordedTours
from training.tours import make_tour, simulate_perception
from world.scenes import make_scene
from world.splits import TRAIN
from world.walks import make_walk


def test_recorded_perception_is_what_the_service_sees_chunk_by_chunk():
    torch.manual_seed(0)
    loci, scene = Loci().eval(), make_scene(18)
    walk = make_walk(scene, 0, 20.0)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    # without landmarks: an untrained net's objects are others in bfloat16
    seen = perceive_frames(loci.see, frames, objects=False)
    found = 0
    for chunk in localize_walk(loci, frames, objects=False):
        rows = np.flatnonzero(chunk.localized)
        place, found = chunk.first + rows, found + len(rows)
        for name in RECORDED:
            assert np.allclose(
                seen[name][place].astype(np.float32), chunk.arrays[name][rows], atol=8e-2, rtol=2e-2
            )  # bfloat16 against float32
        poses = chunk.arrays["camera_to_world"][rows]
        assert np.allclose(seen["poses"][place, :2], poses[:, [0, 2], 3], atol=6e-2)
    assert len(seen["poses"]) == len(frames) == found == 40


@pytest.fixture
def recording():
    """A recording of 20 s whose nets see as the simulation does, and know where the camera is."""
    tour = make_tour(18, 20.0)
    return Recording(18, 20.0, simulate_perception(tour, np.random.default_rng(0)) | {"poses": tour.poses})


def test_a_stretch_of_a_recording_is_a_tour_of_its_own(recording):
    whole, part = recording.stretch(0, 40, 1), recording.stretch(12, 36, 1)
    walk = recording.truth[1]
    assert part.frames == 24 and len(part.labels["object"]) == 24
    assert np.allclose(part.poses, relative_poses(walk.poses, 12, 36), atol=1e-5)
    assert np.allclose(part.seen["poses"], part.poses, atol=1e-5)
    assert np.allclose(whole.seen["poses"], whole.poses, atol=1e-5)
    for name in RECORDED:
        assert np.array_equal(part.seen[name], recording.seen[name][12:36])
    shown = (recording.truth[2]["pixels"][12:36] >= 60).any(0)
    assert np.array_equal(np.isfinite(part.first), shown)


def relative_poses(poses, first, past):
    """Poses (x, z, yaw) as the camera of frame `first` sees the world."""
    motion = relative_motion(np.repeat(poses[first : first + 1], past - first, 0), poses[first:past])
    return np.stack([motion[:, 2], motion[:, 3], poses[first:past, 2] - poses[first, 2]], -1)


def test_every_visit_of_a_recording_asks_anew(recording):
    asked = [
        [record_walks.question for record_walks in recording.stretch(0, 40, number).records]
        for number in (1, 1, 2)
    ]
    assert asked[0] == asked[1] != asked[2]


def test_a_recording_is_read_back_as_it_was_kept(recording, tmp_path):
    write_recordings(tmp_path / "0.pt", [recording, recording])
    for back in read_recordings(tmp_path / "0.pt"):
        assert (back.seed, back.seconds, back.frames) == (18, 20.0, 40)
        assert all(np.array_equal(value, back.seen[name]) for name, value in recording.seen.items())
        assert np.array_equal(back.truth[2]["object"], recording.truth[2]["object"])


def test_a_steps_stretches_are_about_equally_long_and_the_same_whenever_the_step_is_made(recording):
    source = RecordedTours([recording] * 3)
    drawn = [source.tours(7, np.random.default_rng(7), 4) for _ in range(2)]
    lengths = [tour.frames for tour in drawn[0]]
    assert len(lengths) == 4 and min(lengths) >= 0.79 * max(lengths) - 1
    assert [tour.records for tour in drawn[0]] == [tour.records for tour in drawn[1]]


@pytest.fixture
def drawn(monkeypatch):
    """The seeds that are recorded; one of seven scenes leaves nowhere to stand."""
    seeds = []

    def perceive_seed(see, seed, seconds):
        if seed % 7 == 0:
            raise ValueError("nowhere to stand")
        seeds.append(seed)
        return {}

    monkeypatch.setattr(module, "perceive_seed", perceive_seed)
    return seeds


def stop_after(monkeypatch, files):
    """Lets a recording see its time run out after so many files."""
    times = iter([0.0] * (files + 1))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(times, 100.0))


def seeds_of(folder):
    """The seeds of a folder's recordings."""
    return [recording.seed for recording in load_recordings(folder)]


def test_two_processes_record_all_scenes_between_them_each_once_and_in_order(tmp_path, drawn, monkeypatch):
    for rank in (1, 0):
        stop_after(monkeypatch, 2)
        record_walks(tmp_path, None, 50.0, rank, 2)
    first = TRAIN.start + FIRST_RECORDED
    assert seeds_of(tmp_path) == [seed for seed in range(first, first + 4 * RECORDINGS_PER_FILE) if seed % 7]
    assert sorted(drawn) == seeds_of(tmp_path)


def test_a_killed_recording_keeps_the_files_that_stand_and_a_finished_one_is_not_begun_again(
    tmp_path, drawn, monkeypatch
):
    (tmp_path / "recordings").mkdir()
    write_recordings(tmp_path / "recordings" / "0.pt", [Recording(-1, 1.0, {})])
    (tmp_path / "recordings" / "1.new").write_bytes(b"half a file")
    for _ in range(2):
        stop_after(monkeypatch, 2)
        record_walks(tmp_path, None, 50.0, 0, 1)
    first = TRAIN.start + FIRST_RECORDED + RECORDINGS_PER_FILE
    assert seeds_of(tmp_path) == [
        -1,
        *(seed for seed in range(first, first + RECORDINGS_PER_FILE) if seed % 7),
    ]
    assert len(drawn) == len(set(drawn)) == len(seeds_of(tmp_path)) - 1


def test_a_training_that_goes_on_records_other_walks_than_the_one_before(tmp_path, drawn, monkeypatch):
    stop_after(monkeypatch, 2)
    record_walks(tmp_path, None, 50.0, 1, 2, first=10)
    assert [path.stem for path in sorted((tmp_path / "recordings").iterdir())] == ["11", "13"]
    assert min(seeds_of(tmp_path)) >= TRAIN.start + FIRST_RECORDED + 11 * RECORDINGS_PER_FILE
