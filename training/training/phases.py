"""The training's phases, each a function that a process runs with the plan and its rank.

What a phase learns from is in the training's folder, and so is what it leaves. On a CPU several processes
train one net, each on batches of its own. On a GPU one trains, and the others draw for it.
"""

import os
import pickle
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from model.loci import Loci
from model.perceive import EXPLICIT_GEOMETRY, EXPLICIT_VIEW, Perceive
from model.perception import CLASSES, normalise
from model.sizes import NANO
from questions.records import Record
from questions.scoring import EVERY_TASK
from training import perception_training, reading_training, text_training
from training.batches import DeviceTokens
from training.checkpoints import load, save
from training.growth import grow_reading
from training.pairs import make_pair_batch
from training.parallel import join_group, leave_group
from training.perception_training import PerceptionRun
from training.plan import Schedule, TrainingPlan
from training.prefetch import Prefetcher
from training.reading_training import ReadingData, ReadingRun
from training.recordings import load_recordings, record_walks
from training.sources import RecordedTours, SimulatedTours
from training.texts import SEQUENCES, text_records
from world.splits import TRAIN

POLISHING_STEPS = 800
GPU_TOURS_A_STEP = 32
NOVELTY_BATCHES = 12  # batches of 64 frames that tell what is not novel
NOVELTY_FIRST = 10**6  # number of the first of those batches
REHEARSED_SCENES, TEXT_SCENES, POLISHED_SCENES = 500, 3000, 700
WARM_PERCEPTION_RATE = 0.5  # of the beginner's: at its full rate, small batches throw away what was learnt
READING_ON_RATE = 0.35  # of the beginner's, where reading alone goes on
QUESTIONS_PER_TOUR = 32


@dataclass(frozen=True)
class Reading:
    """A reading phase: the checkpoints that it keeps and begins from, its learning rate as a share of the
    beginner's, and from when on memory attends (see `ReadingRun`)."""

    name: str
    start: str
    rate: float
    enhance_from: float = 0.0


def part_weights(state: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    """The weights of one part of the model, by its own names."""
    return {name.removeprefix(part): value for name, value in state.items() if name.startswith(part)}


def load_start(begin: Path | None) -> dict | None:
    """The checkpoint `loci` of an earlier training: its weights, its words and how many batches perception
    has seen."""
    if begin is None:
        return None
    state = load(begin, "loci")
    if state is None:
        raise FileNotFoundError(f"{begin} holds no checkpoint loci")
    return state


def load_perception(folder: Path, measured: bool = True) -> Perceive:
    """Phase 1's nets as the perceive module, ready to use; where not `measured`, its novelty means nothing.

    Raises FileNotFoundError before the first checkpoint.
    """
    state = load(folder, "perception")
    if state is None:
        raise FileNotFoundError(f"{folder} holds no trained perception yet")
    see = Perceive()
    see.net.load_state_dict(state["net"])
    see.motion.load_state_dict(state["motion"])
    if measured:
        measure_novelty(see.eval())
    return see.eval()


@torch.no_grad()
def measure_novelty(see: Perceive) -> None:
    """Sets what the novelty score compares with: mean and spread of the pooled cells over training frames."""
    batches = (make_pair_batch(NOVELTY_FIRST + index, 32, TRAIN) for index in range(NOVELTY_BATCHES))
    looks = torch.cat([see.net(normalise(batch["frames"]))["look"] for batch in batches])
    see.look_mean.copy_(looks.mean(0))
    see.look_scale.copy_(looks.std(0) + 1e-3)


def build_rehearsal(scenes: int) -> list[Record]:
    """Questions to rehearse as text while grounding is learnt; those about sequences, the hardest, twice."""
    records = text_records(TRAIN[:scenes], tasks=EVERY_TASK)
    return records + [record for record in records if record.question_type in SEQUENCES]


def load_rehearsal(folder: Path) -> list[Record]:
    """The questions that are rehearsed, drawn once for all phases and processes."""
    path = folder / "rehearsal.pkl"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}.new")
        unfinished.write_bytes(pickle.dumps(build_rehearsal(REHEARSED_SCENES)))
        os.replace(unfinished, path)
    return pickle.loads(path.read_bytes())


def zero_learned_channels(loci: Loci) -> None:
    """Simulated perception had no learned channels: what reads them begins at zero, so that they can only
    help."""
    with torch.no_grad():
        loci.representation.see.weight[:, CLASSES:-1] = 0
        loci.representation.patch1.weight[:, EXPLICIT_GEOMETRY : NANO.d_geometry] = 0
        for layer in (loci.representation.project_view, loci.representation.frame_token):
            layer.weight[:, EXPLICIT_VIEW:] = 0


def reading_from(begin: Path) -> Loci:
    """The model with the reading of an earlier training, in today's words, and untrained perception."""
    loci, state = Loci(), load_start(begin)
    grow_reading(loci, state["loci"], state["words"])
    return loci


def model_from(begin: Path) -> Loci:
    """The model of an earlier training, perception included, in today's words."""
    loci = reading_from(begin)
    loci.see.load_state_dict(part_weights(load_start(begin)["loci"], "see."))
    return loci


def load_model(folder: Path, name: str) -> Loci:
    """The model of a checkpoint with phase 1's perception. Raises FileNotFoundError where there is no
    checkpoint."""
    loci, state = Loci(), load(folder, name)
    if state is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint {name} yet")
    loci.load_state_dict(state["loci"])
    loci.see.load_state_dict(load_perception(folder, measured=False).state_dict())
    return loci


