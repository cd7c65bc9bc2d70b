"""What the memory is worth: the model and its variants, trained alike and compared:
`python -m ablation.study --recordings DIR --begin CHECKPOINT --steps N --out runs/ablations`.

Perception is frozen: all runs read the recordings of the training in DIR and are asked about the same
held-out walks. Those are recorded once with the perception of CHECKPOINT, which should be the one that made
the recordings. The variants are in `variants.py`. A seed sets the initial weights and the order of the tours.
A run that is done is kept in `--out` as JSON and not made again; a killed one goes on from its checkpoint.
"""

import argparse
import json
import multiprocessing
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import nn

from ablation.report import write_report
from ablation.variants import VARIANTS, Variant, representation_group, shared_variant
from evaluation.held_out import HELD_OUT_SEEDS, load_walks, record_walk, score_walks, summary
from model.loci import Loci
from model.perceive import Perceive
from questions.records import Record
from training.checkpoints import load
from training.growth import grow_reading, load_matching
from training.parallel import keep_freed_memory
from training.phases import build_rehearsal, load_start, part_weights
from training.plan import Schedule
from training.reading_training import ReadingData, ReadingRun
from training.reading_training import train as train_reading
from training.recordings import load_recordings
from training.sources import RecordedTours
from training.text_training import MEMORY_PARAMETERS

PROBED_STEPS = 12  # steps that are made to tell how many fit into some seconds


@dataclass(frozen=True)
class Budget:
    """What every run gets: steps of some tours with some questions each, the scenes whose questions are
    rehearsed as text, and the part of the steps from which on memory attends (before, M is H). `recorded` is
    how many recordings there are, `shared` the steps that all variants of a representation share before, see
    `variants.shared_variant`."""

    steps: int
    recorded: int
    tours_a_step: int = 6
    questions: int = 32
    scenes: int = 500
    enhance_from: float = 0.25
    shared: int = 0


@dataclass(frozen=True)
class StudyPlan:
    """Which variants a study trains with how many seeds, on how many held-out walks it asks them, in how many
    processes."""

    variants: tuple[str, ...] = tuple(VARIANTS)
    seeds: int = 3
    walks: int = 90
    processes: int = 2


def initial_model(state: dict, variant: Variant, seed: int, shared: dict | None = None) -> Loci:
    """A variant before its first step, without perception.

    Of a checkpoint's state it has what text taught the decoder, and no more: whatever has met a memory was
    trained for that of `full`. Weights that variants share are put over the rest.
    """
    torch.manual_seed(seed)
    loci = variant.alter(Loci())
    text = {
        key: value
        for key, value in state["loci"].items()
        if key.startswith("decoder.") and not any(part in key for part in MEMORY_PARAMETERS)
    }
    grow_reading(loci, text, state["words"])
    load_matching(loci, shared or {})
    loci.see = nn.Module()
    return loci


@dataclass(frozen=True)
class Trainer:
    """What all runs of a study are trained on, and where their weights are kept."""

    weights: Path
    tours: RecordedTours
    rehearsed: list[Record]

    def train(self, loci: Loci, budget: Budget, name: str, seed: int) -> Loci:
        """The model after its steps; those that a checkpoint of the name has are not made again."""
        data = ReadingData(self.tours, budget.tours_a_step, budget.questions, self.rehearsed, seed)
        run = ReadingRun(self.weights, Schedule(budget.steps), name, enhance_from=budget.enhance_from)
        return train_reading(run, loci, data)


