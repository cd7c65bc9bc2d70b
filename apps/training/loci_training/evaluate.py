"""Scores on held-out seeds, by the whole pipeline, beside the blind baseline: `python -m loci_training.evaluate --bundle DIR`.

Walks of 20 s to 6 minutes, drawn in equal parts from the three duration groups, go through perceive, remember (chunks of 32
frames, 4 shared; poses predicted; float16 between chunks) and answer, by the exported graphs.
"""

import argparse
import json
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from .blind import BlindBaseline
from .bundle import claims, manifest_scores, seal
from .confidence import Sureness, confidence, expected_calibration_error, sureness
from .export import OnnxGraphs, question_arrays
from .filming import film
from .labels import token_labels
from .metrics import EVERY_TASK, TASKS, VSTI_TASKS, score, task_average
from .questions import Record, make_questions
from .scenes import Scene, make_scene
from .sizes import NANO
from .splits import SPLITS, TRAIN
from .trace import read
from .vocabulary import TOKENS, decode_text
from .walks import Walk, make_walk, to_world
from .walkthrough import Graphs, remember_walk

FEW = 2  # questions of a task on a walk
GROUPS = {"short": (20.0, 60.0), "mid": (60.0, 120.0), "long": (120.0, 360.0)}


def seconds_of(seed: int) -> tuple[str, float]:
    """The duration group and length of a seed's evaluation walk."""
    group = list(GROUPS)[seed % 3]
    low, high = GROUPS[group]
    return group, float(np.random.default_rng([seed, 61]).uniform(low, high))


