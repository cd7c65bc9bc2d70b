"""The training's phases: reading resumes, pairs are what the pose graph asks for, and an earlier training is
gone on from."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.loci import Loci
from model.vocabulary import TOKENS
from training import pairs, phases, reading_training, train
from training.checkpoints import load, save
from training.pairs import GAPS, draw_pairs
from training.phases import load_perception, load_start, part_weights, zero_learned_channels
from training.plan import Schedule, TrainingPlan
from training.reading_training import ReadingData, ReadingRun
from training.recordings import Recording, write_recordings
from training.sources import RecordedTours
from training.texts import text_records
from training.tours import make_tour, simulate_perception
from world.splits import TRAIN
from world.walks import NowhereToStand


def test_a_killed_reading_ends_at_the_checkpoint_of_an_uninterrupted_one(tmp_path: Path) -> None:
    tours = {seed: make_tour(seed, 8.0) for seed in (11, 18)}
    source = RecordedTours(
        [
            Recording(
                seed, 8.0, simulate_perception(tour, np.random.default_rng(seed)) | {"poses": tour.poses}
            )
            for seed, tour in tours.items()
        ]
    )

    def read(folder: str, steps: int) -> None:
        torch.manual_seed(5)
        run = ReadingRun(tmp_path / folder, Schedule(steps))
        reading_training.train(run, Loci(), ReadingData(source, 2, 3))

    read("whole", 2)
    read("killed", 1)
    read("killed", 2)
    whole, killed = (load(tmp_path / name, "reading") for name in ("whole", "killed"))
    for part in ("loci", "recall"):
        assert all(torch.equal(value, killed[part][name]) for name, value in whole[part].items())


def test_the_frames_of_a_pair_lie_as_many_frames_apart_as_the_pose_graph_asks_for_or_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(
        pairs,
        "film",
        lambda scene, poses, times, width, height, walk: (
            asked.append(times) or np.zeros((len(times), 1, 1, 3), np.uint8)
        ),
    )
    for jumps, wanted in (
        (0.0, lambda apart: apart == set(GAPS)),
        (1.0, lambda apart: min(apart) < 0 and max(apart) > max(GAPS)),
    ):
        monkeypatch.setattr(pairs, "JUMPS", jumps)
        draw_pairs(TRAIN.start + 3, 16, np.random.default_rng(0))
        apart = np.diff(asked.pop().reshape(2, 16), axis=0)[0] * 2
        assert wanted(set(np.round(apart).astype(int)))


def test_a_scene_that_leaves_nowhere_to_stand_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def crowded(seed: int, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        seeds.append(seed)
        if len(seeds) < 3:
            raise NowhereToStand
        return {"seed": np.array(seed)}

    monkeypatch.setattr(pairs, "draw_pairs", crowded)
    assert pairs.draw_pairs_of_any_scene(TRAIN, 1, np.random.default_rng(0)) == {"seed": np.array(seeds[-1])}
    assert len(set(seeds)) == 3


def test_an_earlier_training_is_gone_on_from_by_its_parts(tmp_path: Path) -> None:
    assert load_start(None) is None
    with pytest.raises(FileNotFoundError):
        load_perception(tmp_path)
    loci = Loci()
    save(tmp_path, "loci", {"loci": loci.state_dict(), "words": ["a", "b"], "batches": 7})
    state = load_start(tmp_path)
    assert state["words"] == ["a", "b"]
    assert part_weights(state["loci"], "see.motion.").keys() == loci.see.motion.state_dict().keys()


def test_learned_channels_begin_unread() -> None:
    torch.manual_seed(6)
    loci = Loci()
    tokens = [
        torch.randn(1, 48, 96),
        torch.randn(1, 48, 64),
        torch.randn(1, 1, 64),
        *torch.randn(2, 1, 48, 3),
        torch.rand(1, 48),
        torch.eye(4)[None],
    ]
    other = [tokens[0].clone(), tokens[1].clone(), tokens[2].clone(), *tokens[3:]]
    other[0][..., 16:] += 1
    other[1][..., 12:] += 1
    other[2][..., 3:] += 1
    assert not torch.allclose(
        loci.representation(*tokens, torch.zeros(1)), loci.representation(*other, torch.zeros(1))
    )
    zero_learned_channels(loci)
    assert torch.allclose(
        loci.representation(*tokens, torch.zeros(1)), loci.representation(*other, torch.zeros(1))
    )


def test_reading_goes_on_by_itself_and_perception_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loci, tour = Loci(), make_tour(18, 9.0)
    save(tmp_path / "begin", "loci", {"loci": loci.state_dict(), "words": TOKENS, "batches": 7})
    (tmp_path / "recordings").mkdir()
    write_recordings(
        tmp_path / "recordings" / "10.pt",
        [Recording(18, 9.0, simulate_perception(tour, np.random.default_rng(0)) | {"poses": tour.poses})],
    )
    monkeypatch.setattr(phases, "build_rehearsal", lambda scenes: text_records(TRAIN[:1]))
    monkeypatch.setattr(
        train, "run_processes", lambda plan, name, processes, phase, *settings: phase(plan, 0, *settings)
    )
    train.read_on(TrainingPlan(tmp_path, 0.02, 1, tmp_path / "begin", first_recording=10))
    saved, before = load(tmp_path, "loci"), loci.state_dict()
    assert (saved["words"], saved["batches"]) == (TOKENS, 7)
    for name, value in saved["loci"].items():
        if name.startswith("see."):
            assert torch.equal(value, before[name])
    assert not torch.equal(saved["loci"]["reader.mix.weight"], before["reader.mix.weight"])
