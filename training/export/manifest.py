"""A bundle's manifest and files, written so that a reader never sees half of one."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from export.model_card import model_card
from model.sizes import FOV_DEG, FPS, METRIC_SCALE, NANO
from model.vocabulary import TASK_TOKENS
from world.categories import BACKGROUND, CATEGORIES

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
CLOCK = {"exact_s": 180, "last_s": 360}  # training's walks last 30 to 360 seconds
CLEAR = 3.0  # standard errors by which a task must beat the blind baseline to be claimed
NO_SCORES = {"split": "test", "walks": 0, "tasks": {}, "average": {"score": 0.0, "blind": 0.0}}
DESCRIPTION = (
    "VLM² at nano size: 3D-aware tokens, working and episodic memory, "
    "a decoder that writes a grounded trace, then answers."
)
DOMAIN = (
    "Walks through rendered rooms of 3-8 m and homes of two to four rooms with walls at right angles, "
    "sixteen categories, seen by a hand-held camera at 1.5 m with 90 degrees of view."
)


def manifest_sizes() -> dict:
    """The manifest's sizes."""
    return {
        "frames_per_chunk": NANO.frames,
        "overlap": NANO.overlap,
        "height": NANO.height,
        "width": NANO.width,
        "tokens": NANO.tokens,
        "grid": [NANO.rows, NANO.columns],
        "geometry_tokens": NANO.tokens,
        "view_tokens": NANO.view_tokens,
        "d_visual": NANO.d_visual,
        "d_geometry": NANO.d_geometry,
        "d": NANO.d,
        "working": NANO.working,
        "episodic": NANO.episodic,
        "question_length": NANO.question,
        "answer_length": NANO.answer,
    }


def make_manifest(scores: dict, golden: list[dict], version: str, threshold: float) -> dict:
    """The manifest without its files. `scores` as `export.scores` makes them; golden the recorded cases;
    `threshold` the novelty from which footage is flagged."""
    return {
        "format": 1,
        "name": "loci-nano",
        "version": version,
        "description": DESCRIPTION,
        "domain": DOMAIN,
        "sizes": manifest_sizes(),
        "preprocessing": {"fit": "crop", "color": "rgb", "fov_deg": FOV_DEG},
        "sampling": {"fps": int(FPS), "min_fps": 1, "max_fps": 4},
        "clock": CLOCK,
        "metric_scale": METRIC_SCALE,
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
        **quality_claims(scores),
        "golden": golden,
        "tolerance": TOLERANCE,
    }


def quality_claims(scores: dict) -> dict:
    """What the manifest says of its own quality: the scores, and which tasks are unsupported.

    Those are the tasks that have no score, or whose margin over blind is not above three standard errors.
    """
    clear = [
        task
        for task, row in scores["tasks"].items()
        if row["score"] - row["blind"] > CLEAR * row.get("standard_error", 0.0)
    ]
    return {"unsupported_tasks": [task for task in KINDS if task not in clear], "scores": scores}


def without_eight_bit(folder: Path, manifest: dict) -> dict:
    """The manifest of a bundle whose perceive graphs are to be others. Removes those with 8-bit convolutions
    from its folder, which read weights in their files."""
    for path in folder.rglob("*-8bit.*"):
        path.unlink()
    return {name: value for name, value in manifest.items() if name != "eight_bit"}


def write_manifest(folder: Path, manifest: dict) -> None:
    """Writes the model card, then the manifest with every file's length and sha256."""
    (folder / "README.md").write_text(model_card(manifest))
    unfinished = folder / "manifest.json.new"
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name not in ("manifest.json", unfinished.name):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            files[str(path.relative_to(folder))] = {"sha256": digest, "bytes": len(content)}
    text = json.dumps({**manifest, "files": files}, indent=2, ensure_ascii=False)
    unfinished.write_text(text + "\n")
    os.replace(unfinished, folder / "manifest.json")


def read_manifest(bundle: Path) -> dict:
    """A bundle's manifest."""
    return json.loads((bundle / "manifest.json").read_text())


def publish(staged: Path, bundle: Path, manifest: dict) -> None:
    """Writes the staged folder's manifest and puts the folder in the bundle's place."""
    write_manifest(staged, manifest)
    old = bundle.with_name(f".{bundle.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if bundle.exists():
        os.replace(bundle, old)
    os.replace(staged, bundle)
    shutil.rmtree(old, ignore_errors=True)
