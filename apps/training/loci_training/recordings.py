"""Recorded tours as files in a training's folder, 25 a file, made once and read again and again."""

import os
import pickle
import time
from pathlib import Path

from .features import record_tour
from .perceive import Perceive
from .sources import tour_seconds
from .splits import TRAIN
from .tours import Tour

FIRST_RECORDED = 20_000  # seeds from here on are recorded; simulated tours use those below
BLOCK = 25  # tours a file


def record(folder: Path, see: Perceive, seconds: float, rank: int, processes: int) -> None:
    """Records tours until the time is up; files that stand are kept. Done once."""
    finished, began = folder / f"tours-{rank}-done", time.monotonic()
    if finished.exists():
        return
    target = folder / "tours"
    target.mkdir(exist_ok=True)
    number = rank
    while time.monotonic() - began < seconds:
        path = target / f"{number}.pkl"
        if not path.exists():
            tours = []
            for index in range(number * BLOCK, (number + 1) * BLOCK):
                try:
                    tours.append(record_tour(see, TRAIN.start + FIRST_RECORDED + index, tour_seconds(1000 + index)))
                except ValueError:  # a scene that leaves nowhere to stand
                    continue
            partial = path.with_suffix(".new")
            partial.write_bytes(pickle.dumps(tours))
            os.replace(partial, path)
        number += processes
    finished.touch()


def recorded_tours(folder: Path) -> list[Tour]:
    """All recorded tours, in the order of their numbers."""
    paths = sorted((folder / "tours").glob("*.pkl"), key=lambda p: int(p.stem))
    return [tour for path in paths for tour in pickle.loads(path.read_bytes())]