def perception_phase(plan: TrainingPlan, rank: int, seconds: float) -> None:
    """Phase 1: data-parallel over processes on a CPU; on a GPU they draw for one that trains."""
    torch.set_num_threads(1)
    if not plan.on_gpu:
        join_group(plan.folder, "perception", rank, plan.processes)
    state, start = load_start(plan.begin), None
    if state is not None:
        start = {part: part_weights(state["loci"], f"see.{part}.") for part in ("net", "motion")}
        start["batches"] = state["batches"]
    # large batches, as on a GPU, need the beginner's rate
    rate = WARM_PERCEPTION_RATE if start and not plan.on_gpu else 1.0
    perception_training.train(
        PerceptionRun(
            plan.folder,
            Schedule(seconds=seconds),
            rank=rank,
            processes=plan.processes,
            begin=start,
            rate=rate,
            device=plan.device,
        )
    )
    leave_group()


def text_phase(plan: TrainingPlan, seconds: float, simulated: float) -> None:
    """Phase 2, and what the reading of recorded tours begins from; one process."""
    torch.set_num_threads(1)
    if load(plan.folder, "begun") is not None:
        return
    torch.manual_seed(0)
    loci = Loci() if plan.begin is None else reading_from(plan.begin)
    records = text_records(TRAIN[:TEXT_SCENES], tasks=EVERY_TASK)
    decoder = text_training.train(plan.folder, records, Schedule(seconds=seconds), decoder=loci.decoder)
    loci.decoder.load_state_dict(decoder.state_dict())
    if plan.begin is None:
        data = ReadingData(SimulatedTours(), rehearsed=load_rehearsal(plan.folder))
        run = ReadingRun(plan.folder, Schedule(seconds=simulated), "simulated", enhance_from=1.0)
        loci = reading_training.train(run, loci, data)
        zero_learned_channels(loci)
    save(plan.folder, "begun", {"loci": loci.state_dict()})


def text_and_recording_phase(
    plan: TrainingPlan, rank: int, seconds: float, text: float, simulated: float
) -> None:
    """Rank 0 draws what will be rehearsed and, where there is time for it, learns text. Then it records
    tours, as the others do from the start."""
    began = time.monotonic()
    if rank == 0:
        load_rehearsal(plan.folder)
    if rank == 0 and text:
        text_phase(plan, text, simulated)
    torch.set_num_threads(1)
    see = load_perception(plan.folder, measured=False)
    see.net.to(plan.device)
    left = max(seconds - (time.monotonic() - began), 0.0)
    record_walks(plan.folder, see, left, rank, plan.processes)


def reading_phase(plan: TrainingPlan, rank: int, seconds: float, reading: Reading) -> None:
    """Phase 3: reading of recorded tours."""
    run = ReadingRun(
        plan.folder,
        Schedule(seconds=seconds),
        reading.name,
        reading.rate,
        rank,
        enhance_from=reading.enhance_from,
    )
    read_together(plan, run, load_model(plan.folder, reading.start))


def read_together(plan: TrainingPlan, run: ReadingRun, loci: Loci) -> None:
    """Reads the folder's recordings data-parallel over processes."""
    torch.set_num_threads(1)
    join_group(plan.folder, run.name, run.rank, plan.processes)
    tours = RecordedTours(load_recordings(plan.folder))
    data = ReadingData(tours, questions=QUESTIONS_PER_TOUR, rehearsed=load_rehearsal(plan.folder))
    reading_training.train(run, loci, data)
    leave_group()


def gpu_reading_phase(plan: TrainingPlan, rank: int, seconds: float) -> None:
    """Phase 3 on a GPU, from an earlier training's weights; the processes draw."""
    torch.set_num_threads(1)
    recordings = load_recordings(plan.folder)
    data = ReadingData(
        RecordedTours(recordings, on_device=True),
        GPU_TOURS_A_STEP,
        QUESTIONS_PER_TOUR,
        load_rehearsal(plan.folder),
    )
    run = ReadingRun(plan.folder, Schedule(seconds=seconds), "recorded", 0.7, device=plan.device)
    state = load(plan.folder, run.name)
    # forked before the GPU is used
    prefetched = Prefetcher(partial(data.draw, rank=rank), state["step"] if state else 0, plan.processes)
    torch.backends.cuda.matmul.allow_tf32 = True
    loci = reading_from(plan.begin)
    loci.see.load_state_dict(load_perception(plan.folder, measured=False).state_dict())
    reading_training.train(run, loci, data, DeviceTokens(recordings, plan.device), prefetched)
    prefetched.close()


def recording_phase(plan: TrainingPlan, rank: int, seconds: float) -> None:
    """Tours recorded with the perception of an earlier training, from the plan's first file on."""
    torch.set_num_threads(1)
    if rank == 0:
        load_rehearsal(plan.folder)
    see = model_from(plan.begin).see.eval()
    record_walks(plan.folder, see, seconds, rank, plan.processes, plan.first_recording)


def reading_on_phase(plan: TrainingPlan, rank: int, seconds: float) -> None:
    """Reading of recorded tours from an earlier training's weights."""
    schedule = Schedule(seconds=seconds)
    run = ReadingRun(plan.folder, schedule, "on", READING_ON_RATE, rank, recall_from=0.1)
    read_together(plan, run, model_from(plan.begin))


def polishing_phase(plan: TrainingPlan, rank: int) -> None:
    """Phase 4, one process; done once."""
    torch.set_num_threads(1)
    if load(plan.folder, "polished") is None:
        loci = Loci()
        loci.load_state_dict(load(plan.folder, "recorded")["loci"])
        text_training.polish(loci.decoder, text_records(TRAIN[:POLISHED_SCENES]), POLISHING_STEPS)
        save(plan.folder, "polished", {"loci": loci.state_dict()})
