"""The exported graphs equal PyTorch, and a bundle is complete."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from safetensors.numpy import load_file

from evaluation.bundle_graphs import GRAPHS, BundleGraphs
from export import next as next_chunk
from export.bundle import export
from export.graphs import trace
from export.manifest import KINDS, NO_SCORES, TOLERANCE
from export.parity import ParityError, compare
from export.short import GRAPHS as SHORT_GRAPHS
from model.loci import Loci
from model.memory import similarity
from model.rigid import kabsch
from model.sizes import NANO
from model.vocabulary import TASK_TOKENS, task_of
from questions.scoring import CHOICE_TASKS, TASKS, VSTI_TASKS


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
    assert max(export(loci, path, NO_SCORES).values()) <= TOLERANCE
    return path


@pytest.fixture(scope="module")
def graphs(bundle: Path) -> BundleGraphs:
    return BundleGraphs.load(bundle)


def test_a_random_model_exports_to_graphs_that_replay_their_golden_cases(
    bundle: Path,
) -> None:
    graphs = BundleGraphs.load(bundle, [*GRAPHS, *(f"{name}_short" for name in SHORT_GRAPHS)])
    for case in json.loads((bundle / "manifest.json").read_text())["golden"]:
        wanted = load_file(bundle / case["outputs"])
        compare(case["graph"], wanted, graphs.run(case["graph"], load_file(bundle / case["inputs"])))


def test_a_chunk_that_goes_on_is_perceived_as_alone_bit_for_bit(bundle: Path) -> None:
    graphs = BundleGraphs.load(bundle, ["perceive", "perceive_next"])
    first, second = (load_file(bundle / f"golden/perceive-{case}.inputs.safetensors") for case in (0, 1))
    next_chunk.check(graphs, first, second)
    with pytest.raises(ValueError, match="share no frames"):
        next_chunk.check(graphs, second, first)
    graphs.sessions["perceive_next"] = WrongReadings(graphs.sessions["perceive_next"])
    with pytest.raises(ParityError, match="depends on where its first frames were read"):
        next_chunk.check(graphs, first, second)


class WrongReadings:
    """A session of perceive-next.onnx that takes one reading for another."""

    def __init__(self, session: onnxruntime.InferenceSession):
        self.session = session
        self.get_inputs, self.get_outputs = session.get_inputs, session.get_outputs

    def run(self, names: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        return self.session.run(names, given | {"read_look": given["read_look"] + 1})


def test_frames_that_memory_does_not_take_are_not_computed(bundle: Path, tmp_path: Path) -> None:
    inputs = load_file(bundle / "golden/remember-0.inputs.safetensors")
    inputs["frame_mask"] = np.isin(np.arange(NANO.frames), [3, 7])
    options = onnxruntime.SessionOptions()
    options.enable_profiling, options.profile_file_prefix = True, str(tmp_path / "run")
    session = onnxruntime.InferenceSession(str(bundle / "remember.onnx"), options)
    session.run(None, inputs)
    events = json.loads(Path(session.end_profiling()).read_text())
    ran = [event["name"] for event in events if event["name"].endswith("_kernel_time")]
    in_memory = Counter(name for name in ran if name.startswith("turn_node"))
    assert set(in_memory.values()) == {2}


@pytest.mark.parametrize("held", [32, 3, 1])
def test_frames_that_show_nothing_are_perceived_alike_by_both(
    loci: Loci, graphs: BundleGraphs, held: int
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


def test_every_question_type_is_of_a_task_that_the_manifest_can_name() -> None:
    assert set(KINDS) == set(TASK_TOKENS) == {task_of(question_type) for question_type in TASKS + VSTI_TASKS}
    assert all(
        (KINDS[task_of(question_type)][0] == "choice") == (question_type in CHOICE_TASKS)
        for question_type in TASKS + VSTI_TASKS
    )
