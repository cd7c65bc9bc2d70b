"""Steps of a training drawn by other processes, ahead of the one that learns: a GPU would wait for a single
one."""

import multiprocessing
import pickle
import queue
from collections.abc import Callable

import torch

QUEUED_STEPS = 24  # steps that may lie ready
POLL_SECONDS = 5.0  # before it is asked again whether the processes live


def _draw(out, draw: Callable[[int], object], first: int, step: int) -> None:
    torch.set_num_threads(1)
    while True:
        # pickled here, so that tensors travel as bytes and not as files that are shared
        out.put(pickle.dumps(draw(first), protocol=5))
        first += step


class Prefetcher:
    """What `draw` gives for the steps from `first` on, by `processes`; in about their order, each once.

    Make it before CUDA is used. As an iterator it raises RuntimeError when a process has ended.
    """

    def __init__(self, draw: Callable[[int], object], first: int, processes: int):
        context = multiprocessing.get_context("fork")
        self._queue = context.Queue(QUEUED_STEPS)
        self._workers = [
            context.Process(target=_draw, args=(self._queue, draw, first + rank, processes), daemon=True)
            for rank in range(processes)
        ]
        for worker in self._workers:
            worker.start()

    def __iter__(self) -> "Prefetcher":
        return self

    def __next__(self) -> object:
        while True:
            if not all(worker.is_alive() for worker in self._workers):
                raise RuntimeError("a drawing process ended")
            try:
                return pickle.loads(self._queue.get(timeout=POLL_SECONDS))
            except queue.Empty:
                continue

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()
