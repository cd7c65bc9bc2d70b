"""Adds the short graphs to a bundle:
`python -m export.short --checkpoint checkpoint --bundle ../models/loci-nano`.

They are perceive and remember of FRAMES frames, for a clip that has no more: it would else pay for a whole
chunk. Each must equal PyTorch on cases of its own before anything is written.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx.external_data_helper import set_external_data
from safetensors.numpy import load_file

from evaluation.bundle_graphs import BundleGraphs
from export.graphs import remember_graph
from export.manifest import read_manifest, write_manifest
from export.parity import compare, load_model, write_tensors
from export.perceive_graphs import perceive_short_graph
from model.localizer import Arrays
from model.loci import Loci
from model.walkthrough import TOKENS

FORMAT = 3
FRAMES, HELD = 8, 7  # T of the graphs, and how many frames of their golden cases are real
GRAPHS = {"perceive": perceive_short_graph, "remember": remember_graph}
LEAST_SHARED = 1024  # bytes of a tensor that is read from the other graph's file


def golden_inputs(folder: Path, graph: str) -> Arrays:
    """A short graph's case: the beginning of the first case that was recorded of the bundle's own."""
    case = load_file(folder / f"golden/{graph}-0.inputs.safetensors")
    of_frames = {"frames", "frame_mask", "frame_times", *TOKENS}
    inputs = {name: value[:FRAMES].copy() if name in of_frames else value for name, value in case.items()}
    for name in of_frames & inputs.keys() - {"frame_times"}:
        inputs[name][HELD:] = 0
    return inputs


def share_weights(model: onnx.ModelProto, file: Path) -> onnx.ModelProto:
    """The model, its large tensors read from the file beside it in which they stand already."""
    held = file.read_bytes()
    for tensor in model.graph.initializer:
        length = len(tensor.raw_data)
        offset = held.find(tensor.raw_data) if length >= LEAST_SHARED else -1
        if offset >= 0:
            set_external_data(tensor, file.name, offset, length)
            tensor.ClearField("raw_data")
    return model


def add_short(loci: Loci, folder: Path, manifest: dict) -> tuple[dict, dict[str, float]]:
    """Writes the short graphs and their cases into a bundle's folder. Returns the manifest that describes it,
    and each case's largest difference. Raises ParityError."""
    models = {f"{name}_short": make(loci, FRAMES) for name, make in GRAPHS.items()}
    graphs = BundleGraphs({name: model.SerializeToString() for name, model in models.items()})
    golden = [case for case in manifest["golden"] if case["graph"] not in models]
    cases, differences = {}, {}
    for name in GRAPHS:
        inputs = golden_inputs(folder, name)
        wanted = getattr(loci, name)(inputs)
        differences[f"{name}-short"] = compare(f"{name}-short", wanted, graphs.run(f"{name}_short", inputs))
        cases[name] = inputs, wanted
    for name, (inputs, wanted) in cases.items():
        entry = {
            "graph": f"{name}_short",
            "inputs": f"golden/{name}-short.inputs.safetensors",
            "outputs": f"golden/{name}-short.outputs.safetensors",
        }
        write_tensors(folder / entry["inputs"], inputs)
        write_tensors(folder / entry["outputs"], wanted)
        golden.append(entry)
        shared = share_weights(models[f"{name}_short"], folder / f"{name}.onnx")
        (folder / f"{name}-short.onnx").write_bytes(shared.SerializeToString())
    short = {"frames": FRAMES} | {name: f"{name}-short.onnx" for name in GRAPHS}
    form = max(FORMAT, manifest["format"])
    return manifest | {"format": form, "golden": golden, "short": short}, differences


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    loci = load_model(options.checkpoint)
    manifest, differences = add_short(loci, options.bundle, read_manifest(options.bundle))
    write_manifest(options.bundle, manifest)
    for case, difference in differences.items():
        print(f"{case:14s} differs by {difference:.1e}")


if __name__ == "__main__":
    main()
