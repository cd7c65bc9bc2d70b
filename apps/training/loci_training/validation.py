"""The studies that look at a bundle on validation walks: the same command line, and a process for every walk."""

import argparse
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from .splits import VALIDATION

T = TypeVar("T")


def over_validation(about: str | None, walk: Callable[[tuple[Path, int]], T], first: int) -> list[T]:
    """What `walk` finds for the bundle and each of the seeds, from validation's `first` on, that the command line names; `about` is its help."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--walks", type=int, default=36)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    jobs = [(options.bundle, seed) for seed in VALIDATION[first : first + options.walks]]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        return pool.map(walk, jobs, chunksize=1)
