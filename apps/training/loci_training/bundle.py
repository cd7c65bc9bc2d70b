"""A bundle's manifest and files, written so that a reader never sees half of one."""

import hashlib
import json
import os
import shutil
from collections import defaultdict
from pathlib import Path

from .card import model_card
from .categories import BACKGROUND, CATEGORIES
from .metrics import TASKS
from .sizes import FPS, NANO
from .vocabulary import TASK_TOKENS, task_of

KINDS = {
    "object_counting": ("number", None),
    "object_abs_distance": ("number", "m"),
    "object_size_estimation": ("number", "cm"),
    "room_size_estimation": ("number", "m2"),
    "object_rel_distance": ("choice", None),
    "object_rel_direction": ("choice", None),
    "route_planning": ("choice", None),
    "obj_appearance_order": ("choice", None),
    "camera_displacement": ("number", "m"),
    "camera_movement_direction": ("choice", None),
    "camera_obj_abs_dist": ("number", "m"),
    "camera_obj_dist_change": ("number", "m"),
    "camera_obj_rel_dist": ("choice", None),
    "obj_obj_relative_pos_nf": ("choice", None),
    "obj_obj_relative_pos_ud": ("choice", None),
    "obj_obj_relative_pos_lr": ("choice", None),
}
TOLERANCE = 1e-4
CLEAR = 3.0  # standard errors by which a task must beat the blind baseline to be claimed


def sizes() -> dict:
    """The manifest's sizes."""
    return {
        "frames_per_chunk": NANO.frames, "overlap": NANO.overlap, "height": NANO.height, "width": NANO.width,
        "tokens": NANO.tokens, "grid": [NANO.rows, NANO.columns], "geometry_tokens": NANO.tokens,
        "view_tokens": NANO.view_tokens, "d_visual": NANO.d_visual, "d_geometry": NANO.d_geometry, "d": NANO.d,
        "working": NANO.working, "episodic": NANO.episodic, "question_length": NANO.question, "answer_length": NANO.answer,
    }  # fmt: skip


def manifest(scores: dict, golden: list[dict], version: str, threshold: float) -> dict:
    """The manifest without its files. `scores` is what `evaluate` measured; golden the recorded cases."""
    return {
        "format": 1,
        "name": "loci-nano",
        "version": version,
        "description": "VLM² at nano size: 3D-aware tokens, working and episodic memory, a decoder that writes a grounded trace, then answers.",
        "domain": "Walks through rendered rooms of 3-8 m and homes of two to four rooms with walls at right angles, sixteen categories, "
        "seen by a hand-held camera at 1.5 m with 90 degrees of view.",
        "sizes": sizes(),
        "preprocessing": {"fit": "crop", "color": "rgb"},
        "sampling": {"fps": int(FPS), "min_fps": 1, "max_fps": 4},
        "metric_scale": True,
        "up": [0, -1, 0],
        "categories": CATEGORIES,
        "background": BACKGROUND,
        "tokens": {"pad": "<pad>", "bos": "<bos>", "eos": "<eos>", "answer": "<answer>", "unknown": "<unk>"},
        "tasks": {
            task: {"token": TASK_TOKENS[task], "kind": kind, "unit": unit}
            for task, (kind, unit) in KINDS.items()
        },
        "calibration": {"temperature": 1.0},
        "out_of_domain": {"threshold": threshold},
        **claims(scores),
        "golden": golden,
        "tolerance": TOLERANCE,
    }


def claims(scores: dict) -> dict:
    """What the manifest says of its own quality: the scores, and every task as unsupported that has none, or whose margin over
    blind is not above three standard errors."""
    rows = scores["tasks"]
    doubtful = [
        task
        for task, row in rows.items()
        if row["score"] - row["blind"] <= CLEAR * row.get("standard_error", 0.0)
    ]
    return {
        "unsupported_tasks": [task for task in KINDS if task not in rows or task in doubtful],
        "scores": scores,
    }


def _joined(rows: list[dict]) -> dict:
    """One task's row of those of its sub-types, which count alike."""
    count = len(rows)
    return {
        "score": sum(r["score"] for r in rows) / count, "blind": sum(r["blind"] for r in rows) / count,
        "standard_error": sum(r["standard_error"] ** 2 for r in rows) ** 0.5 / count, "questions": sum(r["questions"] for r in rows),
    }  # fmt: skip


def manifest_scores(table: dict[str, dict], walks: int, split: str = "test") -> dict:
    """The manifest's scores from a table per question type: sub-types become one task first, and VSI-Bench's tasks are averaged."""
    rows: dict[str, list[dict]] = defaultdict(list)
    for question_type, row in table.items():
        rows[task_of(question_type)].append(row)
    tasks = {task: _joined(rows[task]) for task in KINDS if task in rows}
    averaged = [tasks[task] for task in dict.fromkeys(map(task_of, TASKS)) if task in tasks]
    average = {
        key: round(sum(row[key] for row in averaged) / max(len(averaged), 1), 2) for key in ("score", "blind")
    }
    rounded = {task: {key: round(value, 2) for key, value in row.items()} for task, row in tasks.items()}
    return {"split": split, "walks": walks, "tasks": rounded, "average": average}


def seal(folder: Path, described: dict) -> None:
    """Writes the model card, then the manifest with every file's length and sha256."""
    (folder / "README.md").write_text(model_card(described))
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"):
        content = path.read_bytes()
        files[str(path.relative_to(folder))] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    partial = folder / "manifest.json.new"
    text = json.dumps(
        {**described, "files": {name: entry for name, entry in files.items() if name != partial.name}},
        indent=2,
        ensure_ascii=False,
    )
    partial.write_text(text + "\n")
    os.replace(partial, folder / "manifest.json")


def publish(staged: Path, bundle: Path, described: dict) -> None:
    """Seals the staged folder and puts it in the bundle's place."""
    seal(staged, described)
    old = bundle.with_name(f".{bundle.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if bundle.exists():
        os.replace(bundle, old)
    os.replace(staged, bundle)
    shutil.rmtree(old, ignore_errors=True)
