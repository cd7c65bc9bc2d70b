"""The ablation study: equal runs that resume, held-out walks that are recorded once, and a report of what is
done."""

import csv
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ablation import study as studies
from ablation.report import draw, finished_runs, mean_and_error, write_report
from ablation.study import Budget, Study, StudyPlan, Trainer, initial_model, steps_within
from ablation.variants import VARIANTS, representation_group
from evaluation.held_out import HELD_OUT_SEEDS, load_walks, summary, task_table
from evaluation.walks import DURATION_GROUPS, walk_duration
from model.loci import Loci
from model.vocabulary import TOKENS
from questions.scoring import TASKS
from training import memory_supervision
from training.batches import make_tour_batch
from training.checkpoints import load, save
from training.recordings import Recording, load_recordings, write_recordings
from training.sources import RecordedTours
from training.texts import text_records
from training.tours import make_tour, simulate_perception
from world.splits import TRAIN, split_of

BUDGET = Budget(steps=2, recorded=2, tours_a_step=2, questions=3, scenes=1)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A training's folder with two recordings, and one with a checkpoint to begin from."""
    folder = tmp_path_factory.mktemp("given")
    (folder / "recordings").mkdir()
    tours = {seed: make_tour(seed, 8.0) for seed in (11, 18)}
    made = [
        Recording(seed, 8.0, simulate_perception(tour, np.random.default_rng(seed)) | {"poses": tour.poses})
        for seed, tour in tours.items()
    ]
    write_recordings(folder / "recordings" / "0.pt", made)
    torch.manual_seed(8)
    save(folder / "begin", "loci", {"loci": Loci().state_dict(), "words": TOKENS})
    return folder, folder / "begin"


def rehearse_little(study: Study) -> None:
    """Lets a study rehearse the questions of one scene."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies, "build_rehearsal", lambda scenes: text_records(TRAIN[:1]))
        study.rehearsal()


def run_study(study: Study) -> None:
    study.complete(StudyPlan(("full", "no-memory"), seeds=1, walks=1, processes=1))


@pytest.fixture(scope="module")
def study(given: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study of two variants that was killed in its first run, and went on to its end."""
    made = Study(tmp_path_factory.mktemp("study"), *given)
    made.fix_budget(BUDGET)
    rehearse_little(made)
    loci = initial_model(load(given[1], "loci"), VARIANTS["full"], 0)
    made.trainer().train(loci, replace(BUDGET, steps=1), "full-0", 0)
    run_study(made)
    return made


def test_a_study_trains_and_asks_every_variant(study: Study) -> None:
    for name in ("full", "no-memory"):
        result = json.loads((study.out / "results" / f"{name}-0.json").read_text())
        assert (result["variant"], result["seed"], result["steps"], result["questions"]) == (name, 0, 2, 3)
        assert set(result["groups"]) == {"all", "short"}
        row = result["groups"]["all"]
        assert set(row["tasks"]) <= set(TASKS)
        assert all(0 <= task["score"] <= 100 and task["questions"] > 0 for task in row["tasks"].values())
        assert 0 < row["shown"] <= 1


def test_a_killed_run_ends_as_one_that_was_not(
    study: Study, given: tuple[Path, Path], tmp_path: Path
) -> None:
    loci = initial_model(load(given[1], "loci"), VARIANTS["full"], 0)
    trainer = Trainer(tmp_path, RecordedTours(load_recordings(given[0])), text_records(TRAIN[:1]))
    trainer.train(loci, BUDGET, "full-0", 0)
    uninterrupted, killed = load(tmp_path, "full-0"), load(study.out / "weights", "full-0")
    assert all(torch.equal(value, killed["loci"][name]) for name, value in uninterrupted["loci"].items())


def test_what_is_done_is_not_done_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError("done twice")

    for name in ("train_reading", "score_walks", "build_rehearsal"):
        monkeypatch.setattr(studies, name, never)
    monkeypatch.setattr("evaluation.walks.film", never)
    run_study(study)


