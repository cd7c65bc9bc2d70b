"""Trains the nano model, all phases: `python -m loci_training.train --minutes 120 --out runs/nano [--begin checkpoint]`.

1 perception and motion on rendered pairs; 2 text alone on one process, while the others record tours with the trained eyes, then
all record; 3 reading on recorded perception; 4 the last step of sequences by text, and 3 once more, briefly. Training that
begins from nothing first reads simulated perception, so that representation and memory are not lost among the recorded. With
`--begin` it goes on from the weights of an earlier training, whose nets may have been smaller and whose words fewer. Every
phase keeps checkpoints in the folder and goes on from them after a kill; what is done is not done again. The last checkpoint,
`loci`, is what is exported.

With `--device cuda --processes 15` the nets learn on a GPU, from the weights of `--begin`, and the processes draw for it: perception,
recordings and reading, without the phases by text and by simulation, which those weights have behind them.

With `--reading` the eyes of `--begin` stay as they are: walks are recorded with them, from file `--first` on, so that they are others
than those of before, and read.
"""

import argparse
import multiprocessing
from collections.abc import Callable
from pathlib import Path

from .checkpoints import load, save
from .model import Loci
from .parallel import keep_freed_memory
from .phases import (
    beginning,
    earlier_reading,
    gpu_reading_phase,
    perception_phase,
    polishing_phase,
    reading_on_phase,
    reading_phase,
    recording_phase,
    second_phase,
    trained_perception,
)
from .vocabulary import TOKENS

# Shares of the whole time, on a CPU and on a GPU; there training goes on from weights that have learnt the rest.
PERCEPTION, TEXT, RECORDING, SIMULATED, RECORDED, JOINT = 0.44, 0.09, 0.12, 0.1, 0.34, 0.07
ON_RECORDING, ON_READING = 0.3, 0.7  # where reading alone goes on
GPU_PERCEPTION, GPU_RECORDING, GPU_RECORDED = 0.42, 0.14, 0.40


def together(folder: Path, name: str, processes: int, call: Callable[..., None], *arguments) -> None:
    """Runs `call` in so many processes, each with its rank wherever an argument is a function; raises RuntimeError when one fails."""
    (folder / f"group-{name}").unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    running = [
        context.Process(target=call, args=(folder, *(a(rank) if callable(a) else a for a in arguments)))
        for rank in range(processes)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RuntimeError("a training process failed")


def train(folder: Path, minutes: float, processes: int = 2, begin: Path | None = None) -> None:
    """All phases within about `minutes` of wall time on `processes` cores."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = 60 * minutes
    together(folder, "perception", processes, perception_phase, PERCEPTION * whole, own, processes, begin)
    together(
        folder,
        "second",
        processes,
        second_phase,
        RECORDING * whole,
        TEXT * whole,
        SIMULATED * whole,
        own,
        processes,
        begin,
    )
    together(
        folder,
        "recorded",
        processes,
        reading_phase,
        RECORDED * whole,
        own,
        processes,
        "recorded",
        "begun",
        0.7,
        0.1 if begin else 0.4,
    )
    together(folder, "polishing", 1, polishing_phase)
    together(
        folder,
        "joint",
        processes,
        reading_phase,
        JOINT * whole,
        own,
        processes,
        "joint",
        "polished",
        0.35,
        0.0,
    )
    finish(folder, load(folder, "joint")["loci"])


def train_on_gpu(folder: Path, minutes: float, processes: int, begin: Path, device: str = "cuda") -> None:
    """Perception, recording and reading from an earlier training's weights, within about `minutes` on a GPU for which `processes` draw."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = 60 * minutes
    together(folder, "perception", 1, perception_phase, GPU_PERCEPTION * whole, 0, processes, begin, device)
    finish(
        folder, earlier_reading(begin).state_dict()
    )  # better eyes alone are worth keeping, should the time run out
    together(
        folder,
        "second",
        processes,
        second_phase,
        GPU_RECORDING * whole,
        0.0,
        0.0,
        own,
        processes,
        begin,
        device,
    )
    together(folder, "recorded", 1, gpu_reading_phase, GPU_RECORDED * whole, processes, begin, device)
    finish(folder, load(folder, "recorded")["loci"])


def read_on(folder: Path, minutes: float, processes: int, begin: Path, first: int) -> None:
    """Recording, from file `first` on, and reading, from an earlier training's weights, whose eyes stay."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = 60 * minutes
    together(
        folder, "recording", processes, recording_phase, ON_RECORDING * whole, own, processes, begin, first
    )
    together(folder, "on", processes, reading_on_phase, ON_READING * whole, own, processes, begin)
    save(
        folder,
        "loci",
        {"loci": load(folder, "on")["loci"], "words": TOKENS, "batches": beginning(begin)["batches"]},
    )


def own(rank: int) -> int:
    """An argument of `together`: each process's rank."""
    return rank


def finish(folder: Path, weights: dict) -> None:
    """Keeps a model's weights, with the eyes of phase 1, which then know what is novel, as the checkpoint `loci` that is exported."""
    loci = Loci()
    loci.load_state_dict(weights)
    loci.see.load_state_dict(trained_perception(folder).state_dict())
    save(
        folder,
        "loci",
        {"loci": loci.state_dict(), "words": TOKENS, "batches": load(folder, "perception")["batches"]},
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--begin", type=Path, help="a folder with the checkpoint of an earlier training to go on from"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--device", default="cpu", help="cuda: on a GPU, from --begin; the processes draw for it"
    )
    parser.add_argument("--reading", action="store_true", help="reading alone, with the eyes of --begin")
    parser.add_argument("--first", type=int, help="with --reading: the file that recording begins with")
    options = parser.parse_args()
    if options.reading and (options.begin is None or options.device != "cpu"):
        parser.error("--reading goes on from --begin, on a CPU")
    if options.first is not None and not options.reading:
        parser.error("--first goes with --reading")
    if options.device != "cpu" and options.begin is None:
        parser.error("on a GPU training goes on from --begin")
    keep_freed_memory()
    if options.reading:
        read_on(options.out, options.minutes, options.processes, options.begin, options.first or 0)
    elif options.device == "cpu":
        train(options.out, options.minutes, options.processes, options.begin)
    else:
        train_on_gpu(options.out, options.minutes, options.processes, options.begin, options.device)


if __name__ == "__main__":
    main()
