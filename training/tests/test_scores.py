"""The manifest's scores are those that the service's evaluator reports."""

import json
from pathlib import Path

import pytest

from export import scores
from export.manifest import KINDS, NO_SCORES, make_manifest, quality_claims, read_manifest, write_manifest
from export.scores import REPORTED, scores_of_report


def row(task: str, score: float | None, error: float | None = 3.0, questions: int = 10) -> dict:
    """A row of a report's table, as the evaluator writes it."""
    if score is None:
        return {"task": task, "score": None}
    return {
        "task": task,
        "metric": "accuracy",
        "score": score,
        "standard_error": error,
        "blind": 30.0,
        "margin": score - 30.0,
        "questions": questions,
    }


def table(benchmark: str, *rows: dict, macro: float | None = None) -> dict:
    """A report's table."""
    average = None if macro is None else row("macro", macro)
    return {"benchmark": benchmark, "tasks": list(rows), "macro": average, "micro": average}


def report(*tables: dict) -> dict:
    """A report of a run over seven videos."""
    return {"counts": {"videos": 7}, "tables": list(tables)}


def test_every_row_of_the_evaluators_tables_is_of_a_task_of_the_manifest() -> None:
    titles = (Path(__file__).parents[2] / "libs/scoring/src/spatial/tasks.ts").read_text()
    assert all(f"'{title}'" in titles for title in REPORTED)
    # further tasks are composed, and no manifest scores them
    benchmarks, _ = titles.split("  further: [")
    assert benchmarks.count("    task(") == len(REPORTED)
    assert set(REPORTED.values()) == set(KINDS)


def test_rows_become_the_manifests_tasks_and_the_average_is_the_evaluators() -> None:
    found = scores_of_report(
        report(
            table("vsi-bench", row("object count", 50.0), row("route plan", None), macro=65.123),
            table("vsti-bench", row("near or far", 80.0, None, 1), macro=12.0),
        ),
        "test",
    )
    assert found["walks"] == 7 and found["split"] == "test"
    assert found["average"] == {"score": 65.12, "blind": 30.0}
    assert found["tasks"]["object_counting"] == {
        "score": 50.0,
        "blind": 30.0,
        "standard_error": 3.0,
        "questions": 10,
    }
    assert set(found["tasks"]) == {"object_counting", "obj_obj_relative_pos_nf"}
    assert found["tasks"]["obj_obj_relative_pos_nf"]["standard_error"] == 0


def test_sub_types_become_one_task_whose_error_follows_from_theirs() -> None:
    rows = [row("rel. distance v1", 10.0), row("rel. distance v3", 20.0, 4.0, 5)]
    found = scores_of_report(report(table("vsti-bench", *rows)), "test")["tasks"]
    assert found == {
        "camera_obj_rel_dist": {"score": 15.0, "blind": 30.0, "standard_error": 2.5, "questions": 15}
    }


def test_a_report_about_something_else_is_refused() -> None:
    with pytest.raises(KeyError):
        scores_of_report(report(table("scanqa", row("what", 20.0))), "test")


def test_a_task_that_was_not_measured_or_is_not_clearly_better_than_blind_is_not_claimed() -> None:
    rows = [row("route plan", 50.0), row("object count", 38.0)]
    measured = scores_of_report(report(table("vsi-bench", *rows)), "test")
    assert set(quality_claims(measured)["unsupported_tasks"]) == set(KINDS) - {"route_planning"}


def test_the_command_writes_them_into_the_manifest_and_beside_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, checkpoint = tmp_path / "bundle", tmp_path / "checkpoint"
    bundle.mkdir(), checkpoint.mkdir()
    write_manifest(bundle, make_manifest(NO_SCORES, [], "0.1.0", 1.5))
    (tmp_path / "report.json").write_text(
        json.dumps(report(table("vsi-bench", row("room size", 70.0), macro=70.0)))
    )
    arguments = ["--report", tmp_path / "report.json", "--bundle", bundle, "--checkpoint", checkpoint]
    monkeypatch.setattr("sys.argv", ["scores", *map(str, arguments)])
    scores.main()
    manifest = read_manifest(bundle)
    assert manifest["scores"] == json.loads((checkpoint / "scores.json").read_text())
    assert manifest["scores"]["average"]["score"] == 70.0
    assert "room_size_estimation" not in manifest["unsupported_tasks"]
    assert "| room_size_estimation | 70.0 ± 3.0 | 30.0 | +40.0 | 10 |" in (bundle / "README.md").read_text()


def test_scores_of_the_8_bit_model_stand_beside_those_of_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make_manifest(NO_SCORES, [], "1.0.0", 1.5) | {"eight_bit": {"perceive": "perceive-8bit.onnx"}}
    write_manifest(tmp_path, plain)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(report(table("vsi-bench", row("room size", 70.0), macro=70.0))))
    arguments = ["scores", "--report", str(file), "--bundle", str(tmp_path), "--eight-bit"]
    monkeypatch.setattr("sys.argv", arguments)
    scores.main()
    written = read_manifest(tmp_path)
    assert written["eight_bit"]["scores"]["average"]["score"] == 70.0
    assert written["eight_bit"]["perceive"] == "perceive-8bit.onnx"
    assert written["scores"] == NO_SCORES
