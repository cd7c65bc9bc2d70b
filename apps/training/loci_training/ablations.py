"""What the memory is worth: the model and its variants, trained alike and compared:
`python -m loci_training.ablations --recordings DIR --begin CHECKPOINT --steps N --out runs/ablations --report ../../docs/ablations`.

Perception is frozen: all runs read the same recordings (those that the training in DIR has made) and are asked about the same
held-out walks, which are recorded once with the eyes of CHECKPOINT; those should be the ones that made the recordings. What a run begins from is in
`ablation_runs.py`, what the variants are in `variants.py`. A seed sets the beginning and the order of the tours. A run
that is done is kept in `--out` as JSON and not made again; a killed one goes on from its checkpoint.
"""

import argparse
import json
import multiprocessing
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

import torch

from .ablation_report import write_report
from .ablation_runs import Budget, begun, trained
from .checkpoints import load
from .evaluate import blind_baseline
from .held_out import SEEDS, answered, held_out, record_walk, summary
from .model import Loci
from .parallel import keep_freed_memory
from .perceive import Perceive
from .phases import beginning, rehearsal, weights_of
from .recordings import recordings
from .sources import Recorded
from .variants import VARIANTS, before_memory, shared_by

PROBED = 12  # steps that are made to tell how many fit into some seconds


class Study:
    """A study's folder: `budget.json`, `blind.pkl`, `rehearsal.pkl`, held-out `walks`, `weights` of runs, `results`."""

    def __init__(self, out: Path, training: Path, begin: Path):
        self.out, self.training, self.begin = out, training, begin
        for part in ("walks", "weights", "results"):
            (out / part).mkdir(parents=True, exist_ok=True)

    def budget(self) -> Budget | None:
        """What every run gets, once it was fixed."""
        path = self.out / "budget.json"
        return Budget(**json.loads(path.read_text())) if path.exists() else None

    def fix(self, budget: Budget) -> None:
        """Fixes the budget at the first call. Raises ValueError when another one stands: the runs would not be equal."""
        stands = self.budget()
        if stands is None:
            whole(self.out / "budget.json", json.dumps(asdict(budget), indent=2).encode())
        elif stands != budget:
            raise ValueError(f"{self.out} is a study with another budget: {stands}")

    def once(self, name: str, make: Callable[[], object]) -> object:
        """What a file of the folder holds, made if it does not stand yet."""
        path = self.out / f"{name}.pkl"
        if not path.exists():
            whole(path, pickle.dumps(make()))
        return pickle.loads(path.read_bytes())

    def record(self, seed: int) -> None:
        """Records the held-out walk of a seed, see `held_out`; after the blind baseline was made."""
        see = Perceive()
        see.load_state_dict(weights_of(beginning(self.begin)["loci"], "see."))
        record_walk(self.out / "walks", see.eval(), pickle.loads((self.out / "blind.pkl").read_bytes()), seed)

    def share(self, which: tuple[int, str]) -> None:
        """Trains what the variants of a representation have in common with a seed, unless that is done; after rehearsal was made."""
        seed, name = which
        run, budget = f"before-{name}-{seed}", self.budget()
        state = load(self.out / "weights", run)
        if state is None or state["step"] < budget.shared:
            loci = begun(beginning(self.begin), before_memory(name), seed)
            self._train(loci, replace(budget, steps=budget.shared), run, seed)

    def run(self, which: tuple[int, str]) -> None:
        """Trains and asks a variant with a seed, unless its result stands; after walks, rehearsal and what is shared were made."""
        seed, name = which
        run, budget = f"{name}-{seed}", self.budget()
        path, weights = self.out / "results" / f"{run}.json", self.out / "weights"
        if path.exists():
            return
        shared = load(weights, f"before-{shared_by(name)}-{seed}")["loci"] if budget.shared else None
        loci = self._train(begun(beginning(self.begin), VARIANTS[name], seed, shared), budget, run, seed)
        groups = summary(answered(loci, held_out(self.out / "walks")))
        told = {
            "variant": name,
            "seed": seed,
            "minutes": load(weights, run)["spent"] / 60,
            **asdict(budget),
            "groups": groups,
        }
        whole(path, json.dumps(told, indent=2).encode())
        print(f"{run} is done: {groups['all']['average']:.1f}", flush=True)

    def _train(self, loci: Loci, budget: Budget, run: str, seed: int) -> Loci:
        rehearsed = pickle.loads((self.out / "rehearsal.pkl").read_bytes())
        return trained(
            self.out / "weights", loci, Recorded(recordings(self.training)), budget, run, seed, rehearsed
        )


