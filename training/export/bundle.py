"""Exports a trained model as a bundle:
`python -m export.bundle --checkpoint DIR --bundle ../models/loci-nano`.

Every graph is run by ONNX Runtime on recorded cases and must equal PyTorch before anything is written.
"""

import argparse
import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch

from evaluation.bundle_graphs import BundleGraphs, question_arrays
from export.graphs import answer_graph, remember_graph
from export.manifest import NO_SCORES, make_manifest, publish
from export.next import add_next
from export.parity import compare, load_model, write_tensors
from export.perceive_graphs import perceive_graph
from export.reader import keep_reader
from export.short import add_short
from export.tokenizer import tokenizer_json
from model.localizer import Arrays
from model.loci import Loci
from model.sizes import NANO
from model.walkthrough import chunk_inputs, empty_arrays, localize_walk, next_state, remember_inputs
from questions.records import make_questions
from rendering.filming import film
from rendering.labels import token_labels
from world.scenes import make_scene
from world.splits import TEST
from world.walks import make_walk

VERSION = "0.3.3"
NOVELTY_THRESHOLD = 1.5  # footage above it is flagged as out of the model's domain
GRAPHS = {"perceive": perceive_graph, "remember": remember_graph, "answer": answer_graph}
GOLDEN_SEED = TEST.start + 77
GOLDEN_SECONDS = 22.0  # two chunks, the second short


def golden_cases(loci: Loci, seed: int = GOLDEN_SEED) -> list[tuple[str, Arrays]]:
    """Inputs of the recorded cases: the two chunks of a test walk, the second one into the memory of the
    first, which does not take each fifth frame, and a question."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, GOLDEN_SECONDS)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    pixels = token_labels(scene, walk.poses)["pixels"]
    records = make_questions(scene, walk, pixels, seed, 1, varied=False)
    cases = [("perceive", inputs) for _, _, inputs in chunk_inputs(frames)]
    state = empty_arrays()
    for chunk in localize_walk(loci, frames):
        # so short a walk comes back nowhere: all its frames are keyframes
        skipped = replace(chunk, keyframe=chunk.keyframe & (np.arange(NANO.frames) % 5 != 4))
        inputs = remember_inputs(skipped, state)
        state = next_state(loci.remember(inputs))
    return [*cases, ("remember", inputs), ("answer", state | question_arrays(records[-1]))]


def export(loci: Loci, bundle: Path, scores: dict) -> dict[str, float]:
    """Writes the bundle after checking it. Returns each golden case's largest difference. Raises
    ParityError."""
    loci = loci.eval()
    staged = bundle.with_name(f".{bundle.name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "golden").mkdir(parents=True)
    models = {name: make(loci).SerializeToString() for name, make in GRAPHS.items()}
    graphs = BundleGraphs(models)
    for name, model in models.items():
        (staged / f"{name}.onnx").write_bytes(model)
    (staged / "tokenizer.json").write_text(json.dumps(tokenizer_json(), ensure_ascii=False) + "\n")
    golden, differences = [], {}
    for graph, inputs in golden_cases(loci):
        case = f"{graph}-{sum(entry['graph'] == graph for entry in golden)}"
        wanted = getattr(loci, graph)(inputs)
        differences[case] = compare(case, wanted, graphs.run(graph, inputs))
        entry = {
            "graph": graph,
            "inputs": f"golden/{case}.inputs.safetensors",
            "outputs": f"golden/{case}.outputs.safetensors",
        }
        write_tensors(staged / entry["inputs"], inputs)
        write_tensors(staged / entry["outputs"], wanted)
        golden.append(entry)
    manifest = keep_reader(bundle, staged, make_manifest(scores, golden, VERSION, NOVELTY_THRESHOLD))
    manifest, short = add_short(loci, staged, manifest)
    publish(staged, bundle, add_next(loci, staged, manifest))
    return differences | short


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--scores", type=Path, help="scores.json; default: the one in the checkpoint folder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    scores_file = options.scores or options.checkpoint / "scores.json"
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else NO_SCORES
    started = time.monotonic()
    for case, difference in export(load_model(options.checkpoint), options.bundle, scores).items():
        print(f"{case:12s} differs by {difference:.1e}")
    size = sum(path.stat().st_size for path in options.bundle.rglob("*") if path.is_file())
    seconds = time.monotonic() - started
    print(f"{options.bundle}: {size / 2**20:.1f} MiB in {seconds:.0f} s, onnx {onnx.__version__}")


if __name__ == "__main__":
    main()
