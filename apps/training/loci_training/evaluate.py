"""Scores on held-out seeds, by the whole pipeline, beside the blind baseline: `python -m loci_training.evaluate --bundle DIR`.

Walks of 20 s to 160 s, drawn in equal parts from the three duration groups, go through perceive, remember (chunks of 32
frames, 4 shared; poses predicted; float16 between chunks) and answer, by the exported graphs.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from .blind import BlindBaseline
from .bundle import manifest_scores
from .export import OnnxGraphs, question_arrays
from .labels import token_labels
from .metrics import TASKS, score
from .questions import Record, make_questions
from .renderer import render
from .scenes import make_scene
from .sizes import NANO
from .splits import SPLITS, TRAIN
from .trace import read
from .vocabulary import decode_text
from .walks import Walk, make_walk, to_world
from .walkthrough import Graphs, remember_walk

GROUPS = {"short": (20.0, 60.0), "mid": (60.0, 120.0), "long": (120.0, 160.0)}


def seconds_of(seed: int) -> tuple[str, float]:
    """The duration group and length of a seed's evaluation walk."""
    group = list(GROUPS)[seed % 3]
    low, high = GROUPS[group]
    return group, float(np.random.default_rng([seed, 61]).uniform(low, high))


def asked(seed: int) -> tuple[str, Walk, list[Record], object]:
    """A seed's evaluation walk and its questions: duration group, walk, records, scene."""
    group, seconds = seconds_of(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return group, walk, make_questions(scene, walk, token_labels(scene, walk.poses)["pixels"], seed, 2, varied=False), scene


def blind_baseline(walks: int) -> BlindBaseline:
    """The baseline fitted on training seeds walked as the evaluation's are."""
    return BlindBaseline(record for seed in TRAIN[:walks] for record in asked(seed)[2])


def answer(graphs: Graphs, state: dict, record: Record) -> tuple[str, str]:
    """The answer and the whole text that the decoder wrote for a question."""
    ids = graphs.answer(state | question_arrays(record))["token_ids"].tolist()
    return read(ids)[1], decode_text(ids)


def evaluate(graphs: Graphs, baseline: BlindBaseline, seeds: range, seconds: float = float("inf"), show: int = 0) -> dict:
    """Runs walks until seeds or time run out. Returns the table per question type, per group, pose errors and timings."""
    mine, blind = defaultdict(list), defaultdict(list)
    by_group: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    drift, frames_seen, watching, walks, began = [], 0, 0.0, 0, time.monotonic()
    for seed in seeds:
        if time.monotonic() - began > seconds:
            break
        group, walk, records, scene = asked(seed)
        frames = render(scene, walk.poses, NANO.width, NANO.height)
        started = time.process_time()
        state, poses = remember_walk(graphs, frames)
        watching += time.process_time() - started
        frames_seen += len(frames)
        drift.append(float(np.hypot(*(poses[:, [0, 2], 3] - to_world(walk.poses)[:, [0, 2], 3]).T).mean()))
        for record in records:
            said, text = answer(graphs, state, record)
            value = score(record.question_type, said, record.ground_truth)
            mine[record.question_type].append(value)
            by_group[group][record.question_type].append(value)
            blind[record.question_type].append(score(record.question_type, baseline.answer(record), record.ground_truth))
            if walks < show:
                print(f"{value:.2f} {record.ground_truth:>6s} | {record.question} {record.options or ''} | {text}")
        walks += 1
    table = {
        task: {
            "score": 100 * float(np.mean(mine[task])), "blind": 100 * float(np.mean(blind[task])),
            "standard_error": 100 * float(np.std(mine[task]) / len(mine[task]) ** 0.5), "questions": len(mine[task]),
        }
        for task in TASKS if mine[task]
    }  # fmt: skip
    groups = {group: {task: 100 * float(np.mean(v)) for task, v in rows.items()} for group, rows in by_group.items()}
    return {"table": table, "groups": groups, "walks": walks, "drift_m": float(np.mean(drift)),
            "ms_per_frame": 1000 * watching / max(frames_seen, 1)}  # fmt: skip


def report(result: dict, split: str) -> dict:
    """Prints the table; returns the manifest's scores."""
    scores = manifest_scores(result["table"], result["walks"], split)
    for task, row in result["table"].items():
        print(f"{task:30s} {row['score']:5.1f} ± {row['standard_error']:3.1f}  blind {row['blind']:5.1f}  {row['score'] - row['blind']:+5.1f}  ({row['questions']})")
    average = scores["average"]
    print(f"{'average over 7 tasks':30s} {average['score']:5.1f}        blind {average['blind']:5.1f}  {average['score'] - average['blind']:+5.1f}")
    print(f"{result['walks']} walks, mean position error {result['drift_m']:.2f} m, {result['ms_per_frame']:.1f} ms a frame")
    return scores


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--walks", type=int, default=90)
    parser.add_argument("--blind-walks", type=int, default=900)
    parser.add_argument("--show", type=int, default=0, help="print the texts of this many walks")
    parser.add_argument("--out", type=Path, help="where to write the manifest's scores as JSON")
    options = parser.parse_args()
    graphs = OnnxGraphs({name: (options.bundle / f"{name}.onnx").read_bytes() for name in ("perceive", "remember", "answer")})
    result = evaluate(graphs, blind_baseline(options.blind_walks), SPLITS[options.split][: options.walks], show=options.show)
    scores = report(result, options.split)
    if options.out:
        options.out.write_text(json.dumps(scores, indent=2) + "\n")


if __name__ == "__main__":
    main()
