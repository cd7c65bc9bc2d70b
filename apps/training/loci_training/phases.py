"""The training's phases, each a function that a process runs: what it learns from is in the training's folder, and so is what it leaves.

On a CPU several processes train one net, each on batches of its own. On a GPU one trains, and the others draw for it.
"""

import os
import pickle
import time
from functools import partial
from pathlib import Path

import torch

from . import perception_training, reading_training, text_training
from .ahead import Ahead
from .batches import Held
from .checkpoints import load, save
from .growth import grown_reading
from .metrics import EVERY_TASK
from .model import Loci
from .pairs import make_batch
from .parallel import join_group, leave_group
from .perceive import EXPLICIT_GEOMETRY, EXPLICIT_VIEW, Perceive
from .perception import CLASSES, normalise
from .polishing import polish
from .questions import Record
from .reading_training import Lessons
from .recordings import record, recordings
from .sizes import NANO
from .sources import Recorded, Simulated
from .splits import TRAIN
from .texts import SEQUENCES, text_records

POLISHING = 800  # steps
TOURS_A_STEP = 32  # on a GPU
MEASURED = 12  # batches of 64 frames that tell what is not novel
ON_RATE = 0.35  # of the beginner's, where reading alone goes on


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


def trained_perception(folder: Path, measured: bool = True) -> Perceive:
    """Phase 1's nets as the perceive module, ready to use; where not `measured`, its novelty means nothing. Raises FileNotFoundError before
    the first checkpoint."""
    state = load(folder, "perception")
    if state is None:
        raise FileNotFoundError(f"{folder} holds no trained perception yet")
    see = Perceive()
    see.net.load_state_dict(state["net"])
    see.motion.load_state_dict(state["motion"])
    if measured:
        measure_looks(see.eval())
    return see.eval()


@torch.no_grad()
def measure_looks(see: Perceive) -> None:
    """Sets what the novelty score compares with: mean and spread of the pooled cells over training frames."""
    looks = torch.cat(
        [see.net(normalise(make_batch(10**6 + i, 32, TRAIN)["frames"]))["look"] for i in range(MEASURED)]
    )
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


def perception_phase(
    folder: Path, seconds: float, rank: int, processes: int, begin: Path | None, device: str = "cpu"
) -> None:
    """Phase 1: data-parallel over processes on a CPU; on a GPU they draw for one that trains."""
    torch.set_num_threads(1)
    if device == "cpu":
        join_group(folder, "perception", rank, processes)
    state = beginning(begin)
    start = (
        {part: weights_of(state["loci"], f"see.{part}.") for part in ("net", "motion")}
        | {"batches": state["batches"]}
        if state
        else None
    )
    # what has been learnt is thrown away again at the rate that a beginner needs, but for large batches, which need it too
    rate = 0.5 if start and device == "cpu" else 1.0
    perception_training.train(
        folder, 10**9, seconds, rank=rank, processes=processes, begin=start, rate=rate, device=device
    )
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
    loci.decoder.load_state_dict(
        text_training.train(folder, records, 10**9, seconds, decoder=loci.decoder).state_dict()
    )
    if state is None:
        lessons = Lessons(Simulated(), rehearsed=rehearsed(folder))
        loci = reading_training.train(
            folder, loci, lessons, 10**9, simulated, "simulated", enhancing_from=1.0
        )
        open_learned_channels(loci)
    save(folder, "begun", {"loci": loci.state_dict()})


def second_phase(
    folder: Path, seconds: float, text: float, simulated: float, rank: int, processes: int, begin: Path | None, device: str = "cpu"
) -> None:  # fmt: skip
    """Rank 0 draws what will be rehearsed and, where there is time for it, learns text; then it records tours as the others do from
    the start."""
    began = time.monotonic()
    if rank == 0:
        rehearsed(folder)
    if rank == 0 and text:
        text_phase(folder, text, simulated, begin)
    torch.set_num_threads(1)
    see = trained_perception(folder, measured=False)
    see.net.to(device)
    record(folder, see, max(seconds - (time.monotonic() - began), 0.0), rank, processes)


