"""The exported graphs equal PyTorch, and a bundle is complete."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from loci_training.bundle import TOLERANCE, manifest_scores
from loci_training.export import OnnxGraphs, ParityError, compare, export
from loci_training.model import Loci
from loci_training.tensors import read_tensors, write_tensors


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    loci = Loci()
    for look in (loci.memory.recent, loci.memory.distant):
        torch.nn.init.normal_(look.out.weight, std=0.2)
    path = tmp_path_factory.mktemp("models") / "loci-nano"
    assert max(export(loci, path, manifest_scores({}, 0)).values()) <= TOLERANCE
    return path


def test_a_random_model_exports_to_graphs_that_replay_their_golden_cases(bundle: Path) -> None:
    graphs = OnnxGraphs({name: (bundle / f"{name}.onnx").read_bytes() for name in ("perceive", "remember", "answer")})
    for case in json.loads((bundle / "manifest.json").read_text())["golden"]:
        wanted = read_tensors(bundle / case["outputs"])
        compare(case["graph"], wanted, graphs.run(case["graph"], read_tensors(bundle / case["inputs"])))


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
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "mask": np.array([True, False]), "n": np.int32([4]), "e": np.zeros((0, 2), np.uint8)}
    write_tensors(tmp_path / "x.safetensors", arrays)
    back = read_tensors(tmp_path / "x.safetensors")
    assert all(np.array_equal(back[name], value) and back[name].dtype == value.dtype for name, value in arrays.items())
