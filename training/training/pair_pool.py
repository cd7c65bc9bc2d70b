"""Training pairs for a GPU, which learns faster than frames are drawn.

Many processes draw scenes into memory that they share. The device keeps the latest of them, and a batch is
drawn from those. A frame is shown a few times, each time mirrored or disturbed otherwise. Unlike a
`PairStream`'s, a batch depends on how fast the machine draws.
"""

import mmap
import multiprocessing
import queue
import time

import numpy as np
import torch

from training.pairs import PAIRS_PER_SCENE, draw_pairs_of_any_scene

SLOTS = 384  # scenes on their way to the device
HELD = 16_000  # scenes that the device keeps: 21 GB
LEAST = 400  # scenes before the first batch


class Slots:
    """`count` scenes' pairs in memory that forked processes share, laid out as a sample's arrays are."""

    def __init__(self, sample: dict[str, np.ndarray], count: int):
        self.layout = {name: (value.shape, value.dtype, value.nbytes) for name, value in sample.items()}
        self.bytes = sum(size for _, _, size in self.layout.values())
        self.memory = mmap.mmap(-1, self.bytes * count)

    def views(self, slot: int) -> dict[str, np.ndarray]:
        """The arrays of a slot, to be written or read in place."""
        out, offset = {}, slot * self.bytes
        for name, (shape, dtype, size) in self.layout.items():
            out[name] = np.frombuffer(self.memory, dtype, int(np.prod(shape)), offset).reshape(shape)
            offset += size
        return out


def _draw(slots: Slots, free, ready, number: int, step: int, seeds: range) -> None:
    torch.set_num_threads(1)
    while True:
        rng = np.random.default_rng([number, 17])
        drawn = draw_pairs_of_any_scene(seeds, PAIRS_PER_SCENE, rng)
        slot = free.get()
        for name, view in slots.views(slot).items():
            view[:] = drawn[name]
        ready.put(slot)
        number += step


class PairPool:
    """Batches of `pairs` on a device, from scenes that `processes` draw, the first of them number `first`.
    Make it before CUDA is used."""

    def __init__(self, pairs: int, seeds: range, first: int, processes: int, device: str, held: int = HELD):
        sample = draw_pairs_of_any_scene(seeds, PAIRS_PER_SCENE, np.random.default_rng(0))
        context = multiprocessing.get_context("fork")
        self._slots, self._free, self._ready = Slots(sample, SLOTS), context.Queue(), context.Queue()
        for slot in range(SLOTS):
            self._free.put(slot)
        self._workers = [
            context.Process(
                target=_draw,
                args=(self._slots, self._free, self._ready, first + rank, processes, seeds),
                daemon=True,
            )
            for rank in range(processes)
        ]
        for worker in self._workers:
            worker.start()
        self._device, self._capacity = device, held
        self._shapes = {name: torch.from_numpy(value) for name, value in sample.items()}
        self._held: dict[str, torch.Tensor] = {}
        self._pairs, self._rng = pairs, np.random.default_rng(first)
        self.drawn = 0
        """How many scenes have been drawn."""

    def __next__(self) -> dict[str, torch.Tensor]:
        """A batch as `pairs.make_batch` gives it, on the device, of all scenes that it holds."""
        if not self._held:
            self._held = {
                name: value.new_empty((self._capacity, *value.shape), device=self._device)
                for name, value in self._shapes.items()
            }
        self._fetch(min(LEAST, self._capacity))
        slot = torch.from_numpy(self._rng.integers(min(self.drawn, self._capacity), size=self._pairs)).to(
            self._device
        )
        pair = torch.from_numpy(self._rng.integers(PAIRS_PER_SCENE, size=self._pairs)).to(self._device)
        batch = {}
        for name, held in self._held.items():
            earlier = held[slot, pair]
            batch[name] = (
                earlier if name == "motion" else torch.cat([earlier, held[slot, pair + PAIRS_PER_SCENE]])
            )
        return batch

    def _fetch(self, least: int) -> None:
        """Takes what has been drawn, and waits until there are at least so many scenes. Raises RuntimeError
        when a process has ended."""
        if not all(worker.is_alive() for worker in self._workers):
            raise RuntimeError("a drawing process ended")
        while True:
            try:
                slot = self._ready.get_nowait()
            except queue.Empty:
                if self.drawn >= least:
                    return
                if not all(worker.is_alive() for worker in self._workers):
                    raise RuntimeError("a drawing process ended") from None
                time.sleep(0.01)
                continue
            for name, view in self._slots.views(slot).items():
                self._held[name][self.drawn % self._capacity].copy_(torch.from_numpy(view))
            self._free.put(slot)
            self.drawn += 1

    def close(self) -> None:
        """Ends the drawing processes."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()
