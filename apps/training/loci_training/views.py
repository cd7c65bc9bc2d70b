"""Views: from where, and which way, the camera has looked while memory took its frames.

A frame whose view stands here already shows nothing new, and memory does not take it again: a place that is walked through twice,
or a video that is played twice, leaves it as it was.
Places and directions are complex numbers z + i·x as in `rigid.py`. `libs/memory/src/views.ts` is the same in TypeScript;
libs/memory/test/fixtures/views.json holds both to the same answers.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

NEAR = 0.5  # metres: views from places this close, and
ALONG = 0.9396926207859084  # turned by less than the angle of this cosine, 20°, are the same; a number, for cosines differ between machines
AGAIN = 10.0  # seconds: what was taken later than this ago is still the same visit
FORGOTTEN = 600.0  # seconds after which a view is taken anew, should things have moved
KEPT = 2048  # views at most, the latest; those that are forgotten go sooner


class Views(NamedTuple):
    """Views [V] that memory has taken: place (metres), level part of the viewing direction, time (s); the earliest first."""

    place: np.ndarray
    ahead: np.ndarray
    time: np.ndarray


NO_VIEWS = Views(np.zeros(0, np.complex128), np.zeros(0, np.complex128), np.zeros(0))


def of_poses(poses: npt.NDArray, times: npt.NDArray) -> Views:
    """The views of cameras [n, 4, 4] in the world at times [n] (s)."""
    poses = poses.astype(np.float64)
    return Views(poses[:, 2, 3] + 1j * poses[:, 0, 3], poses[:, 2, 2] + 1j * poses[:, 0, 2], times.astype(np.float64))


def of_ways(poses: npt.NDArray, times: npt.NDArray) -> Views:
    """The views of cameras (x, z, yaw) [n, 3] at times [n] (s)."""
    poses = poses.astype(np.float64)
    return Views(poses[:, 1] + 1j * poses[:, 0], np.exp(1j * poses[:, 2]), times.astype(np.float64))


def seen_before(views: Views, place: complex, ahead: complex, time: float) -> bool:
    """Whether one of the views is the same, of an earlier visit and not forgotten; a camera that looks straight up or down never is."""
    age = time - views.time
    near = np.abs(views.place - place) < NEAR
    along = (views.ahead * ahead.conjugate()).real > ALONG * np.abs(views.ahead) * abs(ahead)
    return bool((near & along & (age > AGAIN) & (age < FORGOTTEN)).any())


def taken(views: Views, frames: Views, asked: npt.NDArray[np.bool_] | None = None) -> tuple[npt.NDArray[np.bool_], Views]:
    """Which frames [n], one after another, show what was not seen before, and the views then. Of frames that are not `asked` [n]
    nobody knows where they are: they count as seen, and are no views."""
    unseen = np.zeros(len(frames.time), bool)
    for t in range(len(unseen)) if asked is None else np.flatnonzero(asked):
        unseen[t] = not seen_before(views, frames.place[t], frames.ahead[t], frames.time[t])
        if unseen[t]:
            lasts = np.append(frames.time[t] - views.time < FORGOTTEN, True)
            views = Views(*(np.append(known, new[t])[lasts][-KEPT:] for known, new in zip(views, frames, strict=True)))
    return unseen, views