class Study:
    """A study's folder: `budget.json`, `rehearsal.pkl`, held-out `walks`, `weights` of runs, `results`."""

    def __init__(self, out: Path, training: Path, begin: Path):
        self.out, self.training, self.begin = out, training, begin
        for part in ("walks", "weights", "results"):
            (out / part).mkdir(parents=True, exist_ok=True)

    def budget(self) -> Budget | None:
        """What every run gets, once it was fixed."""
        path = self.out / "budget.json"
        return Budget(**json.loads(path.read_text())) if path.exists() else None

    def fix_budget(self, budget: Budget) -> None:
        """Fixes the budget at the first call. Raises ValueError when another one stands: runs would not be
        equal."""
        fixed = self.budget()
        if fixed is None:
            write_atomically(self.out / "budget.json", json.dumps(asdict(budget), indent=2).encode())
        elif fixed != budget:
            raise ValueError(f"{self.out} is a study with another budget: {fixed}")

    def rehearsal(self) -> list[Record]:
        """The questions that all runs rehearse, drawn once."""
        path = self.out / "rehearsal.pkl"
        if not path.exists():
            write_atomically(path, pickle.dumps(build_rehearsal(self.budget().scenes)))
        return pickle.loads(path.read_bytes())

    def trainer(self) -> Trainer:
        """What runs are trained on."""
        return Trainer(self.out / "weights", RecordedTours(load_recordings(self.training)), self.rehearsal())

    def record(self, seed: int) -> None:
        """Records the held-out walk of a seed, see `held_out`."""
        see = Perceive()
        see.load_state_dict(part_weights(load_start(self.begin)["loci"], "see."))
        record_walk(self.out / "walks", see.eval(), seed)

    def train_shared(self, which: tuple[int, str]) -> None:
        """Trains what the variants of a representation have in common with a seed, unless that is done."""
        seed, name = which
        run, budget = f"before-{name}-{seed}", self.budget()
        state = load(self.out / "weights", run)
        if state is None or state["step"] < budget.shared:
            loci = initial_model(load_start(self.begin), shared_variant(name), seed)
            self.trainer().train(loci, replace(budget, steps=budget.shared), run, seed)

    def run(self, which: tuple[int, str]) -> None:
        """Trains and asks a variant with a seed, unless its result stands; after walks and shared weights
        were made."""
        seed, name = which
        run, budget, weights = f"{name}-{seed}", self.budget(), self.out / "weights"
        path, shared = self.out / "results" / f"{run}.json", None
        if path.exists():
            return
        if budget.shared:
            shared = load(weights, f"before-{representation_group(name)}-{seed}")["loci"]
        loci = initial_model(load_start(self.begin), VARIANTS[name], seed, shared)
        loci = self.trainer().train(loci, budget, run, seed)
        groups = summary(score_walks(loci, load_walks(self.out / "walks")))
        minutes = load(weights, run)["spent"] / 60
        result = {"variant": name, "seed": seed, "minutes": minutes, **asdict(budget), "groups": groups}
        write_atomically(path, json.dumps(result, indent=2).encode())
        print(f"{run} is done: {groups['all']['average']:.1f}", flush=True)

    def complete(self, plan: StudyPlan) -> None:
        """Makes all runs that are missing, seed by seed, so that every variant has its first result soon."""
        self.rehearsal()
        map_processes(self.record, list(HELD_OUT_SEEDS[: plan.walks]), plan.processes)
        if self.budget().shared:
            groups = dict.fromkeys(map(representation_group, plan.variants))
            shared = [(seed, name) for seed in range(plan.seeds) for name in groups]
            map_processes(self.train_shared, shared, plan.processes)
        runs = [(seed, name) for seed in range(plan.seeds) for name in plan.variants]
        map_processes(self.run, runs, plan.processes)


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file that is never seen half written."""
    unfinished = path.with_suffix(f".{os.getpid()}.new")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def steps_within(study: Study, seconds: float, budget: Budget) -> int:
    """How many steps `full` makes in some seconds of one core, judged by a few."""
    loci = initial_model(load_start(study.begin), VARIANTS["full"], 0)
    tours = RecordedTours(load_recordings(study.training))
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(Path(folder), tours, build_rehearsal(10))
        started = time.process_time()
        trainer.train(loci, replace(budget, steps=PROBED_STEPS), "probe", 0)
    return max(1, int(seconds * PROBED_STEPS / (time.process_time() - started)))


def map_processes(call: Callable, items: Iterable, processes: int) -> None:
    """Calls with every item, in as many processes of one thread; where that is one, in this one."""
    if processes == 1:
        for item in items:
            call(item)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, torch.set_num_threads, (1,)) as pool:
        for _ in pool.imap_unordered(call, items):
            pass


def command_line() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--recordings", type=Path, required=True, help="the folder of a training with recordings"
    )
    parser.add_argument("--begin", type=Path, required=True, help="a folder with the checkpoint loci")
    parser.add_argument("--out", type=Path, required=True, help="where the study is kept, and gone on with")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="optimisation steps of every run")
    length.add_argument("--seconds", type=float, help="as many steps as full makes in this time on one core")
    parser.add_argument(
        "--shared-steps", type=int, default=0, help="steps that variants share before, with no memory yet"
    )
    parser.add_argument("--tours-a-step", type=int, default=6)
    parser.add_argument("--questions", type=int, default=32, help="of each tour in a step")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS), metavar="NAME")
    parser.add_argument(
        "--walks", type=int, default=90, help="held-out walks, a third of each duration group"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--report", type=Path, help="where to write table, CSV and figure of the runs that are done"
    )
    return parser


def main() -> None:
    """The command line."""
    parser = command_line()
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(1)
    study = Study(options.out, options.recordings, options.begin)
    fixed = study.budget()
    budget = Budget(
        options.steps or (fixed.steps if fixed else 0),
        len(load_recordings(options.recordings)),
        options.tours_a_step,
        options.questions,
        # memory attends later where H has to be learnt first
        enhance_from=0.0 if options.shared_steps else 0.25,
        shared=options.shared_steps,
    )
    if not (budget.steps or options.seconds):
        parser.error("a new study needs --steps or --seconds")
    if not budget.steps:
        budget = replace(budget, steps=steps_within(study, options.seconds, budget))
    study.fix_budget(budget)
    study.complete(StudyPlan(tuple(options.only), options.seeds, options.walks, options.processes))
    if options.report:
        write_report(options.out, options.report)


if __name__ == "__main__":
    main()
