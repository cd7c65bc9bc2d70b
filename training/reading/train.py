"""Trains the reader: `python -m reading.train --out DIR`. Run again, it goes on where it was stopped."""

import argparse
import os
import time
from collections.abc import Sequence as Many
from pathlib import Path

import torch

from reading.batches import hidden, loss, stream
from reading.canonical import GRAPH
from reading.generate import Source
from reading.graph import weights
from reading.net import Reader, pretrained
from reading.validation import report

BATCH = 48
RATE, HEAD_RATE = 2e-4, 2e-3
AGAIN = 0.4  # the rates' share in a training that goes on from a reader
WARMUP = 40
SAVE_S = 60.0  # seconds between two saved states
STATE = "state.pt"


def trainable(reader: Reader, share: float = 1.0) -> list[dict]:
    """The optimiser's groups: the encoder, and the new heads at a higher rate; `share` of the rates."""
    heads = ("task.", "reason.", "unit.", "things.", "roles.", "starts.")
    named = [(name, weight) for name, weight in reader.named_parameters() if weight.requires_grad]
    return [
        {"params": [w for name, w in named if not name.startswith(heads)], "rate": share * RATE},
        {"params": [w for name, w in named if name.startswith(heads)], "rate": share * HEAD_RATE},
    ]


def schedule(step: int, steps: int) -> float:
    """The rate's share at a step: up over the first steps, then linearly to nothing."""
    return min((step + 1) / WARMUP, 1.0) * max(1 - step / steps, 0.0)


def learned(reader: Reader) -> dict[str, torch.Tensor]:
    """What training changes; the tables are the package's."""
    tables = ("words.", "positions.", "kinds.")
    return {name: value for name, value in reader.state_dict().items() if not name.startswith(tables)}


def save(path: Path, state: dict) -> None:
    """Writes a state so that a reader never sees half of it."""
    torch.save(state, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def restore(folder: Path) -> Reader:
    """The reader of a folder that `train` wrote, or of a bundle, ready to read. Raises FileNotFoundError."""
    if (folder / GRAPH).exists():
        known = weights((folder / GRAPH).read_bytes())
    else:
        known = torch.load(folder / STATE, weights_only=True)["reader"]
    reader = pretrained()
    reader.load_state_dict(known, strict=False)
    return reader.eval()


def train(out: Path, steps: int, source: Source, seed: int = 0, begin: Path | None = None) -> Reader:
    """Trains for so many steps altogether, going on from `out` where that has a state, else from the reader
    of `begin`, else from the package's encoder."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    reader = pretrained() if begin is None else restore(begin)
    optimizer = torch.optim.AdamW(trainable(reader, 1.0 if begin is None else AGAIN), weight_decay=0.01)
    first = 0
    if (out / STATE).exists():
        state = torch.load(out / STATE, weights_only=True)
        reader.load_state_dict(state["reader"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    reader.train()
    questions = stream(f"reading-{seed}-{first}", BATCH, source)
    started = saved = time.monotonic()
    mean = 0.0
    for step in range(first, steps):
        tokens, target = next(questions)
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * schedule(step, steps)
        with torch.autocast("cpu", torch.bfloat16):
            reading = reader(hidden(tokens, target))
        value = loss(reading, target)
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        mean += (float(value) - mean) * max(0.02, 1 / (step - first + 1))
        if (step + 1) % 50 == 0:
            print(f"step {step + 1}/{steps}  loss {mean:.3f}  {time.monotonic() - started:.0f} s", flush=True)
        if time.monotonic() - saved > SAVE_S or step + 1 == steps:
            state = {"reader": learned(reader), "optimizer": optimizer.state_dict(), "step": step + 1}
            save(out / STATE, state)
            saved = time.monotonic()
    return reader.eval()


def main(arguments: Many[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--hold-out", action="store_true", help="keep one template in nine for validation")
    parser.add_argument(
        "--begin", type=Path, help="another --out, or a bundle, to begin from, with a new schedule"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    reader = train(
        options.out, options.steps, Source(False if options.hold_out else None), begin=options.begin
    )
    print(report(reader, Source(True if options.hold_out else None)))


if __name__ == "__main__":
    main()
