"""Adds perceive graphs with 8-bit convolutions to a bundle:
`python -m export.eight_bit --bundle ../models/loci-nano`.

They are made of the bundle's own graphs (`quantize.py`) and take about 0.6 of their time. What a byte stands
for is taken from validation walks: between the values that all but 1 in 10,000 lie within. On further walks
the command measures how far the outputs move, and writes nothing where more than MOST_CHANGED of the tokens
get another category, or a chunk that goes on gives other bits than a whole one.

To be run again after any command that writes the bundle's perceive.onnx.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from safetensors.numpy import load_file

from evaluation.bundle_graphs import BundleGraphs
from evaluation.walks import walk_duration
from export.manifest import read_manifest, write_manifest
from export.next import check
from export.parity import ParityError, write_tensors
from export.quantize import Range, giving, quantized, tensors_of
from export.short import share_weights
from model.localizer import Arrays
from model.sizes import NANO
from model.walkthrough import chunk_inputs
from rendering.filming import film
from world.scenes import make_scene
from world.splits import VALIDATION
from world.walks import make_walk

FORMAT = 5
FITTED, MEASURED = VALIDATION[60:108], VALIDATION[108:140]  # walks
MOST_SECONDS = 60.0  # of a walk
DRAWN = 5000  # values of a tensor that are looked at in a chunk
WITHIN = (0.01, 99.99)  # percentiles
MOST_CHANGED = 0.01  # share of the tokens that may get another category


def walk_chunks(seeds: Sequence[int]) -> Iterator[Arrays]:
    """What perceive takes of each whole chunk of the seeds' walks; of those that have somewhere to stand."""
    for seed in seeds:
        scene = make_scene(seed)
        try:
            walk = make_walk(scene, 0, min(walk_duration(seed)[1], MOST_SECONDS))
        except ValueError:
            continue
        frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
        yield from (inputs for _, held, inputs in chunk_inputs(frames) if held == NANO.frames)


def fit_ranges(model: onnx.ModelProto, seeds: Sequence[int] = FITTED) -> list[tuple[Range, Range]]:
    """The ranges of what each of the trunk's convolutions reads and gives on the seeds' walks."""
    names, rng = tensors_of(model), np.random.default_rng(0)
    drawn: list[list[np.ndarray]] = [[] for _ in names]
    distinct = list(dict.fromkeys(names))
    graph = BundleGraphs({"trunk": giving(model, distinct).SerializeToString()})
    for inputs in walk_chunks(seeds):
        found = graph.run("trunk", inputs)
        for values, name in zip(drawn, names, strict=True):
            values.append(rng.choice(found[name].reshape(-1), DRAWN))
    limits = [tuple(np.percentile(np.concatenate(values), WITHIN).tolist()) for values in drawn]
    # a byte must stand for 0 exactly
    wide = [(min(low, 0.0), max(high, 0.0)) for low, high in limits]
    return list(zip(wide[::2], wide[1::2], strict=True))


class Drift:
    """How far the outputs of one perceive graph lie from another's."""

    def __init__(self) -> None:
        self.changes: dict[str, list[float]] = {}
        self.sizes: dict[str, list[float]] = {}

    def add(self, wanted: Arrays, got: Arrays) -> None:
        """Takes a chunk's outputs."""
        for name in (name for name in wanted if not name.startswith("next_")):
            differs = got[name] != wanted[name] if name == "category" else np.abs(got[name] - wanted[name])
            size = 1.0 if name == "category" else np.abs(wanted[name]).mean()
            self.changes.setdefault(name, []).append(float(differs.mean()))
            self.sizes.setdefault(name, []).append(float(size))
        moved = np.linalg.norm((got["camera_to_chunk"] - wanted["camera_to_chunk"])[:, :3, 3], axis=-1)
        self.changes.setdefault("camera's place, m", []).append(float(moved.mean()))
        self.sizes.setdefault("camera's place, m", []).append(1.0)

    def shares(self) -> dict[str, float]:
        """An output → the mean of its change against its mean size; of `category`, the share of tokens that
        have another."""
        return {name: float(np.mean(each) / np.mean(self.sizes[name])) for name, each in self.changes.items()}


def measure(models: dict[str, onnx.ModelProto], seeds: Sequence[int] = MEASURED) -> dict[str, float]:
    """How far the outputs of the graph `eight_bit` lie from those of `perceive`. Raises ParityError."""
    graphs = BundleGraphs({name: model.SerializeToString() for name, model in models.items()})
    drift = Drift()
    for inputs in walk_chunks(seeds):
        drift.add(graphs.run("perceive", inputs), graphs.run("eight_bit", inputs))
    shares = drift.shares()
    if not shares["category"] <= MOST_CHANGED:
        raise ParityError(f"{shares['category']:.1%} of the tokens get another category")
    return shares


def files_of(manifest: dict) -> dict[str, str]:
    """The files of a bundle's perceive graphs, by how the manifest's section names them."""
    optional = {name: manifest[name]["perceive"] for name in ("next", "short") if name in manifest}
    return {"perceive": "perceive.onnx"} | optional


def eight_bit_name(file: str) -> str:
    """The file of the graph with 8-bit convolutions that stands for another."""
    return file.replace(".onnx", "-8bit.onnx")


def add_eight_bit(
    folder: Path, manifest: dict, fitted: Sequence[int] = FITTED, measured: Sequence[int] = MEASURED
) -> tuple[dict, dict[str, float]]:
    """Writes the graphs and their cases into a bundle's folder. Returns the manifest that describes it, and
    what `measure` finds. Raises ParityError."""
    files = files_of(manifest)
    floats = {name: onnx.load(folder / file) for name, file in files.items()}
    ranges = fit_ranges(floats["perceive"], fitted)
    models = {name: quantized(model, ranges) for name, model in floats.items()}
    shares = measure({"perceive": floats["perceive"], "eight_bit": models["perceive"]}, measured)
    graphs = BundleGraphs({name: model.SerializeToString() for name, model in models.items()})
    cases = [case for case in manifest["golden"] if case["graph"] in ("perceive", "perceive_short")]
    if "next" in models:
        whole = [load_file(folder / case["inputs"]) for case in cases if case["graph"] == "perceive"]
        pair = {"perceive": graphs.sessions["perceive"], "perceive_next": graphs.sessions["next"]}
        graphs.sessions |= pair
        check(graphs, *whole[:2])
    golden = []
    for case in cases:
        entry = case | {"outputs": case["outputs"].replace(".outputs", "-8bit.outputs")}
        name = "short" if case["graph"] == "perceive_short" else "perceive"
        outputs = graphs.run(name, load_file(folder / case["inputs"]))
        left = {key: value for key, value in outputs.items() if not key.startswith("next_")}
        write_tensors(folder / entry["outputs"], left)
        golden.append(entry)
    section: dict = {name: eight_bit_name(file) for name, file in files.items()}
    for name, model in models.items():
        shared = share_weights(model, folder / "perceive.onnx")
        if name != "perceive":
            shared = share_weights(shared, folder / section["perceive"])
        (folder / section[name]).write_bytes(shared.SerializeToString())
    form = max(FORMAT, manifest["format"])
    return manifest | {"format": form, "eight_bit": section | {"golden": golden}}, shares


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args(arguments)
    manifest, shares = add_eight_bit(options.bundle, read_manifest(options.bundle))
    write_manifest(options.bundle, manifest)
    for name, share in shares.items():
        print(f"{name:22s} {share:.4f}")


if __name__ == "__main__":
    main()