def test_a_study_refuses_runs_with_another_budget(study: Study) -> None:
    study.fix_budget(BUDGET)
    with pytest.raises(ValueError, match="another budget"):
        study.fix_budget(replace(BUDGET, steps=3))


def test_how_many_steps_fit_into_a_time_is_measured(
    given: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(tmp_path, *given)
    monkeypatch.setattr(studies, "PROBED_STEPS", 1)
    monkeypatch.setattr(studies, "build_rehearsal", lambda scenes: text_records(TRAIN[:1]))
    assert steps_within(study, 1e-3, replace(BUDGET, steps=0)) == 1
    # so long that 100 steps fit on any machine, however busy
    assert steps_within(study, 60_000.0, replace(BUDGET, steps=0)) > 100


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no recordings"):
        load_recordings(tmp_path)


def test_runs_of_a_seed_begin_with_what_text_taught_and_nothing_that_met_a_memory(
    given: tuple[Path, Path],
) -> None:
    state = load(given[1], "loci")
    for name in VARIANTS:
        weights = initial_model(state, VARIANTS[name], 1).state_dict()
        result = [
            key
            for key in weights
            if key.startswith("decoder.") and torch.equal(weights[key], state["loci"][key])
        ]
        fresh = [
            key
            for key in weights
            if key.endswith((".ask.weight", ".key.weight", ".value.weight", ".told.weight"))
            and key.startswith("decoder.")
        ]
        assert "decoder.layers.0.qkv.weight" in result
        assert fresh and not set(fresh) & set(result)
        met = [
            key
            for key in weights
            if key.startswith(("representation.", "memory.", "reader."))
            and key in state["loci"]
            and "norm" not in key
        ]
        drawn = [key for key in met if weights[key].dim() == 2 and weights[key].any() and "stamp" not in key]
        assert drawn
        assert not any(
            torch.equal(weights[key], state["loci"][key])
            for key in drawn
            if weights[key].shape == state["loci"][key].shape
        )
        assert not any(key.startswith("see.") for key in weights)


def test_what_variants_share_is_trained_once_and_gone_on_from(
    given: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(tmp_path, *given)
    study.fix_budget(replace(BUDGET, shared=1, steps=1))
    rehearse_little(study)
    study.train_shared((4, "full"))
    shared = load(tmp_path / "weights", "before-full-4")["loci"]
    state = load(given[1], "loci")
    assert {representation_group(name) for name in VARIANTS} == {
        "full",
        "no-gate",
        "no-alignment",
        "concatenation",
    }
    for name in (name for name in VARIANTS if representation_group(name) == "full"):
        weights, fresh = (
            initial_model(state, VARIANTS[name], 4, given).state_dict() for given in (shared, None)
        )
        for key in weights:
            assert torch.equal(weights[key], fresh[key] if key.startswith("memory.") else shared[key])
    assert not any(key.startswith("memory.") for key in shared)
    assert not torch.equal(shared["reader.mix.weight"], fresh["reader.mix.weight"])
    monkeypatch.setattr(studies, "train_reading", None)
    study.train_shared((4, "full"))


def test_a_memory_no_larger_than_a_thinned_one_is_left_whole() -> None:
    batch = make_tour_batch([make_tour(11, 8.0)], np.random.default_rng(0), 1)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, whole in (("no-episodic", True), ("episodic-8", True), ("full", False)):
            memory = memory_supervision.unroll_memory(VARIANTS[name].alter(Loci()), batch)
            assert (memory_supervision.sample_tokens(memory, generator) is memory) == whole
    assert memory_supervision.sample_tokens(memory, generator).tokens.shape[1] == 768


def test_a_longer_memory_whose_walk_is_short_keeps_all_that_it_holds_as_it_is() -> None:
    batch = make_tour_batch([make_tour(11, 3.0)], np.random.default_rng(0), 1)
    with torch.no_grad():
        memory = memory_supervision.unroll_memory(Loci(), batch)
    held = memory.bias == 0
    assert 0 < held.sum() <= 768 < memory.tokens.shape[1]
    sampled = memory_supervision.sample_tokens(memory, torch.Generator().manual_seed(0))
    assert (sampled.bias == 0).sum() == held.sum()


def test_held_out_walks_are_of_all_durations_and_of_no_training() -> None:
    assert [walk_duration(seed)[0] for seed in HELD_OUT_SEEDS[:6]] == [*DURATION_GROUPS, *DURATION_GROUPS]
    assert {split_of(seed) for seed in HELD_OUT_SEEDS[:500]} == {"validation"}


def test_a_walk_is_recorded_as_it_is_evaluated(study: Study) -> None:
    (walk,) = load_walks(study.out / "walks")
    group, seconds = walk_duration(HELD_OUT_SEEDS[0])
    assert walk.group == group
    assert walk.tour.frames == len(walk.tour.seen["poses"]) == pytest.approx(2 * seconds, abs=2)
    assert walk.tour.records


def test_directions_are_one_task_of_the_average_and_its_error_follows_from_theirs() -> None:
    marks = [("object_counting", 1.0), ("object_counting", 0.0)]
    marks += [
        (f"object_rel_direction_{level}", value)
        for level, value in (("easy", 1.0), ("medium", 1.0), ("hard", 0.0))
    ]
    table = task_table(marks)
    assert table["average"] == pytest.approx((50 + 200 / 3) / 2)
    assert table["standard_error"] == pytest.approx(50 / 2**0.5 / 2)


def pretend(folder: Path, name: str, seed: int, score: float) -> None:
    """The result of a run whose answers score so much, on long walks half of it."""
    rows = [
        {"group": group, "marks": [(task, scored) for task in TASKS], "shown": 0.5, "gap": 0.1}
        for group, scored in (("short", score), ("long", score / 2))
    ]
    (folder / "results").mkdir(exist_ok=True)
    result = {"variant": name, "seed": seed, "minutes": 3.0, **asdict(BUDGET), "groups": summary(rows)}
    (folder / "results" / f"{name}-{seed}.json").write_text(json.dumps(result))


@pytest.fixture
def pretended(tmp_path: Path) -> Path:
    """A study with two seeds of `full`, and one, the second, without episodic memory."""
    for name, seed, score in (("full", 0, 0.6), ("full", 1, 0.8), ("no-episodic", 1, 0.5)):
        pretend(tmp_path, name, seed, score)
    return tmp_path


def test_the_report_tells_means_errors_and_differences_seed_by_seed(pretended: Path) -> None:
    write_report(pretended, pretended / "docs", drawn=False)
    text = (pretended / "docs" / "table.md").read_text()
    assert "| full | 52.5 ± 7.5 | 70.0 ± 10.0 | – | 35.0 ± 5.0 |" in text
    assert "| -22.5 | -15.0 | 50 % | 10 % | 1 |" in text
    assert "(the last 8 frames)*: +15.0 points; at least 5 were wanted" in text
    assert "2 steps of 2 tours × 3 questions" in text
    with (pretended / "docs" / "runs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["variant"], row["seed"], row["group"]) for row in rows[:3]] == [
        ("full", "0", "all"),
        ("full", "0", "short"),
        ("full", "0", "long"),
    ]
    assert rows[1]["object_counting"] == "60.0"
    assert mean_and_error([]) == "–"


def test_there_is_nothing_to_report_before_a_run_is_done(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no run"):
        write_report(tmp_path, tmp_path)


def test_the_figure_is_drawn_of_whatever_is_done(pretended: Path, study: Study) -> None:
    pytest.importorskip("matplotlib")
    draw(pretended, finished_runs(pretended))
    assert all((pretended / f"ablations.{suffix}").stat().st_size > 5000 for suffix in ("png", "svg"))
    write_report(study.out, study.out / "docs")
    assert {path.name for path in (study.out / "docs").iterdir()} == {
        "table.md",
        "runs.csv",
        "ablations.png",
        "ablations.svg",
    }
