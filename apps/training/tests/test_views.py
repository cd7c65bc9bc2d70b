"""What was seen before is not taken again, what is new is, and what is old enough is taken anew.

`python tests/test_views.py` writes the fixture that the TypeScript in libs/memory is held to.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from loci_training.batches import make_batch
from loci_training.landmarks import STAY
from loci_training.placing import Part
from loci_training.sizes import FPS, NANO
from loci_training.tours import make_tour, simulate
from loci_training.views import AGAIN, ALONG, FORGOTTEN, KEPT, NEAR, NO_VIEWS, Views, of_poses, of_ways, taken
from loci_training.walkthrough import fresh_frames

TURN = float(np.degrees(np.arccos(ALONG)))
FIXTURE = Path(__file__).parents[3] / "libs/memory/test/fixtures/views.json"


def around(count: int, rounds: float, seed: int = 0) -> np.ndarray:
    """A way (x, z, yaw) [count, 3] around a circle of 2 m, looking outwards, some centimetres off."""
    angle = np.linspace(0, 2 * np.pi * rounds, count, endpoint=False)
    way = np.stack([2 * np.sin(angle), 2 * np.cos(angle), angle], -1)
    return way + np.random.default_rng(seed).normal(0, 0.03, way.shape)


def times(count: int) -> np.ndarray:
    """Seconds [count] of frames."""
    return np.arange(count) / FPS


def test_a_second_round_shows_nothing_new() -> None:
    unseen, views = taken(NO_VIEWS, of_ways(around(160, 2), times(160)))
    assert (
        unseen[:75].all() and not unseen[80:].any()
    )  # the last of the first round come back to where it began
    assert (views.taken == views.time).sum() == unseen.sum() and 0 < (views.taken < views.time).sum() <= (
        ~unseen
    ).sum()


def test_the_same_way_looking_elsewhere_does() -> None:
    way = around(160, 2)
    way[80:, 2] += np.pi / 2
    assert taken(NO_VIEWS, of_ways(way, times(160)))[0][80:155].all()


@pytest.mark.parametrize(
    ("off", "turn", "new"),
    [(0.0, 0.0, False), (0.8 * NEAR, 0.8 * TURN, False), (1.2 * NEAR, 0.0, True), (0.0, 1.2 * TURN, True)],
)
def test_a_view_is_the_same_close_by_and_hardly_turned(off: float, turn: float, new: bool) -> None:
    way = np.array([[0.0, 0.0, 1.0], [off, 0.0, 1.0 + np.radians(turn)]])
    assert taken(NO_VIEWS, of_ways(way, np.array([0.0, 20.0])))[0].tolist() == [True, new]


@pytest.mark.parametrize(
    ("seconds", "new"),
    [(0.5 * AGAIN, True), (2 * AGAIN, False), (0.9 * FORGOTTEN, False), (1.1 * FORGOTTEN, True)],
)
def test_a_visit_goes_on_for_some_seconds_and_is_forgotten_after_minutes(seconds: float, new: bool) -> None:
    assert taken(NO_VIEWS, of_ways(np.zeros((2, 3)), np.array([0.0, seconds])))[0].tolist() == [True, new]


@pytest.mark.parametrize(
    ("places", "at", "unseen"),
    [
        ([0.0, 0.45, 0.75], [0, 20, 40], [True, False, False]),
        ([0.0, 0.75], [0, 40], [True, True]),
        ([0.0, 0.45, 0.9], [0, 20, 40], [True, False, True]),
        (
            [0.0, 0.45, 0.75, 1.05],
            [0, 20, 40, 60],
            [True, False, False, True],
        ),  # what passes by where one passed is no view
        ([0.0, 0.45, 0.75], [0.0, 20.0, 20.5], [True, False, True]),  # the same visit goes on
        (
            [0.0, 0.0, 0.0],
            [0, 500, 700],
            [True, False, True],
        ),  # forgotten since it was taken, not since it was passed by
    ],
)
def test_where_it_passed_before_is_a_view_of_a_smaller_reach(
    places: list[float], at: list[float], unseen: list[bool]
) -> None:
    way = np.array([[place, 0.0, 1.0] for place in places])
    assert taken(NO_VIEWS, of_ways(way, np.array(at)))[0].tolist() == unseen


def test_chunk_by_chunk_is_as_at_once_and_the_latest_are_kept() -> None:
    frames = of_ways(np.random.default_rng(1).uniform(-2, 2, (KEPT + 500, 3)), np.arange(KEPT + 500) * 0.25)
    at_once, kept = taken(NO_VIEWS, frames)
    views, parts = NO_VIEWS, []
    for first in range(0, len(frames.time), 28):
        unseen, views = taken(views, Views(*(part[first : first + 28] for part in frames)))
        parts.append(unseen)
    assert np.array_equal(np.concatenate(parts), at_once) and all(
        np.array_equal(a, b) for a, b in zip(views, kept, strict=True)
    )
    far = of_ways(np.arange(3 * (KEPT + 5)).reshape(-1, 3).astype(float), np.arange(KEPT + 5.0) / 4)
    assert taken(NO_VIEWS, far)[1].time[0] == 5 / 4
    assert (
        taken(NO_VIEWS, far._replace(time=np.arange(KEPT + 5.0), taken=np.arange(KEPT + 5.0)))[1].time[0]
        == KEPT + 5 - 600
    )


def test_matrices_and_ways_say_the_same_of_a_camera() -> None:
    x, z, yaw = 1.5, -2.0, 0.7
    pose = np.array(
        [[np.cos(yaw), 0, np.sin(yaw), x], [0, 1, 0, 0], [-np.sin(yaw), 0, np.cos(yaw), z], [0, 0, 0, 1]]
    )
    for a, b in zip(
        of_poses(pose[None], np.zeros(1)), of_ways(np.array([[x, z, yaw]]), np.zeros(1)), strict=True
    ):
        assert np.allclose(a, b)


def test_fresh_frames_are_those_that_the_chunk_before_has_not_shown_and_some_of_them_adrift() -> None:
    fresh, adrift = fresh_frames(28, [Part(0, 10, STAY), Part(10, 20, STAY, True)])
    assert np.flatnonzero(fresh).tolist() == list(range(NANO.overlap, 20)) and np.flatnonzero(
        adrift
    ).tolist() == list(range(10, 20))
    assert fresh_frames(0, [Part(0, 3, STAY)])[0].sum() == 3
    assert fresh_frames(28, [Part(0, 20, STAY, True)])[1].sum() == 20 - NANO.overlap


def test_training_reads_what_memory_takes_of_a_tour_and_when() -> None:
    tour = make_tour(18, 20.0)
    tour.seen = simulate(tour, np.random.default_rng(0)) | {"poses": around(tour.frames, 1.9)}
    batch = make_batch([tour], np.random.default_rng(0), 1, turned=False)
    kept = np.flatnonzero(taken(NO_VIEWS, of_ways(tour.seen["poses"], times(tour.frames)))[0])
    assert tour.frames / 3 < len(kept) < tour.frames and batch.lengths.tolist() == [len(kept)]
    assert batch.times[0].tolist() == times(tour.frames)[kept].tolist()
    assert np.allclose(batch.tokens[0][0], tour.seen["visual_tokens"][kept]) and np.array_equal(
        batch.objects[0], tour.labels["object"][kept]
    )


def cases() -> list[dict]:
    """Walks in chunks of 28 with what is taken of each, and how many views are known then."""
    out = []
    for seed, (count, rounds, pace) in enumerate([(140, 1.7, 0.5), (90, 4.0, 0.5), (200, 2.2, 5.0)]):
        way = around(count, rounds, seed) + np.random.default_rng([seed, 9]).normal(0, 0.15, (count, 3))
        frames = of_ways(way, np.arange(count) * pace)
        rows = np.stack(
            [frames.place.imag, frames.place.real, frames.ahead.imag, frames.ahead.real, frames.time], -1
        ).astype(np.float32)
        views, steps = NO_VIEWS, []
        for first in range(0, count, 28):
            chunk = rows[first : first + 28].astype(np.float64)
            asked = np.arange(len(chunk)) % 9 != 4
            unseen, views = taken(
                views,
                Views(
                    chunk[:, 1] + 1j * chunk[:, 0], chunk[:, 3] + 1j * chunk[:, 2], chunk[:, 4], chunk[:, 4]
                ),
                asked,
            )
            steps.append(
                {
                    "frames": chunk.tolist(),
                    "asked": asked.tolist(),
                    "unseen": unseen.tolist(),
                    "known": len(views.time),
                }
            )
        out.append({"steps": steps})
    return out


def test_the_fixture_that_the_runtime_is_held_to_is_what_python_gives() -> None:
    assert json.loads(FIXTURE.read_text())["cases"] == cases()


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps({"cases": cases()}) + "\n")
    print(f"{FIXTURE}: {FIXTURE.stat().st_size} bytes")
