"""How a hand holds a camera: it nods and leans a little, and its exposure follows the light late. From a seed."""

from functools import cache

import numpy as np
import numpy.typing as npt

STEP = 0.05  # seconds of one simulated step
HELD = np.radians([0.8, 0.5])  # spread of how it is held over a whole walk: pitch, roll
SWAY, SWAY_SECONDS = np.radians([0.4, 0.3]), 0.8  # spread and memory of the slow part
TREMOR, TREMOR_SECONDS = np.radians([0.15, 0.12]), 0.1
LIMIT = np.radians([3.0, 2.0])
GAIN, GAIN_SECONDS = 0.05, 4.0  # spread of the logarithm of the exposure's gain, and its memory


@cache
def _path(seed: int, walk: int, steps: int) -> npt.NDArray[np.float64]:
    """Pitch, roll (radians) and log gain at every step, [steps, 3]; a longer path begins like a shorter one."""
    rng = np.random.default_rng([seed, walk, 83])
    held = rng.normal(size=2) * HELD
    noise = rng.normal(size=(steps, 5))
    state, out = np.zeros(5), np.empty((steps, 5))
    memory = np.exp(-STEP / np.array([SWAY_SECONDS] * 2 + [TREMOR_SECONDS] * 2 + [GAIN_SECONDS]))
    fresh = np.sqrt(1 - memory**2) * np.concatenate([SWAY, TREMOR, [GAIN]])
    for t in range(steps):
        state = memory * state + fresh * noise[t]
        out[t] = state
    tilt = np.clip(held + out[:, :2] + out[:, 2:4], -LIMIT, LIMIT)
    return np.concatenate([tilt, out[:, 4:]], -1)


def shake(seed: int, walk: int, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Pitch (up), roll (to the right), radians, and log gain at times [F] in seconds of a scene's walk: [F, 3]."""
    at = np.asarray(times, np.float64)
    path = _path(seed, walk, int(at.max() / STEP) + 2)
    grid = np.arange(len(path)) * STEP
    return np.stack([np.interp(at, grid, path[:, axis]) for axis in range(3)], -1)
