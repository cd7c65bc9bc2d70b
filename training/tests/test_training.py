"""Training resumes after a kill as if nothing had happened, and follows its seeds."""

import shutil
from pathlib import Path

import numpy as np
import torch

from model.perception import rays
from training import perception_training, text_training
from training.checkpoints import load, save
from training.pairs import make_pair_batch, mirror
from training.perception_training import PerceptionRun, correspondence
from training.plan import Schedule
from training.texts import text_records
from training.tours import make_tour, simulate_perception
from world.splits import TRAIN


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_a_killed_text_training_ends_at_the_checkpoint_of_an_uninterrupted_one(tmp_path: Path) -> None:
    records = text_records(range(2))
    text_training.train(tmp_path / "whole", records, Schedule(4))
    text_training.train(tmp_path / "killed", records, Schedule(2, planned_steps=4))
    text_training.train(tmp_path / "killed", records, Schedule(4))
    assert same(load(tmp_path / "whole", "text")["decoder"], load(tmp_path / "killed", "text")["decoder"])


def test_a_killed_perception_training_ends_at_the_checkpoint_of_an_uninterrupted_one(tmp_path: Path) -> None:
    perception_training.train(PerceptionRun(tmp_path / "whole", Schedule(2), pairs=2))
    perception_training.train(PerceptionRun(tmp_path / "killed", Schedule(1, planned_steps=2), pairs=2))
    perception_training.train(PerceptionRun(tmp_path / "killed", Schedule(2), pairs=2))
    assert same(load(tmp_path / "whole", "perception")["net"], load(tmp_path / "killed", "perception")["net"])


def test_a_checkpoint_survives_a_kill_between_its_two_renames(tmp_path: Path) -> None:
    save(tmp_path, "x", {"a": torch.arange(3), "list": [1, "two", {"b": torch.zeros(2)}]})
    shutil.move(tmp_path / "x", tmp_path / "x.old")
    state = load(tmp_path, "x")
    assert torch.equal(state["a"], torch.arange(3)) and state["list"][1] == "two"


def test_checkpoint_files_stay_below_sixteen_mebibytes(tmp_path: Path) -> None:
    state = {"weights": [torch.zeros(2**20) for _ in range(9)]}
    path = save(tmp_path, "big", state)
    assert max(f.stat().st_size for f in path.iterdir()) <= 16 * 2**20
    assert len(load(tmp_path, "big")["weights"]) == 9


def test_seeds_reproduce_batches_tours_and_simulated_perception() -> None:
    first, again = make_pair_batch(5, 4, TRAIN), make_pair_batch(5, 4, TRAIN)
    assert same(first, again)
    one, two = make_tour(11, 12.0), make_tour(11, 12.0)
    assert one.records == two.records
    seen = [simulate_perception(tour, np.random.default_rng(3)) for tour in (one, two)]
    assert all(np.array_equal(seen[0][name], seen[1][name]) for name in seen[0])


def test_the_mirror_of_a_mirror_is_the_batch() -> None:
    batch = make_pair_batch(1, 2, TRAIN)
    assert same(mirror(mirror(batch)), batch)


def test_cells_of_a_standing_camera_correspond_to_themselves() -> None:
    depth = torch.full((1, 12, 16), 3.0)
    weights, visible = correspondence(depth, depth, torch.tensor([[1.0, 0.0, 0.0, 0.0]]))
    assert visible.all()
    assert torch.allclose(weights[0], torch.eye(192), atol=1e-5)


def test_the_rays_of_the_grid_span_ninety_degrees() -> None:
    found = rays(96, 128)
    assert torch.allclose(found[:, 0].abs().max(), torch.tensor(127 / 128))
