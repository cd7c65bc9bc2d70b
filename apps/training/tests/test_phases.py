"""The training's phases: processes share their gradients, recordings are kept, reading resumes, and an earlier training is gone on from."""

import multiprocessing
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from loci_training import pairs, reading_training, recordings
from loci_training.checkpoints import load, save
from loci_training.model import Loci
from loci_training.pairs import GAPS, draw_pairs
from loci_training.parallel import join_group, leave_group, same_for_all, share_gradients
from loci_training.recordings import record, recorded_tours
from loci_training.sources import Recorded
from loci_training.splits import TRAIN
from loci_training.tours import make_tour
from loci_training.train import beginning, open_learned_channels, trained_perception, weights_of


def one_of_two(folder: Path, rank: int, out) -> None:
    torch.set_num_threads(1)
    join_group(folder, "test", rank, 2)
    weight, idle = torch.nn.Parameter(torch.zeros(2)), torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.tensor([1.0, 2.0]) * (1 + 2 * rank)
    if rank == 0:
        idle.grad = torch.ones(1)
    share_gradients([weight, idle])
    out.put((weight.grad.tolist(), idle.grad.tolist(), same_for_all(7.0 + rank)))
    leave_group()


def test_two_processes_share_the_mean_of_their_gradients_and_the_firsts_clock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    running = [context.Process(target=one_of_two, args=(tmp_path, rank, out)) for rank in range(2)]
    for process in running:
        process.start()
    told = [out.get(timeout=60) for _ in running]
    for process in running:
        process.join()
    assert told == [([2.0, 4.0], [0.5], 7.0)] * 2


def test_alone_a_process_keeps_its_gradients_as_they_are(tmp_path: Path) -> None:
    join_group(tmp_path, "alone", 0, 1)
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([1.0, 2.0])
    share_gradients([weight])
    assert weight.grad.tolist() == [1, 2] and same_for_all(3.5) == 3.5
    leave_group()


def test_recordings_are_made_once_and_read_in_the_order_of_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def recorded(see: object, seed: int, seconds: float) -> int:
        made.append(seed)
        if len(made) == 3:
            raise ValueError("nowhere to stand")
        if len(made) == 2 * recordings.BLOCK:
            (tmp_path / "stop").touch()
        return seed - TRAIN.start - recordings.FIRST_RECORDED

    monkeypatch.setattr(recordings, "record_tour", recorded)
    monkeypatch.setattr(recordings.time, "monotonic", lambda: 9.0 if (tmp_path / "stop").exists() else 0.0)
    (tmp_path / "tours").mkdir()
    (tmp_path / "tours" / "4.pkl").write_bytes(pickle.dumps(["stood before"]))
    record(tmp_path, None, 5.0, 0, 2)
    numbers = [n for n in range(25) if n != 2] + list(range(50, 75))
    assert recorded_tours(tmp_path) == [*numbers, "stood before"]
    record(tmp_path, None, 5.0, 0, 2)
    assert len(made) == 2 * recordings.BLOCK


def test_a_killed_reading_ends_at_the_checkpoint_of_an_uninterrupted_one(tmp_path: Path) -> None:
    source = Recorded([make_tour(seed, 8.0) for seed in (11, 18)])

    def read(folder: str, steps: int) -> None:
        torch.manual_seed(5)
        reading_training.train(tmp_path / folder, Loci(), source, steps, tours_a_step=2, questions=3)

    read("whole", 2)
    read("killed", 1)
    read("killed", 2)
    whole, killed = (load(tmp_path / name, "reading") for name in ("whole", "killed"))
    for part in ("loci", "recall"):
        assert all(torch.equal(value, killed[part][name]) for name, value in whole[part].items())


def test_the_frames_of_a_pair_lie_as_many_frames_apart_as_the_pose_graph_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(pairs, "film", lambda scene, poses, times, width, height, walk: asked.append(times) or np.zeros((len(times), 1, 1, 3), np.uint8))
    draw_pairs(TRAIN.start + 3, 16, np.random.default_rng(0))
    apart = np.diff(asked[0].reshape(2, 16), axis=0)[0] * 2
    assert set(np.round(apart).astype(int)) == set(GAPS)


def test_an_earlier_training_is_gone_on_from_by_its_parts(tmp_path: Path) -> None:
    assert beginning(None) is None
    with pytest.raises(FileNotFoundError):
        trained_perception(tmp_path)
    loci = Loci()
    save(tmp_path, "loci", {"loci": loci.state_dict(), "words": ["a", "b"]})
    state = beginning(tmp_path)
    assert state["words"] == ["a", "b"]
    assert weights_of(state["loci"], "see.motion.").keys() == loci.see.motion.state_dict().keys()


def test_learned_channels_begin_unread() -> None:
    torch.manual_seed(6)
    loci = Loci()
    tokens = [torch.randn(1, 48, 96), torch.randn(1, 48, 64), torch.randn(1, 1, 64), *torch.randn(2, 1, 48, 3), torch.rand(1, 48), torch.eye(4)[None]]
    other = [tokens[0].clone(), tokens[1].clone(), tokens[2].clone(), *tokens[3:]]
    other[0][..., 16:] += 1
    other[1][..., 12:] += 1
    other[2][..., 3:] += 1
    assert not torch.allclose(loci.representation(*tokens, torch.zeros(1)), loci.representation(*other, torch.zeros(1)))
    open_learned_channels(loci)
    assert torch.allclose(loci.representation(*tokens, torch.zeros(1)), loci.representation(*other, torch.zeros(1)))
