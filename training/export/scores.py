"""Takes a bundle's scores from the report of the service's evaluator (`npm run evaluate`) into its manifest:
`python -m export.scores --report ../runs/evaluate/testset/report.json --bundle ../models/loci-nano`.

With `--eight-bit` they are those of the graphs with 8-bit convolutions (`MODEL_PRECISION=8bit npm run
evaluate`). With `--checkpoint` they are kept beside the weights too, for the next export.
"""

import argparse
import json
from pathlib import Path

from export.manifest import KINDS, quality_claims, read_manifest, write_manifest

# The report's rows (`libs/scoring`, TASKS) and the manifest's tasks that they are of.
REPORTED = {
    "object count": "object_counting",
    "abs. distance": "object_abs_distance",
    "object size": "object_size_estimation",
    "room size": "room_size_estimation",
    "rel. distance": "object_rel_distance",
    "rel. direction": "object_rel_direction",
    "route plan": "route_planning",
    "appearance order": "obj_appearance_order",
    "cam.-obj. distance": "camera_obj_abs_dist",
    "cam. displacement": "camera_displacement",
    "distance change": "camera_obj_dist_change",
    "cam. direction": "camera_movement_direction",
    "near or far": "obj_obj_relative_pos_nf",
    "up or down": "obj_obj_relative_pos_ud",
    "left or right": "obj_obj_relative_pos_lr",
    "rel. distance v1": "camera_obj_rel_dist",
    "rel. distance v2": "camera_obj_rel_dist",
    "rel. distance v3": "camera_obj_rel_dist",
}


def task_row(rows: list[dict]) -> dict:
    """One task's row of those that the report has of it, which count alike."""
    count = len(rows)
    errors = [row["standard_error"] or 0.0 for row in rows]  # none of a single question
    return {
        "score": round(sum(row["score"] for row in rows) / count, 2),
        "blind": round(sum(row["blind"] for row in rows) / count, 2),
        "standard_error": round(sum(error**2 for error in errors) ** 0.5 / count, 2),
        "questions": sum(row["questions"] for row in rows),
    }


def scores_of_report(report: dict, split: str) -> dict:
    """The manifest's scores: a row for each of its tasks that the report has, and VSI-Bench's average
    (macro).

    Raises KeyError for a report of another kind of data set.
    """
    rows: dict[str, list[dict]] = {}
    average = {"score": 0.0, "blind": 0.0}
    for table in report["tables"]:
        for row in table["tasks"]:
            if row["score"] is not None:
                rows.setdefault(REPORTED[row["task"]], []).append(row)
        if table["benchmark"] == "vsi-bench" and table["macro"] is not None:
            average = {name: round(table["macro"][name], 2) for name in ("score", "blind")}
    return {
        "split": split,
        "walks": report["counts"]["videos"],
        "tasks": {task: task_row(rows[task]) for task in KINDS if task in rows},
        "average": average,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--report", type=Path, required=True, help="report.json of a run of the evaluator")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument(
        "--split", choices=["validation", "test"], default="test", help="whose walks were asked"
    )
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--checkpoint", type=Path, help="a folder that keeps scores.json beside its weights")
    whose.add_argument("--eight-bit", action="store_true", help="it was the model with 8-bit convolutions")
    options = parser.parse_args()
    scores = scores_of_report(json.loads(options.report.read_text()), options.split)
    manifest = read_manifest(options.bundle)
    eight_bit = {"eight_bit": manifest["eight_bit"] | {"scores": scores}} if options.eight_bit else {}
    write_manifest(options.bundle, manifest | (eight_bit or quality_claims(scores)))
    if options.checkpoint:
        (options.checkpoint / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
    print(f"{options.bundle}: average {scores['average']['score']}, blind {scores['average']['blind']}")


if __name__ == "__main__":
    main()
