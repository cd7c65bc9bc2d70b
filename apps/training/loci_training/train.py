"""Trains the nano model, all phases: `python -m loci_training.train --minutes 120 --out runs/nano [--begin checkpoint]`.

1 perception and motion on rendered pairs; 2 text alone on one process, while the others record tours with the trained eyes, then
all record; 3 reading on recorded perception; 4 the last step of sequences by text, and 3 once more, briefly. Training that
begins from nothing first reads simulated perception, so that representation and memory are not lost among the recorded. With
`--begin` it goes on from the weights of an earlier training, whose nets may have been smaller and whose words fewer. Every
phase keeps checkpoints in the folder and goes on from them after a kill; what is done is not done again. The last checkpoint,
`loci`, is what is exported.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

import torch

from . import perception_training, reading_training, text_training
from .checkpoints import load, save
from .growth import grown_reading
from .metrics import TASKS, VSTI_TASKS
from .model import Loci
from .parallel import join_group, keep_freed_memory, leave_group
from .perceive import EXPLICIT_GEOMETRY, EXPLICIT_VIEW, Perceive
from .perception import CLASSES
from .polishing import polish
from .questions import Record
from .recordings import record, recordings
from .sizes import NANO
from .sources import Recorded, Simulated
from .splits import TRAIN
from .texts import SEQUENCES, text_records
from .vocabulary import TOKENS

# Shares of the whole time.
PERCEPTION, TEXT, RECORDING, SIMULATED, RECORDED, JOINT = 0.44, 0.09, 0.12, 0.1, 0.34, 0.07
POLISHING = 800  # steps
EVERY_TASK = (*TASKS, *VSTI_TASKS)


def weights_of(state: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    """The weights of one part of the model, by its own names."""
    return {name.removeprefix(part): value for name, value in state.items() if name.startswith(part)}


def beginning(begin: Path | None) -> dict | None:
    """The checkpoint `loci` of an earlier training: its weights, the words that it knew and the batches that its eyes have seen."""
    if begin is None:
        return None
    state = load(begin, "loci")
    if state is None:
        raise FileNotFoundError(f"{begin} holds no checkpoint loci")
    return state


def trained_perception(folder: Path) -> Perceive:
    """Phase 1's nets as the perceive module, ready to use. Raises FileNotFoundError before the first checkpoint."""
    state = load(folder, "perception")
    if state is None:
        raise FileNotFoundError(f"{folder} holds no trained perception yet")
    see = Perceive()
    see.net.load_state_dict(state["net"])
    see.motion.load_state_dict(state["motion"])
    measure_looks(see.eval())
    return see


@torch.no_grad()
def measure_looks(see: Perceive, batches: int = 12) -> None:
    """Sets what the novelty score compares with: mean and spread of the pooled cells over training frames."""
    from .pairs import make_batch
    from .perception import normalise

    looks = torch.cat([see.net(normalise(make_batch(10**6 + i, 32, TRAIN)["frames"]))["look"] for i in range(batches)])
    see.look_mean.copy_(looks.mean(0))
    see.look_scale.copy_(looks.std(0) + 1e-3)


def rehearsal(scenes: int) -> list[Record]:
    """Questions to rehearse as text while grounding is learnt; those about sequences twice, the hardest to reason about."""
    records = text_records(TRAIN[:scenes], tasks=EVERY_TASK)
    return records + [record for record in records if record.question_type in SEQUENCES]


def open_learned_channels(loci: Loci) -> None:
    """Simulated perception had no learned channels: what reads them begins at zero, so that they can only help."""
    with torch.no_grad():
        loci.representation.see.weight[:, CLASSES:-1] = 0
        loci.representation.patch1.weight[:, EXPLICIT_GEOMETRY : NANO.d_geometry] = 0
        for layer in (loci.representation.project_view, loci.representation.frame_token):
            layer.weight[:, EXPLICIT_VIEW:] = 0