def rehearsed(folder: Path) -> list[Record]:
    """The questions that are rehearsed, drawn once for all phases and processes."""
    path = folder / "rehearsal.pkl"
    if not path.exists():
        partial_file = path.with_suffix(f".{os.getpid()}.new")
        partial_file.write_bytes(pickle.dumps(rehearsal(500)))
        os.replace(partial_file, path)
    return pickle.loads(path.read_bytes())


def reading_phase(
    folder: Path,
    seconds: float,
    rank: int,
    processes: int,
    name: str,
    start: str,
    rate: float,
    enhancing_from: float,
) -> None:
    """Reading of recorded tours under a name, from the checkpoint `start`."""
    read_together(
        folder, begun(folder, start), seconds, rank, processes, name, rate, enhancing_from=enhancing_from
    )


def read_together(
    folder: Path,
    loci: Loci,
    seconds: float,
    rank: int,
    processes: int,
    name: str,
    rate: float,
    **begins: float,
) -> None:
    """Reads the folder's recordings data-parallel over processes; what `begins` later than the rest, `reading_training.train` says."""
    torch.set_num_threads(1)
    join_group(folder, name, rank, processes)
    lessons = Lessons(Recorded(recordings(folder)), questions=32, rehearsed=rehearsed(folder))
    reading_training.train(folder, loci, lessons, 10**9, seconds, name, rate, rank=rank, **begins)
    leave_group()


def gpu_reading_phase(folder: Path, seconds: float, processes: int, begin: Path, device: str) -> None:
    """Reading of recorded tours on a GPU, from an earlier training's weights; so many processes draw."""
    torch.set_num_threads(1)
    made = recordings(folder)
    lessons = Lessons(
        Recorded(made, elsewhere=True), tours_a_step=TOURS_A_STEP, questions=32, rehearsed=rehearsed(folder)
    )
    state = load(folder, "recorded")
    ahead = Ahead(partial(lessons.drawn, rank=0), state["step"] if state else 0, processes)
    torch.backends.cuda.matmul.allow_tf32 = True
    loci = earlier_reading(begin)
    loci.see.load_state_dict(trained_perception(folder, measured=False).state_dict())
    reading_training.train(
        folder,
        loci,
        lessons,
        10**9,
        seconds,
        "recorded",
        0.7,
        device=device,
        held=Held(made, device),
        ahead=ahead,
    )
    ahead.close()


def earlier_reading(begin: Path) -> Loci:
    """The model with the reading of an earlier training, in today's words, and untrained eyes."""
    loci, earlier = Loci(), beginning(begin)
    grown_reading(loci, earlier["loci"], earlier["words"])
    return loci


def earlier(begin: Path) -> Loci:
    """The model of an earlier training, eyes and all, in today's words."""
    loci = earlier_reading(begin)
    loci.see.load_state_dict(weights_of(beginning(begin)["loci"], "see."))
    return loci


def recording_phase(folder: Path, seconds: float, rank: int, processes: int, begin: Path, first: int) -> None:
    """Tours recorded with the eyes of an earlier training, from file `first` on."""
    torch.set_num_threads(1)
    if rank == 0:
        rehearsed(folder)
    record(folder, earlier(begin).see.eval(), seconds, rank, processes, first)


def reading_on_phase(folder: Path, seconds: float, rank: int, processes: int, begin: Path) -> None:
    """Reading of recorded tours from an earlier training's weights."""
    read_together(folder, earlier(begin), seconds, rank, processes, "on", ON_RATE, knowing_from=0.1)


def begun(folder: Path, start: str) -> Loci:
    """The model of a checkpoint with the eyes of phase 1. Raises FileNotFoundError where there is no such checkpoint."""
    loci, state = Loci(), load(folder, start)
    if state is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint {start} yet")
    loci.load_state_dict(state["loci"])
    loci.see.load_state_dict(trained_perception(folder, measured=False).state_dict())
    return loci


def polishing_phase(folder: Path) -> None:
    """Phase 4, one process; done once."""
    torch.set_num_threads(1)
    if load(folder, "polished") is None:
        loci = Loci()
        loci.load_state_dict(load(folder, "recorded")["loci"])
        polish(loci.decoder, text_records(TRAIN[:700]), POLISHING)
        save(folder, "polished", {"loci": loci.state_dict()})
