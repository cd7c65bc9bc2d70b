"""Adds the reader to a bundle: `python -m export.reader --checkpoint DIR --bundle ../models/loci-nano`.

The 8-bit graph must read as PyTorch does before anything is written.
"""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from export.manifest import read_manifest, write_manifest
from export.parity import ParityError
from reading.batches import texts_of
from reading.canonical import GRAPH, TOKENIZER, section
from reading.generate import Source
from reading.graph import ReadGraph, float_graph, quantized
from reading.labels import NONE
from reading.net import Reader
from reading.train import restore
from reading.validation import examples, read
from reading.words import tokenizer_file

FORMAT = 2
QUESTIONS = 1000
SAME = 0.995  # the share of questions that both have to read alike
LARGEST = 25_000_000  # bytes


def agreement(reader: Reader, graph: ReadGraph, count: int = QUESTIONS) -> float:
    """The share of generated questions of which task, unit and used mentions are read alike by both."""
    same = total = 0
    for example in examples(Source(), "export", count):
        texts = texts_of(example)
        both = []
        for got in (read(reader, texts), graph.read(texts)):
            used = [[mention for mention in text if mention.role != NONE] for text in got.mentions]
            both.append((got.task,) if got.task == NONE else (got.task, got.unit, used))
        same += both[0] == both[1]
        total += 1
    return same / total


def export(reader: Reader, bundle: Path, count: int = QUESTIONS) -> float:
    """Writes the graph, the tokenizer and the manifest's section. Returns the agreement. Raises
    ParityError."""
    model = quantized(float_graph(reader))
    if len(model) > LARGEST:
        raise ParityError(f"{GRAPH} has {len(model)} bytes; at most {LARGEST} are allowed")
    same = agreement(reader, ReadGraph(model), count)
    if same < SAME:
        raise ParityError(f"{GRAPH} reads {100 * same:.1f} % as PyTorch does; {100 * SAME:.1f} % are wanted")
    (bundle / GRAPH).write_bytes(model)
    (bundle / TOKENIZER).write_text(json.dumps(tokenizer_file(), ensure_ascii=False) + "\n")
    write_manifest(bundle, described(read_manifest(bundle)))
    return same


def described(manifest: dict) -> dict:
    """A manifest with the reader's section."""
    return manifest | {"format": max(FORMAT, manifest["format"]), "reading": section()}


def keep_reader(bundle: Path, staged: Path, manifest: dict) -> dict:
    """Takes the reader of a bundle, where it has one, over into the folder that will replace it. Returns the
    manifest that describes it. Raises ParityError where that reader tells other labels than today's."""
    if not (bundle / GRAPH).exists():
        return manifest
    if read_manifest(bundle)["reading"]["labels"] != section()["labels"]:
        raise ParityError(f"{bundle / GRAPH} tells other labels than the code: export a reader anew")
    for name in (GRAPH, TOKENIZER):
        shutil.copyfile(bundle / name, staged / name)
    return described(manifest)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="a folder of reading.train")
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    same = export(restore(options.checkpoint), options.bundle)
    size = (options.bundle / GRAPH).stat().st_size
    print(f"{options.bundle / GRAPH}: {size / 1e6:.1f} MB, reads {100 * same:.1f} % as PyTorch does")


if __name__ == "__main__":
    main()
