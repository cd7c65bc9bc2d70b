"""Exports a trained model as a bundle: `python -m loci_training.export --checkpoint DIR --bundle ../../models/loci-nano`.

Every graph is run by ONNX Runtime on recorded cases and must equal PyTorch before anything is written.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
import onnx
import onnxruntime
import torch

from .bundle import TOLERANCE, manifest, manifest_scores, publish
from .checkpoints import load
from .filming import film
from .graphs import answer_graph, perceive_graph, remember_graph
from .labels import token_labels
from .model import Loci
from .questions import Record, make_questions
from .scenes import make_scene
from .sizes import NANO
from .splits import TEST
from .tensors import write_tensors
from .tokenizer_file import tokenizer_json
from .vocabulary import PAD, encode_text, prompt
from .walks import make_walk
from .walkthrough import Arrays, empty_arrays, next_state, perceive_walk, remember_inputs

GRAPHS = {"perceive": perceive_graph, "remember": remember_graph, "answer": answer_graph}


class ParityError(RuntimeError):
    """An exported graph does not give what PyTorch gives."""


class OnnxGraphs:
    """The three exported graphs as calls on arrays, on one thread."""

    def __init__(self, models: dict[str, bytes]):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = {name: onnxruntime.InferenceSession(model, options) for name, model in models.items()}

    @classmethod
    def of(cls, bundle: Path, names: Iterable[str] = GRAPHS) -> Self:
        """Graphs of a bundle. Raises FileNotFoundError where it has none of a name."""
        return cls({name: (bundle / f"{name}.onnx").read_bytes() for name in names})

    def run(self, graph: str, inputs: Arrays) -> Arrays:
        """Runs one graph on the inputs that it declares."""
        session = self.sessions[graph]
        given = {i.name: inputs[i.name] for i in session.get_inputs()}
        return dict(zip((o.name for o in session.get_outputs()), session.run(None, given), strict=True))

    def perceive(self, inputs: Arrays) -> Arrays:
        """See `walkthrough.Graphs`."""
        return self.run("perceive", inputs)

    def remember(self, inputs: Arrays) -> Arrays:
        """See `walkthrough.Graphs`."""
        return self.run("remember", inputs)

    def answer(self, inputs: Arrays) -> Arrays:
        """See `walkthrough.Graphs`."""
        return self.run("answer", inputs)


def question_arrays(record: Record) -> Arrays:
    """A question as answer.onnx takes it. Raises ValueError when it is longer than the model's question."""
    ids = encode_text(prompt(record.question, record.options))
    if len(ids) > NANO.question:
        raise ValueError(f"a question of {len(ids)} tokens; at most {NANO.question} fit")
    return {
        "question_ids": np.array(ids + [PAD] * (NANO.question - len(ids)), np.int32),
        "question_mask": np.arange(NANO.question) < len(ids),
    }


def golden_cases(loci: Loci, seed: int = TEST.start + 77) -> list[tuple[str, Arrays]]:
    """Inputs of the recorded cases: a test walk of 22 s in two chunks (the second short) of which each fifth frame is taken for seen
    before, and two questions."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, 22.0)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    records = make_questions(scene, walk, token_labels(scene, walk.poses)["pixels"], seed, 1, varied=False)
    short = np.arange(NANO.frames) < len(frames) - 28
    padded = np.zeros_like(frames[: NANO.frames])
    padded[short] = frames[28:]
    cases: list[tuple[str, Arrays]] = [
        ("perceive", {"frames": frames[: NANO.frames], "frame_mask": np.ones(NANO.frames, bool)}),
        ("perceive", {"frames": padded, "frame_mask": short}),
    ]
    state = empty_arrays()
    for first, _, seen in perceive_walk(loci, frames):
        inputs = remember_inputs(first, seen, state)
        inputs["frame_mask"] = seen["frame_mask"] & (
            np.arange(NANO.frames) % 5 != 4
        )  # so short a walk comes back nowhere
        cases.append(("remember", inputs))
        state = next_state(loci.remember(inputs))
    cases += [("answer", state | question_arrays(record)) for record in (records[0], records[-1])]
    return cases


def compare(name: str, wanted: Arrays, got: Arrays) -> float:
    """The largest absolute difference; whole numbers and masks must be equal. Raises ParityError."""
    worst = 0.0
    for key, value in wanted.items():
        if got[key].shape != value.shape or got[key].dtype != value.dtype:
            raise ParityError(
                f"{name}.{key}: {got[key].dtype}{got[key].shape}, wanted {value.dtype}{value.shape}"
            )
        if value.dtype == np.float32 and not (np.isfinite(value).all() and np.isfinite(got[key]).all()):
            raise ParityError(f"{name}.{key} is not finite")
        if value.dtype == np.float32:
            worst = max(worst, float(np.abs(got[key] - value).max()))
        elif not np.array_equal(got[key], value):
            raise ParityError(f"{name}.{key} differs")
    if not worst <= TOLERANCE:
        raise ParityError(f"{name} differs by {worst:.2e}; at most {TOLERANCE:.0e} is allowed")
    return worst


def export(
    loci: Loci, bundle: Path, scores: dict, version: str = "0.3.3", threshold: float = 1.5
) -> dict[str, float]:
    """Writes the bundle after checking it. Returns each golden case's largest difference. Raises ParityError."""
    loci = loci.eval()
    staged = bundle.with_name(f".{bundle.name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "golden").mkdir(parents=True)
    models = {name: make(loci).SerializeToString() for name, make in GRAPHS.items()}
    graphs = OnnxGraphs(models)
    for name, model in models.items():
        (staged / f"{name}.onnx").write_bytes(model)
    (staged / "tokenizer.json").write_text(json.dumps(tokenizer_json(), ensure_ascii=False) + "\n")
    golden, differences = [], {}
    for graph, inputs in golden_cases(loci):
        case = f"{graph}-{sum(g['graph'] == graph for g in golden)}"
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
    publish(staged, bundle, manifest(scores, golden, version, threshold))
    return differences


def restore(folder: Path, name: str = "loci") -> Loci:
    """The model of a checkpoint folder. Raises FileNotFoundError where there is none."""
    state = load(folder, name)
    if state is None:
        raise FileNotFoundError(f"no checkpoint {name} in {folder}")
    loci = Loci()
    loci.load_state_dict(state["loci"])
    return loci.eval()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument(
        "--scores", type=Path, help="scores.json of an evaluation; default: the one in the checkpoint folder"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    scores_file = options.scores or options.checkpoint / "scores.json"
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else manifest_scores({}, 0)
    started = time.monotonic()
    for case, difference in export(restore(options.checkpoint), options.bundle, scores).items():
        print(f"{case:12s} differs by {difference:.1e}")
    size = sum(p.stat().st_size for p in options.bundle.rglob("*") if p.is_file())
    print(
        f"{options.bundle}: {size / 2**20:.1f} MiB in {time.monotonic() - started:.0f} s, onnx {onnx.__version__}"
    )


if __name__ == "__main__":
    main()