def perception_phase(folder: Path, seconds: float, rank: int, processes: int, begin: Path | None) -> None:
    """Phase 1, data-parallel over processes."""
    torch.set_num_threads(1)
    join_group(folder, "perception", rank, processes)
    state = beginning(begin)
    start = {part: weights_of(state["loci"], f"see.{part}.") for part in ("net", "motion")} | {"batches": state["batches"]} if state else None
    # what has been learnt is thrown away again at the rate that a beginner needs
    rate = 0.5 if start else 1.0
    perception_training.train(folder, 10**9, seconds, rank=rank, processes=processes, begin=start, rate=rate)
    leave_group()


def text_phase(folder: Path, seconds: float, simulated: float, begin: Path | None) -> None:
    """Phase 2, and what the reading of recorded tours begins from; one process."""
    torch.set_num_threads(1)
    if load(folder, "begun") is not None:
        return
    torch.manual_seed(0)
    loci, state = Loci(), beginning(begin)
    if state:
        grown_reading(loci, state["loci"], state["words"])
    records = text_records(TRAIN[:3000], tasks=EVERY_TASK)
    loci.decoder.load_state_dict(text_training.train(folder, records, 10**9, seconds, decoder=loci.decoder).state_dict())
    if state is None:
        loci = reading_training.train(folder, loci, Simulated(), 10**9, simulated, "simulated", rehearsed=rehearsal(500), enhancing_from=1.0)
        open_learned_channels(loci)
    save(folder, "begun", {"loci": loci.state_dict()})


def second_phase(folder: Path, seconds: float, text: float, simulated: float, rank: int, processes: int, begin: Path | None) -> None:
    """Rank 0 learns text first, then it records tours as the others do from the start."""
    began = time.monotonic()
    if rank == 0:
        text_phase(folder, text, simulated, begin)
    torch.set_num_threads(1)
    record(folder, trained_perception(folder), max(seconds - (time.monotonic() - began), 0.0), rank, processes)


def reading_phase(folder: Path, seconds: float, rank: int, processes: int, name: str, start: str, rate: float, enhancing_from: float) -> None:
    """Reading of recorded tours under a name, from the checkpoint `start`, data-parallel over processes."""
    torch.set_num_threads(1)
    join_group(folder, name, rank, processes)
    loci, state = Loci(), load(folder, start)
    if state is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint {start} yet")
    loci.load_state_dict(state["loci"])
    loci.see.load_state_dict(trained_perception(folder).state_dict())
    reading_training.train(
        folder, loci, Recorded(recordings(folder)), 10**9, seconds, name, rate, rank=rank, rehearsed=rehearsal(500),
        enhancing_from=enhancing_from, questions=32,
    )  # fmt: skip
    leave_group()


def polishing_phase(folder: Path) -> None:
    """Phase 4, one process; done once."""
    torch.set_num_threads(1)
    if load(folder, "polished") is None:
        loci = Loci()
        loci.load_state_dict(load(folder, "recorded")["loci"])
        polish(loci.decoder, text_records(TRAIN[:700]), POLISHING)
        save(folder, "polished", {"loci": loci.state_dict()})


def together(folder: Path, name: str, processes: int, call: Callable[..., None], *arguments) -> None:
    """Runs `call` in so many processes, each with its rank wherever an argument is a function; raises RuntimeError when one fails."""
    (folder / f"group-{name}").unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=call, args=(folder, *(a(rank) if callable(a) else a for a in arguments))) for rank in range(processes)]
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

    def own(rank: int) -> int:
        return rank

    together(folder, "perception", processes, perception_phase, PERCEPTION * whole, own, processes, begin)
    together(folder, "second", processes, second_phase, RECORDING * whole, TEXT * whole, SIMULATED * whole, own, processes, begin)
    together(folder, "recorded", processes, reading_phase, RECORDED * whole, own, processes, "recorded", "begun", 0.7, 0.1 if begin else 0.4)
    together(folder, "polishing", 1, polishing_phase)
    together(folder, "joint", processes, reading_phase, JOINT * whole, own, processes, "joint", "polished", 0.35, 0.0)
    save(folder, "loci", {"loci": load(folder, "joint")["loci"], "words": TOKENS, "batches": load(folder, "perception")["batches"]})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="a folder with the checkpoint of an earlier training to go on from")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    keep_freed_memory()
    train(options.out, options.minutes, options.processes, options.begin)


if __name__ == "__main__":
    main()
