"""Adds the graph of a chunk that goes on to a bundle:
`python -m export.next --checkpoint checkpoint --bundle ../models/loci-nano`.

Chunks share frames. perceive.onnx leaves the readings of those that a chunk ends with, and perceive-next.onnx
goes on from them, so that each frame is read once. A reading is of one frame alone: both graphs must give the
same bits before anything is written.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from evaluation.bundle_graphs import BundleGraphs
from export.manifest import read_manifest, without_eight_bit, write_manifest
from export.parity import ParityError, compare, load_model
from export.perceive_graphs import GIVEN, perceive_graph, perceive_next_graph
from export.short import add_short, share_weights
from model.localizer import Arrays
from model.loci import Loci
from model.sizes import NANO

FORMAT = 4
FILE = "perceive-next.onnx"


def check(graphs: BundleGraphs, first: Arrays, second: Arrays) -> None:
    """Both graphs on two chunks in a row, as `perceive` takes them. Raises ParityError."""
    left = graphs.run("perceive", first)
    wanted = graphs.run("perceive", second)
    shared = {name: left[f"next_{name}"] for name in GIVEN}
    rest = {"frames": second["frames"][NANO.overlap :], "frame_mask": second["frame_mask"]}
    if not np.array_equal(first["frames"][-NANO.overlap :], second["frames"][: NANO.overlap]):
        raise ValueError("the two chunks share no frames")
    for name, value in graphs.run("perceive_next", rest | shared).items():
        if not np.array_equal(value, wanted[name]):
            raise ParityError(f"{name} of a chunk depends on where its first frames were read")


def add_next(loci: Loci, folder: Path, manifest: dict) -> dict:
    """Writes the graph into the folder of a bundle, whose first two cases of perceive are chunks in a row.
    Returns the manifest that describes it. Raises ParityError."""
    model, perceive = perceive_next_graph(loci), folder / "perceive.onnx"
    graphs = BundleGraphs({"perceive": str(perceive), "perceive_next": model.SerializeToString()})
    cases = [case for case in manifest["golden"] if case["graph"] == "perceive"]
    check(graphs, *(load_file(folder / case["inputs"]) for case in cases[:2]))
    (folder / FILE).write_bytes(share_weights(model, perceive).SerializeToString())
    return manifest | {"format": FORMAT, "next": {"perceive": FILE}}


def renew_perceive(loci: Loci, folder: Path, manifest: dict) -> dict:
    """Writes perceive.onnx anew, which leaves readings, and the short graphs, which read its weights. Returns
    the manifest that describes them. Raises ParityError."""
    serialized = perceive_graph(loci).SerializeToString()
    graphs = BundleGraphs({"perceive": serialized})
    for case in (case for case in manifest["golden"] if case["graph"] == "perceive"):
        inputs, outputs = (load_file(folder / case[side]) for side in ("inputs", "outputs"))
        compare("perceive", outputs, graphs.perceive(inputs))
    manifest = without_eight_bit(folder, manifest)
    (folder / "perceive.onnx").write_bytes(serialized)
    return add_short(loci, folder, manifest)[0] if "short" in manifest else manifest


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    loci = load_model(options.checkpoint)
    manifest = renew_perceive(loci, options.bundle, read_manifest(options.bundle))
    write_manifest(options.bundle, add_next(loci, options.bundle, manifest))


if __name__ == "__main__":
    main()