def asked(
    seed: int, tasks: Iterable[str] = EVERY_TASK, per_task: int = FEW
) -> tuple[str, Walk, list[Record], Scene]:
    """A seed's evaluation walk and its questions: duration group, walk, records, scene. At most `per_task` of each task are asked,
    of VSTI-Bench's at most two; those of more questions begin with those of fewer."""
    group, seconds = seconds_of(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    drawn = make_questions(
        scene, walk, token_labels(scene, walk.poses)["pixels"], seed, per_task, varied=False, tasks=tasks
    )
    held: Counter[str] = Counter()
    kept = []
    for record in drawn:
        held[record.question_type] += 1
        if held[record.question_type] <= FEW or record.question_type not in VSTI_TASKS:
            kept.append(replace(record, id=100 * seed + len(kept)))
    return group, walk, kept, scene


def blind_baseline(walks: int) -> BlindBaseline:
    """The baseline fitted on training seeds walked as the evaluation's are."""
    return BlindBaseline(record for seed in TRAIN[:walks] for record in asked(seed)[2])


def answer(graphs: Graphs, state: dict, record: Record) -> tuple[str, str, Sureness | None]:
    """The answer, the whole text that the decoder wrote for a question, and how sure it was."""
    written = graphs.answer(state | question_arrays(record))
    ids = written["token_ids"].tolist()
    return read(ids)[1], decode_text(ids), sureness([TOKENS[i] for i in ids], written["log_probabilities"])


def one_walk(graphs: Graphs, baseline: BlindBaseline | None, seed: int) -> dict:
    """One walk through the whole pipeline: its rows (task, score, blind score, what was asked and written, sureness), drift, timings."""
    group, walk, records, scene = asked(seed)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    started = time.process_time()
    state, poses = remember_walk(graphs, frames)
    watched, rows = time.process_time() - started, []
    for record in records:
        said, text, sure = answer(graphs, state, record)
        blind = score(record.question_type, baseline.answer(record), record.ground_truth) if baseline else 0.0
        shown = f"{record.ground_truth:>6s} | {record.question} {record.options or ''} | {text}"
        rows.append(
            (record.question_type, score(record.question_type, said, record.ground_truth), blind, shown, sure)
        )
    drift = float(np.hypot(*(poses[:, [0, 2], 3] - to_world(walk.poses)[:, [0, 2], 3]).T).mean())
    answering = time.process_time() - started - watched
    return {
        "group": group,
        "rows": rows,
        "drift": drift,
        "frames": len(frames),
        "watched": watched,
        "answered": answering,
    }


def summary(walks: list[dict]) -> dict:
    """The table per question type (percent), the same per duration group, pose errors and timings."""
    rows = [(walk["group"], *row) for walk in walks for row in walk["rows"]]
    table, groups = {}, defaultdict(dict)
    for task in EVERY_TASK:
        values = np.array([(row[2], row[3]) for row in rows if row[1] == task])
        if not len(values):
            continue
        mine, blind = 100 * values.mean(0)
        table[task] = {"score": float(mine), "blind": float(blind), "questions": len(values),
                       "standard_error": float(100 * values[:, 0].std() / len(values) ** 0.5)}  # fmt: skip
        for group in GROUPS:
            chosen = [(row[2], row[3]) for row in rows if row[:2] == (group, task)]
            if chosen:
                groups[group][task] = 100 * np.mean(chosen, 0)
    averages = {
        group: tuple(
            task_average({task: pair[which] for task, pair in found.items() if task in TASKS})
            for which in (0, 1)
        )
        for group, found in groups.items()
    }
    return {
        "table": table, "groups": averages, "walks": len(walks), "drift_m": float(np.mean([w["drift"] for w in walks])),
        "ms_per_frame": 1000 * sum(w["watched"] for w in walks) / max(sum(w["frames"] for w in walks), 1),
        "ms_per_answer": 1000 * sum(w["answered"] for w in walks) / max(len(rows), 1),
    }  # fmt: skip


_OPEN: dict = {}


def _open(bundle: Path, baseline: BlindBaseline | None) -> None:
    _OPEN["graphs"] = OnnxGraphs.of(bundle)
    _OPEN["baseline"] = baseline


def _walk(seed: int) -> dict:
    return one_walk(_OPEN["graphs"], _OPEN["baseline"], seed)


def evaluate(bundle: Path, baseline: BlindBaseline | None, seeds: range, processes: int = 1) -> list[dict]:
    """All walks of the seeds, on some processes, in the order of the seeds. Without a baseline the blind scores are 0."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _open, (bundle, baseline)) as pool:
        return pool.map(_walk, seeds, chunksize=1)


def report(result: dict, split: str) -> dict:
    """Prints the table; returns the manifest's scores."""
    scores = manifest_scores(result["table"], result["walks"], split)
    for task, row in result["table"].items():
        print(
            f"{task:30s} {row['score']:5.1f} ± {row['standard_error']:3.1f}  blind {row['blind']:5.1f}  {row['score'] - row['blind']:+5.1f}  ({row['questions']})"
        )
    average = scores["average"]
    name = "average over VSI-Bench's tasks"
    print(
        f"{name:30s} {average['score']:5.1f}        blind {average['blind']:5.1f}  {average['score'] - average['blind']:+5.1f}"
    )
    for group, (mine, blind) in result["groups"].items():
        print(f"  {group:28s} {mine:5.1f}        blind {blind:5.1f}  {mine - blind:+5.1f}")
    print(f"{result['walks']} walks, positions off by {result['drift_m']:.2f} m on average, "
          f"{result['ms_per_frame']:.1f} ms a frame, {result['ms_per_answer']:.0f} ms an answer")  # fmt: skip
    return scores


def calibration_error(walks: list[dict], calibration: dict) -> float:
    """The expected calibration error, 0..1, of the confidence that a bundle with this calibration gives."""
    said = [(confidence(sure, calibration), value) for walk in walks for _, value, _, _, sure in walk["rows"]]
    return expected_calibration_error(*np.array(said).T)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--walks", type=int, default=90)
    parser.add_argument("--blind-walks", type=int, default=900)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--record", action="store_true", help="write the scores into the bundle's manifest")
    parser.add_argument("--show", type=int, default=0, help="print the texts of this many walks")
    parser.add_argument("--out", type=Path, help="where to write the manifest's scores as JSON")
    options = parser.parse_args()
    walks = evaluate(
        options.bundle,
        blind_baseline(options.blind_walks),
        SPLITS[options.split][: options.walks],
        options.processes,
    )
    for walk in walks[: options.show]:
        for _, value, _, shown, _ in walk["rows"]:
            print(f"{value:.2f} {shown}")
    scores = report(summary(walks), options.split)
    described = json.loads((options.bundle / "manifest.json").read_text())
    print(f"expected calibration error {calibration_error(walks, described['calibration']):.3f}")
    if options.record:
        seal(options.bundle, described | claims(scores))
    if options.out:
        options.out.write_text(json.dumps(scores, indent=2) + "\n")


if __name__ == "__main__":
    main()
