"""Trains the nano model, all phases:
`python -m training.train --minutes 120 --out runs/nano [--begin checkpoint]`.

1. Perception and motion, on rendered pairs.
2. Text alone, on one process; the others record tours with the trained perception, then all do.
3. Reading, on recorded perception. A training that begins from nothing reads simulated perception before.
4. The last step of sequences, by text; then phase 3 once more, briefly.

With `--begin` it goes on from the weights of an earlier training, whose nets may have been smaller and whose
words fewer. Every phase keeps checkpoints in the folder and resumes from them after a kill; what is done is
not done again. The last checkpoint, `loci`, is what is exported.

With `--device cuda --processes 15` the nets learn on a GPU, from the weights of `--begin`, and the processes
draw for it. The phases by text and by simulation are left out: those weights have learnt them.

With `--reading` the perception of `--begin` stays as it is. Walks are recorded with it, from file `--first`
on, so that they are others than before, and read.
"""

import argparse
import multiprocessing
from collections.abc import Callable
from pathlib import Path

from model.loci import Loci
from model.vocabulary import TOKENS
from training.checkpoints import load, save
from training.parallel import keep_freed_memory
from training.phases import (
    Reading,
    gpu_reading_phase,
    load_perception,
    load_start,
    perception_phase,
    polishing_phase,
    reading_from,
    reading_on_phase,
    reading_phase,
    recording_phase,
    text_and_recording_phase,
)
from training.plan import TrainingPlan

# Shares of the whole time on a CPU, on a GPU (where the weights of --begin have learnt the rest), and of
# reading alone.
CPU_SHARES = {
    "perception": 0.44,
    "text": 0.09,
    "recording": 0.12,
    "simulated": 0.1,
    "recorded": 0.34,
    "joint": 0.07,
}
GPU_SHARES = {"perception": 0.42, "recording": 0.14, "recorded": 0.40}
READING_SHARES = {"recording": 0.3, "on": 0.7}


def run_processes(
    plan: TrainingPlan, name: str, processes: int, phase: Callable[..., None], *settings
) -> None:
    """Runs `phase(plan, rank, *settings)` in so many processes. Raises RuntimeError when one fails."""
    (plan.folder / f"group-{name}").unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=phase, args=(plan, rank, *settings)) for rank in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RuntimeError("a training process failed")


def train(plan: TrainingPlan) -> None:
    """All phases on a CPU."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    seconds = {name: plan.seconds(share) for name, share in CPU_SHARES.items()}
    run_processes(plan, "perception", plan.processes, perception_phase, seconds["perception"])
    shares = (seconds["recording"], seconds["text"], seconds["simulated"])
    run_processes(plan, "second", plan.processes, text_and_recording_phase, *shares)
    recorded = Reading("recorded", "begun", 0.7, enhance_from=0.1 if plan.begin else 0.4)
    run_processes(plan, "recorded", plan.processes, reading_phase, seconds["recorded"], recorded)
    run_processes(plan, "polishing", 1, polishing_phase)
    joint = Reading("joint", "polished", 0.35)
    run_processes(plan, "joint", plan.processes, reading_phase, seconds["joint"], joint)
    save_model(plan.folder, load(plan.folder, "joint")["loci"])


def train_on_gpu(plan: TrainingPlan) -> None:
    """Perception, recording and reading on a GPU, from an earlier training's weights."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    seconds = {name: plan.seconds(share) for name, share in GPU_SHARES.items()}
    run_processes(plan, "perception", 1, perception_phase, seconds["perception"])
    # better perception alone is worth keeping, should the time run out
    save_model(plan.folder, reading_from(plan.begin).state_dict())
    run_processes(plan, "second", plan.processes, text_and_recording_phase, seconds["recording"], 0.0, 0.0)
    run_processes(plan, "recorded", 1, gpu_reading_phase, seconds["recorded"])
    save_model(plan.folder, load(plan.folder, "recorded")["loci"])


def read_on(plan: TrainingPlan) -> None:
    """Recording and reading from an earlier training's weights, whose perception stays."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    seconds = {name: plan.seconds(share) for name, share in READING_SHARES.items()}
    run_processes(plan, "recording", plan.processes, recording_phase, seconds["recording"])
    run_processes(plan, "on", plan.processes, reading_on_phase, seconds["on"])
    batches = load_start(plan.begin)["batches"]
    weights = load(plan.folder, "on")["loci"]
    save(plan.folder, "loci", {"loci": weights, "words": TOKENS, "batches": batches})


def save_model(folder: Path, weights: dict) -> None:
    """Keeps weights, with phase 1's perception and its measured novelty, as the checkpoint `loci` that is
    exported."""
    loci = Loci()
    loci.load_state_dict(weights)
    loci.see.load_state_dict(load_perception(folder).state_dict())
    batches = load(folder, "perception")["batches"]
    save(folder, "loci", {"loci": loci.state_dict(), "words": TOKENS, "batches": batches})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="a folder with the checkpoint of an earlier training")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--device", default="cpu", help="cuda: on a GPU, from --begin; the processes draw for it"
    )
    parser.add_argument(
        "--reading", action="store_true", help="reading alone, with the perception of --begin"
    )
    parser.add_argument("--first", type=int, help="with --reading: the file that recording begins with")
    options = parser.parse_args()
    if options.reading and (options.begin is None or options.device != "cpu"):
        parser.error("--reading goes on from --begin, on a CPU")
    if options.first is not None and not options.reading:
        parser.error("--first goes with --reading")
    if options.device != "cpu" and options.begin is None:
        parser.error("on a GPU training goes on from --begin")
    keep_freed_memory()
    plan = TrainingPlan(
        options.out, options.minutes, options.processes, options.begin, options.device, options.first or 0
    )
    if options.reading:
        read_on(plan)
    elif plan.on_gpu:
        train_on_gpu(plan)
    else:
        train(plan)


if __name__ == "__main__":
    main()
