"""Exports answer.onnx anew into a bundle, beside graphs that stay:
`python -m export.answer --checkpoint checkpoint --bundle ../models/loci-nano`.

For another grammar around the same weights. Whatever the old graph wrote within the grammar, the new one must
write too; its recorded cases are recorded anew.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from evaluation.bundle_graphs import BundleGraphs
from export.graphs import answer_graph
from export.manifest import read_manifest, write_manifest
from export.parity import compare, load_model, write_tensors
from model.loci import Loci

GRAPH = "answer"


def export(loci: Loci, bundle: Path) -> dict[str, float]:
    """Writes the graph after checking it. Returns each recorded case's largest difference. Raises
    ParityError."""
    manifest = read_manifest(bundle)
    model = answer_graph(loci).SerializeToString()
    graphs = BundleGraphs({GRAPH: model})
    recorded, differences = {}, {}
    for case in (case for case in manifest["golden"] if case["graph"] == GRAPH):
        before = load_file(bundle / case["outputs"])
        inputs = load_file(bundle / case["inputs"]) | {"task": before["token_ids"][:1].astype(np.int32)}
        wanted = loci.answer(inputs)
        differences[case["inputs"]] = compare(GRAPH, wanted, graphs.run(GRAPH, inputs))
        recorded |= {case["inputs"]: inputs, case["outputs"]: wanted}
    for path, arrays in recorded.items():
        write_tensors(bundle / path, arrays)
    (bundle / f"{GRAPH}.onnx").write_bytes(model)
    write_manifest(bundle, manifest)
    return differences


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    for case, difference in export(load_model(options.checkpoint), options.bundle).items():
        print(f"{case} differs by {difference:.1e}")


if __name__ == "__main__":
    main()
