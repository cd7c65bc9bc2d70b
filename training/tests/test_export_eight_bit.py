"""Perceive graphs with 8-bit convolutions: what is in them, and when they are refused."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import load_file

from evaluation.bundle_graphs import BundleGraphs
from export.eight_bit import FITTED, MEASURED, MOST_CHANGED, add_eight_bit, fit_ranges, measure
from export.manifest import read_manifest, without_eight_bit
from export.parity import ParityError, compare
from export.quantize import quantized, trunk

NANO = Path(__file__).parents[2] / "models" / "loci-nano"
FEW = FITTED[:2]  # walks


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped bundle, without what the command writes."""
    folder = tmp_path_factory.mktemp("models") / "loci-nano"
    shutil.copytree(NANO, folder, ignore=shutil.ignore_patterns("*8bit*"))
    return folder


@pytest.fixture(scope="module")
def manifest(bundle: Path) -> dict:
    plain = {key: value for key, value in read_manifest(bundle).items() if key != "eight_bit"}
    described, shares = add_eight_bit(bundle, plain | {"format": 4}, FEW, MEASURED[:2])
    assert 0 < shares["category"] <= MOST_CHANGED
    return described


def graph_of(folder: Path, file: str) -> onnx.GraphProto:
    return onnx.load(folder / file).graph


def test_each_perceive_graph_has_one_in_8_bits_that_replays_its_cases(bundle: Path, manifest: dict) -> None:
    section = manifest["eight_bit"]
    assert manifest["format"] == 5
    names = {"perceive": "perceive", "perceive_short": "short"}
    graphs = BundleGraphs({name: str(bundle / section[name]) for name in ("perceive", "next", "short")})
    assert [case["graph"] for case in section["golden"]] == ["perceive", "perceive", "perceive_short"]
    for case in section["golden"]:
        wanted = load_file(bundle / case["outputs"])
        compare(case["outputs"], wanted, graphs.run(names[case["graph"]], load_file(bundle / case["inputs"])))


def test_the_trunk_adds_bytes_that_the_stem_takes_from_the_picture(bundle: Path, manifest: dict) -> None:
    graph = graph_of(bundle, manifest["eight_bit"]["perceive"])
    makers = {name: node for node in graph.node for name in node.output}
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    whole = [node for node in convolutions if node.input[1] not in makers]
    assert [node.input[1].split(".")[-2] for node in whole] == ["cell_match", "cell_head"]
    for node in (node for node in convolutions if node.input[1] in makers):
        reads, weight = (makers[name] for name in node.input[:2])
        assert reads.op_type == weight.op_type == "DequantizeLinear"
        assert np.abs(held[weight.input[0]].astype(int)).max() <= 64  # 7 bits
    picture = makers[makers[convolutions[0].input[0]].input[0]]
    assert picture.op_type not in ("Div", "QuantizeLinear")


def test_weights_stand_in_the_bundle_once(bundle: Path, manifest: dict) -> None:
    sizes = {
        name: (bundle / file).stat().st_size
        for name, file in manifest["eight_bit"].items()
        if name != "golden"
    }
    assert sizes["perceive"] < 2_000_000
    assert max(sizes["next"], sizes["short"]) < 700_000


def test_ranges_hold_nothing_and_leave_the_rarest_values_out(bundle: Path) -> None:
    model = onnx.load(bundle / "perceive.onnx")
    ranges = fit_ranges(model, FEW)
    assert len(ranges) == len(trunk(model.graph)) == 14
    for read, given in ranges:
        assert read[0] <= 0 <= read[1] and given[0] <= 0 <= given[1]


def test_a_bundle_whose_float_graphs_are_to_be_others_keeps_none(tmp_path: Path) -> None:
    for name in ("perceive.onnx", "perceive-8bit.onnx", "golden/perceive-0-8bit.outputs.safetensors"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert without_eight_bit(tmp_path, {"format": 5, "eight_bit": {}}) == {"format": 5}
    assert [path.name for path in tmp_path.rglob("*.*")] == ["perceive.onnx"]


def test_a_graph_that_names_other_categories_is_refused(bundle: Path) -> None:
    model = onnx.load(bundle / "perceive.onnx")
    tight = [((-0.1, 0.1), (-0.1, 0.1)) for _ in trunk(model.graph)]
    with pytest.raises(ParityError, match="of the tokens get another category"):
        measure({"perceive": model, "eight_bit": quantized(model, tight)}, MEASURED[:1])
