"""Curves: what the training printed becomes rows and columns."""

import csv
from pathlib import Path

from training.curves import rows, write_csv

LOG = [
    "drawing with 2 processes",
    "perception 200 loss 1.25 right 0.61 turn 4.2e-3",
    "recorded 50 content 0.9 {'object_counting': 31.5, 'room_size': -2.0} x 0.4",
    "perception 250 loss 1.10 right 0.66",
    "on 20 0.031 32/s F 66 link 0.9",
    "a line about perception 300 loss 9",
]


def test_lines_become_rows_of_their_phase_in_order() -> None:
    found = rows(LOG)
    assert found == {
        "perception": [
            {"step": 200, "loss": 1.25, "right": 0.61, "turn": 0.0042},
            {"step": 250, "loss": 1.1, "right": 0.66},
        ],
        "recorded": [{"step": 50, "content": 0.9, "object_counting": 31.5, "room_size": -2.0, "x": 0.4}],
        "on": [{"step": 20, "F": 66, "link": 0.9}],
    }


def test_of_two_numbers_with_one_name_the_later_wins() -> None:
    assert rows(["text 3 answer 0.5 answer 0.7"])["text"] == [{"step": 3, "answer": 0.7}]


def test_a_csv_has_every_name_as_a_column_and_leaves_open_what_a_line_did_not_tell(tmp_path: Path) -> None:
    write_csv(tmp_path / "perception.csv", rows(LOG)["perception"])
    with (tmp_path / "perception.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["step", "loss", "right", "turn"]
    assert [row["turn"] for row in table] == ["0.0042", ""]
