"""Recorded tours: what the runtime would perceive, kept in files that a killed recording goes on from."""

import pickle

import numpy as np
import pytest
import torch

from loci_training import recordings
from loci_training.features import KEPT, perceive_frames
from loci_training.filming import film
from loci_training.model import Loci
from loci_training.recordings import BLOCK, FIRST_RECORDED, record, recorded_tours
from loci_training.scenes import make_scene
from loci_training.sizes import NANO
from loci_training.splits import TRAIN
from loci_training.walks import make_walk
from loci_training.walkthrough import perceive_walk


def test_recorded_perception_is_what_the_runtime_sees_chunk_by_chunk():
    torch.manual_seed(0)
    loci, scene = Loci().eval(), make_scene(18)
    walk = make_walk(scene, 0, 20.0)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    seen = perceive_frames(loci.see, frames)
    for first, held, part in perceive_walk(loci, frames):
        kept = slice(NANO.overlap if first else 0, held)
        place = slice(first + kept.start, first + held)
        for name in KEPT:
            assert np.allclose(seen[name][place].astype(np.float32), part[name][kept], atol=2e-2, rtol=2e-3)
        assert np.allclose(seen["poses"][place, :2], part["camera_to_world"][kept][:, [0, 2], 3], atol=2e-3)
    assert len(seen["poses"]) == len(frames) == 40


@pytest.fixture
def drawn(monkeypatch):
    """The seeds that are recorded, where a tour is its seed; one of seven scenes leaves nowhere to stand."""
    seeds = []

    def record_tour(see, seed, seconds):
        if seed % 7 == 0:
            raise ValueError("nowhere to stand")
        seeds.append(seed)
        return seed

    monkeypatch.setattr(recordings, "record_tour", record_tour)
    return seeds


def stop_after(monkeypatch, files):
    """Lets a recording see its time run out after so many files."""
    times = iter([0.0] * (files + 1))
    monkeypatch.setattr(recordings.time, "monotonic", lambda: next(times, 100.0))


def test_two_processes_record_all_scenes_between_them_each_once_and_in_order(tmp_path, drawn, monkeypatch):
    for rank in (1, 0):
        stop_after(monkeypatch, 2)
        record(tmp_path, None, 50.0, rank, 2)
    first = TRAIN.start + FIRST_RECORDED
    assert recorded_tours(tmp_path) == [seed for seed in range(first, first + 4 * BLOCK) if seed % 7]
    assert sorted(drawn) == recorded_tours(tmp_path)


def test_a_killed_recording_keeps_the_files_that_stand_and_a_finished_one_is_not_begun_again(tmp_path, drawn, monkeypatch):
    (tmp_path / "tours").mkdir()
    (tmp_path / "tours" / "0.pkl").write_bytes(pickle.dumps(["kept"]))
    (tmp_path / "tours" / "1.new").write_bytes(b"half a file")
    for _ in range(2):
        stop_after(monkeypatch, 2)
        record(tmp_path, None, 50.0, 0, 1)
    first = TRAIN.start + FIRST_RECORDED + BLOCK
    assert recorded_tours(tmp_path) == ["kept", *(seed for seed in range(first, first + BLOCK) if seed % 7)]
    assert len(drawn) == len(set(drawn)) == len(recorded_tours(tmp_path)) - 1