def whole(path: Path, content: bytes) -> None:
    """Writes a file that is never seen half written."""
    partial = path.with_suffix(f".{os.getpid()}.new")
    partial.write_bytes(content)
    os.replace(partial, path)


def steps_within(study: Study, seconds: float, budget: Budget) -> int:
    """How many steps `full` makes in some seconds of one core, judged by a few."""
    loci, source, rehearsed = (
        begun(beginning(study.begin), VARIANTS["full"], 0),
        Recorded(recordings(study.training)),
        rehearsal(10),
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        trained(Path(folder), loci, source, replace(budget, steps=PROBED), "probe", 0, rehearsed)
    return max(1, int(seconds * PROBED / (time.process_time() - started)))


def each(call: Callable, items: Iterable, processes: int) -> None:
    """Calls with every item, in as many processes of one thread; where that is one, in this one."""
    if processes == 1:
        for item in items:
            call(item)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, torch.set_num_threads, (1,)) as pool:
        for _ in pool.imap_unordered(call, items):
            pass


def complete(
    study: Study, names: list[str], seeds: int, walks: int, blind_walks: int, processes: int
) -> None:
    """Makes all runs that are missing, seed by seed, so that every variant has its first result soon."""
    study.once("blind", lambda: blind_baseline(blind_walks))
    study.once("rehearsal", lambda: rehearsal(study.budget().scenes))
    each(study.record, list(SEEDS[:walks]), processes)
    if study.budget().shared:
        each(
            study.share,
            [(seed, name) for seed in range(seeds) for name in dict.fromkeys(map(shared_by, names))],
            processes,
        )
    each(study.run, [(seed, name) for seed in range(seeds) for name in names], processes)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--recordings", type=Path, required=True, help="the folder of a training that has made recordings"
    )
    parser.add_argument("--begin", type=Path, required=True, help="a folder with the checkpoint loci")
    parser.add_argument("--out", type=Path, required=True, help="where the study is kept, and gone on with")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="optimisation steps of every run")
    length.add_argument("--seconds", type=float, help="as many steps as full makes in this time on one core")
    parser.add_argument(
        "--shared-steps",
        type=int,
        default=0,
        help="steps that variants have in common before, with no memory yet",
    )
    parser.add_argument("--tours-a-step", type=int, default=6)
    parser.add_argument("--questions", type=int, default=32, help="of each tour in a step")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS), metavar="NAME")
    parser.add_argument(
        "--walks", type=int, default=90, help="held-out walks, a third of each duration group"
    )
    parser.add_argument(
        "--blind-walks", type=int, default=300, help="training walks that the blind baseline is fitted on"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--report",
        type=Path,
        help="where to write the table, the CSV and the figure of the runs that are done",
    )
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(1)
    study = Study(options.out, options.recordings, options.begin)
    stands = study.budget()
    # memory looks back later where H has to be learnt first
    budget = Budget(
        options.steps or (stands.steps if stands else 0), len(recordings(options.recordings)), options.tours_a_step, options.questions,
        enhancing_from=0.0 if options.shared_steps else 0.25, shared=options.shared_steps,
    )  # fmt: skip
    if not (budget.steps or options.seconds):
        parser.error("a new study needs --steps or --seconds")
    study.fix(budget if budget.steps else replace(budget, steps=steps_within(study, options.seconds, budget)))
    complete(study, options.only, options.seeds, options.walks, options.blind_walks, options.processes)
    if options.report:
        write_report(options.out, options.report)


if __name__ == "__main__":
    main()
