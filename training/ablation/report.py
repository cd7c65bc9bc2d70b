"""The ablation study's table, CSV and figure, of all runs that are done:
`python -m ablation.report runs/ablations --out ../docs/research/ablations`.

Means over seeds, ± the standard error over seeds. Differences from `full` are taken seed by seed, since runs
of a seed began alike and saw the same. The figure needs matplotlib.
"""

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ablation.variants import LENGTHS, VARIANTS
from evaluation.walks import DURATION_GROUPS
from model.vocabulary import task_of
from questions.scoring import TASKS

Runs = dict[str, dict[int, dict]]  # per variant and seed what the run's JSON says
WANTED_GAIN = 5.0  # points that the full model should be above one without episodic memory on long walks
VSI_TASKS = tuple(dict.fromkeys(task_of(task) for task in TASKS))
RUN_COLUMNS = ("variant", "seed", "steps", "minutes", "group", "walks")
CSV_COLUMNS = (*RUN_COLUMNS, "average", "standard_error", "shown", "gap", *VSI_TASKS)


def finished_runs(study: Path) -> Runs:
    """All results of a study, the variants in their order."""
    results = [json.loads(path.read_text()) for path in sorted((study / "results").glob("*.json"))]
    return {
        name: runs
        for name in VARIANTS
        if (runs := {run["seed"]: run for run in results if run["variant"] == name})
    }


def task_scores(group: dict) -> dict[str, float]:
    """Percent per task of a group, the three relative directions as one."""
    names = {task: [name for name in group["tasks"] if task_of(name) == task] for task in VSI_TASKS}
    return {
        task: float(np.mean([group["tasks"][name]["score"] for name in found]))
        for task, found in names.items()
        if found
    }


def mean_over_seeds(values: list[float]) -> tuple[float, float]:
    """Mean and standard error; the error of a single one is not known."""
    error = float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else float("nan")
    return float(np.mean(values)), error


def mean_and_error(values: list[float], form: str = ".1f") -> str:
    """`mean ± standard error` of values, one a seed."""
    if not values:
        return "–"
    mean, error = mean_over_seeds(values)
    return f"{mean:{form}}" + (f" ± {error:.1f}" if np.isfinite(error) else "")


def group_values(runs: dict[int, dict], group: str, value: Callable[[dict], float | None]) -> list[float]:
    """A value of a duration group (or of `all`) for each seed that has it."""
    values = [value(run["groups"][group]) for run in runs.values() if group in run["groups"]]
    return [number for number in values if number is not None]


def averages(runs: dict[int, dict], group: str) -> list[float]:
    """The average over the tasks, one a seed."""
    return group_values(runs, group, lambda row: row["average"])


def difference_from_full(runs: Runs, name: str, group: str) -> list[float]:
    """By how much a variant's averages are above those of `full` with the same seed."""
    pairs = [
        (run["groups"], runs["full"][seed]["groups"])
        for seed, run in runs[name].items()
        if seed in runs.get("full", {})
    ]
    return [
        seeds[group]["average"] - full[group]["average"]
        for seeds, full in pairs
        if group in seeds and group in full
    ]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main_table(runs: Runs) -> list[str]:
    """Markdown: per variant the averages, its distance from `full`, and what its memory still shows of long
    walks."""
    head = [
        "",
        "average",
        *DURATION_GROUPS,
        "against full",
        "against full, long",
        "objects still shown, long",
        "longest gap, long",
        "seeds",
    ]
    lines = [_line(head), _line(["---"] * len(head))]
    for name, seeds in runs.items():
        coverage = [
            group_values(seeds, "long", lambda row, what=what: 100 * row[what]) for what in ("shown", "gap")
        ]
        differences = [
            mean_and_error(difference_from_full(runs, name, group), "+.1f") if name != "full" else ""
            for group in ("all", "long")
        ]
        cells = [mean_and_error(averages(seeds, group)) for group in ("all", *DURATION_GROUPS)] + differences
        cells += [f"{np.mean(values):.0f} %" if values else "–" for values in coverage]
        lines.append(_line([VARIANTS[name].title, *cells, str(len(seeds))]))
    return lines


def task_lines(runs: Runs) -> list[str]:
    """Markdown: per variant the eight tasks over all walks."""
    lines = [
        _line(
            ["", *(task.removeprefix("object_").removeprefix("obj_").replace("_", " ") for task in VSI_TASKS)]
        ),
        _line(["---"] * (len(VSI_TASKS) + 1)),
    ]
    for name, seeds in runs.items():
        scores = [
            group_values(seeds, "all", lambda row, task=task: task_scores(row).get(task))
            for task in VSI_TASKS
        ]
        lines.append(_line([VARIANTS[name].title, *map(mean_and_error, scores)]))
    return lines


