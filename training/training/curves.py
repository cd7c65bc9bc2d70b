"""The training's curves: what `train` printed, as CSV and as pictures:
`python -m training.curves LOG… --out ../docs/research/training`.

A line of the log names its phase and step; what follows are numbers with their names. A phase becomes
`<phase>.csv` and `<phase>.png`. Needs matplotlib, which the training itself does not.
"""

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

LINE = re.compile(r"^(perception|text|simulated|recorded|joint|on) (\d+) ")
NAMED = re.compile(r"'?([A-Za-z_]+)'?:? (-?\d+(?:\.\d+)?(?:e-?\d+)?)")
# What a phase is judged by; the CSV has everything.
SHOWN = {
    "perception": ["right", "point", "vote", "size", "turn", "shift"],
    "text": [
        "answer",
        "counting",
        "abs_distance",
        "rel_distance",
        "rel_direction_hard",
        "appearance_order",
        "route_planning",
    ],
    "recorded": [
        "content",
        "answer",
        "point",
        "know",
        "link",
        "x",
        "t",
        "counting",
        "rel_direction_hard",
        "appearance_order",
    ],
}
SMOOTHED = 7  # points of the running mean


def rows(lines: Iterable[str]) -> dict[str, list[dict[str, float]]]:
    """Per phase a row for every line that tells of one: its step and every named number. A later number of a
    name wins."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for line in lines:
        head = LINE.match(line)
        if head:
            numbers = {name: float(value) for name, value in NAMED.findall(line[head.end() :])}
            found[head[1]].append({"step": float(head[2])} | numbers)
    return found


def write_csv(path: Path, table: list[dict[str, float]]) -> None:
    """One row a line, every name a column."""
    names = list(dict.fromkeys(name for row in table for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(table)


def draw(path: Path, table: list[dict[str, float]], names: list[str]) -> None:
    """A small picture for each name, over the steps, with its running mean."""
    from matplotlib import pyplot

    names = [name for name in names if any(name in row for row in table)]
    columns = 3
    figure, axes = pyplot.subplots(
        -(-len(names) // columns), columns, figsize=(11, 2.4 * -(-len(names) // columns)), squeeze=False
    )
    for axis in axes.flat[len(names) :]:
        axis.axis("off")
    for name, axis in zip(names, axes.flat, strict=False):
        points = np.array([(row["step"], row[name]) for row in table if name in row])
        axis.plot(*points.T, color="#b8c4d6", linewidth=0.8)
        if len(points) >= SMOOTHED:
            mean = np.convolve(points[:, 1], np.ones(SMOOTHED) / SMOOTHED, "valid")
            axis.plot(
                points[SMOOTHED // 2 : SMOOTHED // 2 + len(mean), 0], mean, color="#1f4e8c", linewidth=1.4
            )
        axis.set_title(name, fontsize=9)
        axis.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for phase, table in rows(line for log in options.logs for line in log.read_text().splitlines()).items():
        write_csv(options.out / f"{phase}.csv", table)
        draw(options.out / f"{phase}.png", table, SHOWN.get(phase, SHOWN["recorded"]))
        print(f"{phase}: {len(table)} rows")


if __name__ == "__main__":
    main()
