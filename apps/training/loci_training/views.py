"""Views: from where, and which way, the camera has looked while memory took its frames, or passed by such a view.

A frame whose view stands here already shows nothing new, and memory does not take it again: a place that is walked through twice,
or a video that is played twice, leaves it as it was. Where it passed becomes a view too, of a smaller reach, for what comes by once more
comes by a little beside; what passes by that one becomes none, so that reach does not creep along.
Places and directions are complex numbers z + i·x as in `rigid.py`. `libs/memory/src/views.ts` is the same in TypeScript;
libs/memory/test/fixtures/views.json holds both to the same answers.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

NEAR = 0.5  # metres: views from places this close to where a frame was taken, and
ALONG = 0.9396926207859084  # turned by less than the angle of this cosine, 20°, are the same; a number, for cosines differ between machines
BESIDE = 0.35  # metres: as close must be what comes by where a frame passed
AGAIN = 10.0  # seconds: what was looked at later than this ago is still the same visit
FORGOTTEN = 600.0  # seconds after which a view is taken anew, should things have moved
KEPT = 2048  # views at most, the latest; those that are forgotten go sooner


class Views(NamedTuple):
    """Views [V]: place (metres), level part of the viewing direction, time (s), and when the frame there was taken: then, or, where one passed by
    what was known, earlier."""

    place: np.ndarray
    ahead: np.ndarray
    time: np.ndarray
    taken: np.ndarray


NO_VIEWS = Views(np.zeros(0, np.complex128), np.zeros(0, np.complex128), np.zeros(0), np.zeros(0))


def _views(place: npt.NDArray, ahead: npt.NDArray, times: npt.NDArray) -> Views:
    return Views(place, ahead, times.astype(np.float64), times.astype(np.float64))


def of_poses(poses: npt.NDArray, times: npt.NDArray) -> Views:
    """The views of cameras [n, 4, 4] in the world at times [n] (s)."""
    poses = poses.astype(np.float64)
    return _views(poses[:, 2, 3] + 1j * poses[:, 0, 3], poses[:, 2, 2] + 1j * poses[:, 0, 2], times)


def of_ways(poses: npt.NDArray, times: npt.NDArray) -> Views:
    """The views of cameras (x, z, yaw) [n, 3] at times [n] (s)."""
    poses = poses.astype(np.float64)
    return _views(poses[:, 1] + 1j * poses[:, 0], np.exp(1j * poses[:, 2]), times)


def same_before(views: Views, place: complex, ahead: complex, time: float) -> npt.NDArray[np.bool_]:
    """Which of the views [V] are the same, of an earlier visit and not forgotten; none is that of a camera that looks straight up or down."""
    near = np.abs(views.place - place) < np.where(views.taken < views.time, BESIDE, NEAR)
    along = (views.ahead * ahead.conjugate()).real > ALONG * np.abs(views.ahead) * abs(ahead)
    return near & along & (time - views.time > AGAIN) & (time - views.taken < FORGOTTEN)


def taken(
    views: Views, frames: Views, asked: npt.NDArray[np.bool_] | None = None
) -> tuple[npt.NDArray[np.bool_], Views]:
    """Which frames [n], one after another, show what was not seen before, and the views then. Of frames that are not `asked` [n]
    nobody knows where they are: they count as seen, and are no views."""
    unseen = np.zeros(len(frames.time), bool)
    for t in range(len(unseen)) if asked is None else np.flatnonzero(asked):
        now = Views(*(field[t] for field in frames))
        same = same_before(views, now.place, now.ahead, now.time)
        unseen[t] = not same.any()
        if (same & (views.taken < views.time)).any():
            continue
        if not unseen[t]:
            now = now._replace(taken=views.taken[same][-1])
        lasts = np.append(now.time - views.taken < FORGOTTEN, True)
        views = Views(*(np.append(known, new)[lasts][-KEPT:] for known, new in zip(views, now, strict=True)))
    return unseen, views
