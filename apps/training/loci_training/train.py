"""Trains the nano model, all phases: `python -m loci_training.train --minutes 120 --out runs/nano`.

1 perception and motion on rendered pairs (one core), beside it 2 text alone, then 3a reading on simulated perception (the
other core); then 3b on recorded perception, on both; 4 the letters of orders by text, and 3b once more, briefly. Every
phase keeps checkpoints in the folder and goes on from them after a kill; what is done is not done again. The last
checkpoint, `loci`, is what is exported.
"""

import argparse
import multiprocessing
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import torch


from . import perception_training, reading_training, text_training
from .checkpoints import load, save
from .features import record_tour
from .model import Loci
from .perceive import EXPLICIT_GEOMETRY, EXPLICIT_VIEW, Perceive
from .perception import CLASSES
from .polishing import polish
from .questions import Record
from .sizes import NANO
from .sources import Recorded, Simulated, tour_seconds
from .splits import TRAIN
from .texts import text_records
from .tours import Tour

# Shares of the whole time: phase 1 runs beside 2 and 3a.
PERCEPTION, TEXT, SIMULATED, RECORDING, RECORDED, JOINT = 0.55, 0.2, 0.35, 0.1, 0.22, 0.08
POLISHING = 800  # steps
FIRST_RECORDED = 20_000  # seeds from here on are recorded; simulated tours use those below
BLOCK = 25  # tours a file


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


def rehearsal(scenes: int = 1500) -> list[Record]:
    """Questions to rehearse as text while grounding is learnt; half are orders, the hardest to reason about."""
    records = text_records(TRAIN[:scenes])
    orders = [record for record in records if record.question_type == "obj_appearance_order"]
    return records + orders * (len(records) // max(len(orders), 1))


def open_learned_channels(loci: Loci) -> None:
    """Simulated perception had no learned channels: what reads them begins at zero, so that they can only help."""
    with torch.no_grad():
        loci.representation.see.weight[:, CLASSES:-1] = 0
        loci.representation.patch1.weight[:, EXPLICIT_GEOMETRY : NANO.d_geometry] = 0
        for layer in (loci.representation.project_view, loci.representation.frame_token):
            layer.weight[:, EXPLICIT_VIEW:] = 0


def simulated_phase(folder: Path, seconds_text: float, seconds: float) -> None:
    """Phases 2 and 3a, one process."""
    torch.set_num_threads(1)
    decoder = text_training.train(folder, text_records(TRAIN[:3000]), 10**9, seconds_text)
    torch.manual_seed(0)
    source, loci = Simulated(), Loci()
    loci.decoder.load_state_dict(decoder.state_dict())
    reading_training.train(folder, loci, source, 10**9, seconds, "simulated", rehearsed=rehearsal(), enhancing_from=1.0)


def perception_phase(folder: Path, seconds: float) -> None:
    """Phase 1, one process."""
    torch.set_num_threads(1)
    perception_training.train(folder, 10**9, seconds)


def recording_phase(folder: Path, seconds: float, rank: int, processes: int) -> None:
    """Records tours into files of 25 until the time is up; files that stand are kept. Done once."""
    torch.set_num_threads(1)
    finished = folder / f"tours-{rank}-done"
    if finished.exists():
        return
    see, began = trained_perception(folder), time.monotonic()
    target = folder / "tours"
    target.mkdir(exist_ok=True)
    number = rank
    while time.monotonic() - began < seconds:
        path = target / f"{number}.pkl"
        if not path.exists():
            tours = []
            for index in range(number * BLOCK, (number + 1) * BLOCK):
                try:
                    tours.append(record_tour(see, TRAIN.start + FIRST_RECORDED + index, tour_seconds(1000 + index)))
                except ValueError:  # a scene that leaves nowhere to stand
                    continue
            partial = path.with_suffix(".new")
            partial.write_bytes(pickle.dumps(tours))
            os.replace(partial, path)
        number += processes
    finished.touch()


def recorded_tours(folder: Path) -> list[Tour]:
    """All recorded tours, in the order of their numbers."""
    paths = sorted((folder / "tours").glob("*.pkl"), key=lambda p: int(p.stem))
    return [tour for path in paths for tour in pickle.loads(path.read_bytes())]


def recorded_phase(folder: Path, seconds: float, rank: int, processes: int, name: str, begin: str, rate: float, enhancing_from: float) -> None:
    """Phase 3b under a name, from the checkpoint `begin`, data-parallel over processes."""
    torch.set_num_threads(1)
    loci, state = Loci(), load(folder, begin)
    if state is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint {begin} yet")
    loci.load_state_dict(state["loci"])
    if begin == "simulated":
        open_learned_channels(loci)
    loci.see.load_state_dict(trained_perception(folder).state_dict())
    reading_training.train(
        folder, loci, Recorded(recorded_tours(folder)), 10**9, seconds, name, rate, rank=rank, rehearsed=rehearsal(500),
        enhancing_from=enhancing_from, questions=16,
    )  # fmt: skip


def polishing_phase(folder: Path) -> None:
    """Phase 4, one process; done once."""
    torch.set_num_threads(1)
    if load(folder, "polished") is None:
        loci = Loci()
        loci.load_state_dict(load(folder, "recorded")["loci"])
        polish(loci.decoder, text_records(TRAIN[:700]), POLISHING)
        save(folder, "polished", {"loci": loci.state_dict()})


def together(*calls: tuple[Callable[..., None], tuple]) -> None:
    """Runs calls in processes of their own; raises RuntimeError when one fails."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=call, args=arguments) for call, arguments in calls]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a training process failed")


def train(folder: Path, minutes: float, processes: int = 2) -> None:
    """All phases within about `minutes` of wall time on `processes` cores."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = 60 * minutes
    together(
        (perception_phase, (folder, PERCEPTION * whole)),
        (simulated_phase, (folder, TEXT * whole, SIMULATED * whole)),
    )
    together(*((recording_phase, (folder, RECORDING * whole, rank, processes)) for rank in range(processes)))
    for name, begin, share, rate, enhancing_from in (("recorded", "simulated", RECORDED, 0.7, 0.4), ("joint", "polished", JOINT, 0.35, 0.0)):
        if begin == "polished":
            together((polishing_phase, (folder,)))
        (folder / f"group-{name}").unlink(missing_ok=True)
        together(*(
            (recorded_phase, (folder, share * whole, rank, processes, name, begin, rate, enhancing_from)) for rank in range(processes)
        ))  # fmt: skip
    save(folder, "loci", {"loci": load(folder, "joint")["loci"]})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    # Freed memory goes back to the allocator, not to the system: page faults cost a fifth of the time otherwise.
    for name, value in {"MALLOC_TRIM_THRESHOLD_": "4000000000", "MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TOP_PAD_": "500000000"}.items():
        os.environ.setdefault(name, value)
    train(options.out, options.minutes, options.processes)


if __name__ == "__main__":
    main()
