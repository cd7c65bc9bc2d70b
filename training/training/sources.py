"""Where tours come from: drawn by a worker that runs ahead, kept in memory, visited again and again.

Which tours a step may visit depends on the step alone, so that a resumed training sees what an uninterrupted
one sees.
"""

import multiprocessing
from typing import Protocol

import numpy as np
import torch

from model.sizes import FPS
from training.recordings import Recording
from training.tours import Tour, make_tour
from world.splits import TRAIN


class TourSource(Protocol):
    """What a training draws its tours from."""

    def tours(self, step: int, rng: np.random.Generator, count: int) -> list[Tour]:
        """`count` tours for a step."""


def tour_seconds(number: int) -> float:
    """How long the tour of a number is: the first ones are short, later ones 16 s to 200 s, short ones more
    often."""
    rng = np.random.default_rng([number, 53])
    if number < 240:
        return float(rng.uniform(12, 22))
    return (
        float(np.exp(rng.uniform(np.log(16), np.log(48))))
        if rng.random() < 0.8
        else float(rng.uniform(48, 200))
    )


def _draw(out, first: int, limit: int, seeds: range) -> None:
    torch.set_num_threads(1)
    for number in range(first, limit):
        try:
            out.put(make_tour(seeds.start + number % len(seeds), tour_seconds(number)))
        except ValueError:  # a scene that leaves nowhere to stand: its number stays empty
            out.put(None)


class SimulatedTours:
    """Tours 0, 1, … of the training split with simulated perception; step s may visit the first 60 + 2·s of
    them."""

    def __init__(self, limit: int = 6000, seeds: range = TRAIN, growth: float = 2.0):
        context = multiprocessing.get_context("fork")
        self._queue = context.Queue(maxsize=200)
        self._limit, self._growth = limit, growth
        self._pool: list[Tour | None] = []
        self._worker = context.Process(target=_draw, args=(self._queue, 0, limit, seeds), daemon=True)
        self._worker.start()

    def tours(self, step: int, rng: np.random.Generator, count: int) -> list[Tour]:
        """`count` tours of about the same length for a step."""
        wanted = min(self._limit, 60 + int(self._growth * step))
        while len(self._pool) < wanted:
            self._pool.append(self._queue.get())
        return similar_lengths([t for t in self._pool[:wanted] if t is not None and t.records], rng, count)


class RecordedTours:
    """Stretches of recordings, about equally long in a step, with questions drawn anew at every visit. Where
    a device holds their tokens, tours say which they are."""

    def __init__(self, recordings: list[Recording], on_device: bool = False):
        self._recordings, self._on_device = recordings, on_device

    def tours(self, step: int, rng: np.random.Generator, count: int) -> list[Tour]:
        """`count` stretches for a step. Their length depends on the step alone, so that no process waits
        for another."""
        lengths = sorted(recording.frames for recording in self._recordings)
        longest = min(
            int(FPS * stretch_seconds(np.random.default_rng([step, 71]))),
            lengths[-min(4 * count, len(lengths))],
        )
        long_enough = [
            number for number, recording in enumerate(self._recordings) if recording.frames >= longest
        ]
        tours: list[Tour] = []
        while len(tours) < count:
            number = long_enough[rng.integers(len(long_enough))]
            recording = self._recordings[number]
            frames = int(longest * rng.uniform(0.8, 1.0))
            first = int(rng.integers(recording.frames - frames + 1))
            tour = recording.stretch(
                first, first + frames, int(rng.integers(2**31)), number if self._on_device else None
            )
            tours += [tour] if tour.records else []
        return tours


def stretch_seconds(rng: np.random.Generator) -> float:
    """How long the stretches of a step are at most: three in five at most a minute, the rest up to five."""
    low, high = (15, 60) if rng.random() < 0.6 else (60, 300)
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def similar_lengths(tours: list[Tour], rng: np.random.Generator, count: int) -> list[Tour]:
    """`count` of a random 8·count tours that lie next to each other by length: little padding, any length."""
    chosen = sorted(
        (tours[i] for i in rng.integers(len(tours), size=8 * count)), key=lambda tour: tour.frames
    )
    first = int(rng.integers(0, 7 * count + 1))
    return chosen[first : first + count]
