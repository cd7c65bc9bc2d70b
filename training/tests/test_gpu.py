"""What a GPU is fed by, on the device that every machine has."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.loci import Loci
from model.vocabulary import TOKENS
from training import pair_pool, phases
from training.batches import DeviceTokens, collate, draw_tours
from training.checkpoints import load, save
from training.pair_pool import PairPool
from training.pairs import PAIRS_PER_SCENE, draw_pairs_of_any_scene, make_pair_batch
from training.plan import TrainingPlan
from training.prefetch import Prefetcher
from training.recordings import Recording, write_recordings
from training.sources import RecordedTours
from training.texts import text_records
from training.tours import make_tour, simulate_perception
from training.train import save_model
from world.splits import TRAIN

DEVICE = "cpu:0"  # named as a GPU would be, it takes the GPU's way through the code


@pytest.fixture(scope="module")
def recordings() -> list[Recording]:
    """Recordings with simulated perception in the place of the nets'."""
    out = []
    for seed in (11, 18):
        tour = make_tour(seed, 9.0)
        seen = {
            name: value.astype(np.float16)
            for name, value in simulate_perception(tour, np.random.default_rng(seed)).items()
        }
        out.append(Recording(seed, 9.0, seen | {"poses": tour.poses}))
    return out


def drawn(number: int) -> dict[str, torch.Tensor]:
    """The scene of a number, as the pool's processes draw it."""
    pairs = draw_pairs_of_any_scene(TRAIN, PAIRS_PER_SCENE, np.random.default_rng([number, 17]))
    return {name: torch.from_numpy(value) for name, value in pairs.items()}


def test_the_pool_gives_pairs_that_belong_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_pool, "LEAST", 3)
    pool = PairPool(6, TRAIN, 5, 2, DEVICE, held=4)
    try:
        batch, alike = next(pool), make_pair_batch(0, 6, TRAIN)
        assert {name: (value.shape, value.dtype) for name, value in batch.items()} == {
            name: (value.shape, value.dtype) for name, value in alike.items()
        }
        while pool.drawn < 6:  # beyond what it holds
            batch = next(pool)
    finally:
        pool.close()
    # a process may be ahead of the other by all that waits
    scenes = [drawn(number) for number in range(5, 5 + 2 * pool.drawn)]
    for pair in range(6):
        pair_held = {
            name: (value[pair], value[pair] if name == "motion" else value[pair + 6])
            for name, value in batch.items()
        }

        def same(scene: dict, at: int, drawn: dict = pair_held) -> bool:
            both = {
                name: (value[at], value[at] if name == "motion" else value[at + PAIRS_PER_SCENE])
                for name, value in scene.items()
            }
            return all(
                torch.equal(mine, theirs)
                for name in both
                for mine, theirs in zip(both[name], drawn[name], strict=True)
            )

        assert any(same(scene, at) for scene in scenes for at in range(PAIRS_PER_SCENE))


def test_tokens_that_a_device_holds_are_those_that_tours_carry(recordings: list[Recording]) -> None:
    device_tokens = DeviceTokens(recordings, DEVICE)
    carried, named = (
        RecordedTours(recordings, elsewhere).tours(0, np.random.default_rng(3), 2)
        for elsewhere in (False, True)
    )
    whole = collate(draw_tours(carried, np.random.default_rng(4), 3))
    parts = collate(draw_tours(named, np.random.default_rng(4), 3), DEVICE, device_tokens)
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(whole.tokens, parts.tokens, strict=True))
    assert torch.equal(whole.objects, parts.objects)
    assert torch.equal(whole.texts.target, parts.texts.target)


def test_tokens_held_elsewhere_cannot_be_taken_from_nowhere(recordings: list[Recording]) -> None:
    drawn = draw_tours(
        RecordedTours(recordings, on_device=True).tours(0, np.random.default_rng(3), 2),
        np.random.default_rng(4),
        3,
    )
    with pytest.raises(ValueError, match="held elsewhere"):
        collate(drawn)


def test_steps_drawn_ahead_come_once_each() -> None:
    prefetched = Prefetcher(lambda step: step * step, 3, 2)
    try:
        drawn = [next(prefetched) for _ in range(8)]
        assert len(set(drawn)) == len(drawn)
        assert set(drawn) <= {step * step for step in range(3, 100)}
    finally:
        prefetched.close()


def test_a_process_that_fails_to_draw_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.prefetch.POLL_SECONDS", 0.1)

    def fail(step: int) -> int:
        raise ZeroDivisionError

    prefetched = Prefetcher(fail, 0, 1)
    try:
        with pytest.raises(RuntimeError, match="ended"):
            next(prefetched)
    finally:
        prefetched.close()


def test_training_for_a_gpu_goes_on_from_earlier_weights(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loci = Loci()
    save(tmp_path / "begin", "loci", {"loci": loci.state_dict(), "words": TOKENS, "batches": 7})
    for module, name, value in (
        (pair_pool, "LEAST", 1),
        (pair_pool, "HELD", 2),
        (phases, "GPU_TOURS_A_STEP", 2),
        (phases, "NOVELTY_BATCHES", 1),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(phases, "build_rehearsal", lambda scenes: text_records(TRAIN[:1]))
    monkeypatch.setattr("training.perception_training.GPU_PAIRS", 2)
    plan = TrainingPlan(tmp_path, 1.0, 1, tmp_path / "begin", DEVICE)
    phases.perception_phase(plan, 0, 1.0)
    (tmp_path / "recordings").mkdir()
    write_recordings(tmp_path / "recordings" / "0.pt", recordings)
    phases.gpu_reading_phase(plan, 0, 1.0)
    save_model(tmp_path, load(tmp_path, "recorded")["loci"])
    saved = load(tmp_path, "loci")
    assert saved["batches"] > 7
    assert saved["words"] == TOKENS
    assert any(
        not torch.equal(value, saved["loci"][name])
        for name, value in loci.state_dict().items()
        if name.startswith("decoder.")
    )
    assert any(
        not torch.equal(value, saved["loci"][name])
        for name, value in loci.state_dict().items()
        if name.startswith("see.net.")
    )
