"""What a training is given: where it lives, how long it may take, what it begins from and on what it runs."""

import math
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TrainingPlan:
    """A whole training, in a folder, within about `minutes` of wall time.

    On a CPU `processes` train one net together; on a GPU one trains and they draw for it. `begin` is a folder
    with the checkpoint `loci` of an earlier training. `first_recording` is the file that recording begins
    with.
    """

    folder: Path
    minutes: float
    processes: int = 2
    begin: Path | None = None
    device: str = "cpu"
    first_recording: int = 0

    @property
    def on_gpu(self) -> bool:
        """Whether the nets learn on another device than the CPU."""
        return self.device != "cpu"

    def seconds(self, share: float) -> float:
        """A share of the whole time."""
        return 60 * self.minutes * share


@dataclass(frozen=True)
class Schedule:
    """How long a phase trains: for `steps`, or until the learning rate has followed `seconds` to its end.

    Only a schedule of steps gives the same result on every machine. `planned_steps` is what the learning rate
    is planned for, where a run stops earlier.
    """

    steps: int = 10**9
    seconds: float = math.inf
    planned_steps: int | None = None

    def progress(self, step: int, started: float) -> float:
        """The fraction done after some steps of a phase that started at a time of the monotonic clock."""
        if self.seconds < math.inf:
            return (time.monotonic() - started) / self.seconds if self.seconds > 0 else 1.0
        return step / (self.planned_steps or self.steps)