def verdicts(runs: Runs) -> list[str]:
    """Markdown: what the study was made to find out, on long walks."""
    lines = []
    for name in ("no-episodic", "fifo", "no-stamp"):
        gained = [-value for value in difference_from_full(runs, name, "long")] if name in runs else []
        if gained:
            bar = f"; at least {WANTED_GAIN:g} were wanted" if name == "no-episodic" else ""
            points = f"{mean_and_error(gained, '+.1f')} points{bar}"
            lines.append(f"- Long walks, full against *{VARIANTS[name].title}*: {points}.")
    return lines


def run_description(runs: Runs) -> str:
    """What every run was given."""
    every = [run for seeds in runs.values() for run in seeds.values()]
    first, minutes = every[0], [run["minutes"] for run in every]
    walks = ", ".join(
        f"{first['groups'][group]['walks']} {group}" for group in DURATION_GROUPS if group in first["groups"]
    )
    questions = sum(row["questions"] for row in first["groups"]["all"]["tasks"].values())
    before = f" after {first['shared']} that variants of a representation share" if first["shared"] else ""
    return (
        f"Every run: {first['steps']} steps of {first['tours_a_step']} tours × {first['questions']} questions"
        f" from {first['recorded']} recordings{before}, {np.mean(minutes):.0f} minutes on one core"
        f" ({min(minutes):.0f} to {max(minutes):.0f}). Asked: {questions} questions about held-out walks"
        f" ({walks}). Percent, ± standard error over seeds."
    )


def write_csv(path: Path, runs: Runs) -> None:
    """A row for every run and duration group."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, CSV_COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for run in (run for seeds in runs.values() for run in seeds.values()):
            for group, row in run["groups"].items():
                values = run | row | task_scores(row) | {"group": group}
                writer.writerow(
                    {
                        name: round(value, 3) if isinstance(value, float) else value
                        for name, value in values.items()
                    }
                )


def draw(folder: Path, runs: Runs) -> None:
    """All variants on long and on all walks; and the average per duration group over L_e."""
    from matplotlib import pyplot

    figure, (bars, lengths) = pyplot.subplots(1, 2, figsize=(11, 4.2), width_ratios=[1.5, 1])
    place = np.arange(len(runs))[::-1]
    for group, colour, shift in (("all", "#b8c4d6", 0.2), ("long", "#1f4e8c", -0.2)):
        points = [mean_over_seeds(averages(seeds, group) or [float("nan")]) for seeds in runs.values()]
        errors = [error if np.isfinite(error) else 0.0 for _, error in points]
        bars.barh(
            place + shift,
            [mean for mean, _ in points],
            0.38,
            xerr=errors,
            color=colour,
            label=f"{group} walks",
        )
    bars.set_yticks(place, [VARIANTS[name].title for name in runs], fontsize=8)
    bars.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=3, frameon=False)
    bars.set_title("average of the eight tasks", fontsize=9)
    for group, colour in zip(DURATION_GROUPS, ("#8fb58c", "#d9a441", "#1f4e8c"), strict=True):
        points = [
            (count, *mean_over_seeds(averages(runs[name], group)))
            for count, name in LENGTHS.items()
            if name in runs and averages(runs[name], group)
        ]
        if points:
            count, mean, error = np.array(points).T
            lengths.errorbar(count, mean, np.nan_to_num(error), color=colour, marker="o", label=group)
    lengths.set_xscale("log", base=2)
    lengths.set_xticks(list(LENGTHS), [str(count) for count in LENGTHS])
    lengths.set_title("over the number of episodic entries", fontsize=9)
    lengths.legend(fontsize=7)
    figure.tight_layout()
    for suffix in ("png", "svg"):
        figure.savefig(folder / f"ablations.{suffix}", dpi=110)
    pyplot.close(figure)


def write_report(study: Path, folder: Path, drawn: bool = True) -> None:
    """Writes table.md, runs.csv and, where `drawn`, ablations.png and .svg. Raises ValueError before the
    first run is done."""
    runs = finished_runs(study)
    if not runs:
        raise ValueError(f"no run of {study} is done")
    folder.mkdir(parents=True, exist_ok=True)
    parts = [[run_description(runs)], main_table(runs), verdicts(runs), task_lines(runs)]
    (folder / "table.md").write_text("\n\n".join("\n".join(part) for part in parts if part) + "\n")
    write_csv(folder / "runs.csv", runs)
    if drawn:
        draw(folder, runs)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write_report(options.study, options.out)


if __name__ == "__main__":
    main()
