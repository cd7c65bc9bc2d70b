"""The exported graphs equal PyTorch, and a bundle is complete."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from loci_training.bundle import KINDS, TOLERANCE, claims, manifest_scores
from loci_training.export import OnnxGraphs, ParityError, compare, export
from loci_training.graphs import trace
from loci_training.memory import similarity
from loci_training.metrics import CHOICE_TASKS, TASKS, VSTI_TASKS
from loci_training.model import Loci
from loci_training.rigid import kabsch
from loci_training.sizes import NANO
from loci_training.tensors import read_tensors, write_tensors
from loci_training.vocabulary import TASK_TOKENS, task_of


@pytest.fixture(scope="module")
def loci() -> Loci:
    torch.manual_seed(0)
    loci = Loci().eval()
    for look in (loci.memory.recent, loci.memory.distant):
        torch.nn.init.normal_(look.out.weight, std=0.2)
    return loci


@pytest.fixture(scope="module")
def bundle(loci: Loci, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "loci-nano"
    assert max(export(loci, path, manifest_scores({}, 0)).values()) <= TOLERANCE
    return path


@pytest.fixture(scope="module")
def graphs(bundle: Path) -> OnnxGraphs:
    return OnnxGraphs.of(bundle)


def test_a_random_model_exports_to_graphs_that_replay_their_golden_cases(
    bundle: Path, graphs: OnnxGraphs
) -> None:
    for case in json.loads((bundle / "manifest.json").read_text())["golden"]:
        wanted = read_tensors(bundle / case["outputs"])
        compare(case["graph"], wanted, graphs.run(case["graph"], read_tensors(bundle / case["inputs"])))


@pytest.mark.parametrize("held", [32, 3, 1])
def test_frames_that_show_nothing_are_perceived_alike_by_both(
    loci: Loci, graphs: OnnxGraphs, held: int
) -> None:
    black = {
        "frames": np.zeros((NANO.frames, NANO.height, NANO.width, 3), np.uint8),
        "frame_mask": np.arange(NANO.frames) < held,
    }
    compare("perceive", loci.perceive(black), graphs.perceive(black))


def test_the_graph_of_a_chunk_stays_small_enough_to_load_quickly(bundle: Path) -> None:
    assert len(onnx.load(bundle / "perceive.onnx").graph.node) < 6000


class Degenerate(torch.nn.Module):
    """What divides by sums that may be 0."""

    def forward(self, points: torch.Tensor, weight: torch.Tensor, entries: torch.Tensor):
        return *kabsch(points, points, weight), similarity(entries[0].mean(-2), entries.mean(-2))


def test_points_that_fall_together_and_empty_slots_are_no_division_by_zero() -> None:
    nothing = torch.zeros(1, 4, 2), torch.zeros(1, 4), torch.zeros(3, 2, 5)
    model = trace(Degenerate(), nothing, ["points", "weight", "entries"], [*"csxz", "likeness"])
    session = onnxruntime.InferenceSession(model.SerializeToString())
    for got in session.run(
        None, dict(zip(["points", "weight", "entries"], (part.numpy() for part in nothing), strict=True))
    ):
        assert (got == 0).all()


def test_the_manifest_names_every_file_with_its_length_and_digest(bundle: Path) -> None:
    files = json.loads((bundle / "manifest.json").read_text())["files"]
    found = {str(p.relative_to(bundle)) for p in bundle.rglob("*") if p.is_file()}
    assert set(files) == found - {"manifest.json"}
    for name, entry in files.items():
        content = (bundle / name).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_difference_beyond_the_tolerance_is_refused() -> None:
    with pytest.raises(ParityError):
        compare("answer", {"a": np.zeros(2, np.float32)}, {"a": np.array([0, 1e-3], np.float32)})
    with pytest.raises(ParityError):
        compare("answer", {"token_ids": np.zeros(2, np.int32)}, {"token_ids": np.ones(2, np.int32)})


def test_tensors_read_back_as_they_were_written(tmp_path: Path) -> None:
    arrays = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "mask": np.array([True, False]),
        "n": np.int32([4]),
        "e": np.zeros((0, 2), np.uint8),
    }
    write_tensors(tmp_path / "x.safetensors", arrays)
    back = read_tensors(tmp_path / "x.safetensors")
    assert all(
        np.array_equal(back[name], value) and back[name].dtype == value.dtype
        for name, value in arrays.items()
    )


def test_every_question_type_is_of_a_task_that_the_manifest_can_name() -> None:
    assert set(KINDS) == set(TASK_TOKENS) == {task_of(question_type) for question_type in TASKS + VSTI_TASKS}
    assert all(
        (KINDS[task_of(question_type)][0] == "choice") == (question_type in CHOICE_TASKS)
        for question_type in TASKS + VSTI_TASKS
    )


def test_sub_types_become_one_task_and_only_the_first_benchmark_is_averaged() -> None:
    def row(score: float) -> dict:
        return {"score": score, "blind": 30.0, "standard_error": 3.0, "questions": 10}

    names = (
        "object_rel_direction_easy",
        "object_rel_direction_hard",
        "object_counting",
        "camera_obj_rel_dist_v1",
        "camera_obj_rel_dist_v3",
    )
    scores = manifest_scores(dict(zip(names, map(row, (90.0, 70.0, 50.0, 10.0, 20.0)), strict=True)), 5)
    assert scores["tasks"]["object_rel_direction"] == {
        "score": 80.0,
        "blind": 30.0,
        "standard_error": 2.12,
        "questions": 20,
    }
    assert scores["tasks"]["camera_obj_rel_dist"]["score"] == 15.0
    assert scores["average"] == {"score": 65.0, "blind": 30.0}


def test_a_task_that_was_not_measured_is_not_claimed() -> None:
    measured = manifest_scores(
        {"route_planning": {"score": 50.0, "blind": 30.0, "standard_error": 3.0, "questions": 10}}, 5
    )
    assert set(claims(measured)["unsupported_tasks"]) == set(KINDS) - {"route_planning"}
