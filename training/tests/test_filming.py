"""Filming: a hand that holds still films what is rendered, and each of its movements moves the picture as
optics have it."""

import numpy as np
import pytest

from rendering import filming
from rendering.filming import LIMIT, film, shake
from rendering.renderer import render
from world.scenes import make_scene
from world.walks import make_walk

WIDTH, HEIGHT = 128, 96
FOCAL = WIDTH / 2


def held(monkeypatch: pytest.MonkeyPatch, pitch: float = 0.0, roll: float = 0.0, gain: float = 0.0) -> None:
    """Films on as if the hand were held so at every moment."""
    monkeypatch.setattr(
        filming, "shake", lambda seed, walk, times: np.tile([pitch, roll, gain], (len(times), 1))
    )


def drawn(monkeypatch: pytest.MonkeyPatch, wide_picture) -> None:
    """Films pictures of a function of the wider level view's directions (x/z, y/z) in place of a scene."""

    def draw(scene, poses, wide, tall, supersample, view):
        x = (np.arange(wide) + 0.5 - wide / 2) / (wide / 2) * view
        y = (np.arange(tall)[:, None] + 0.5 - tall / 2) / (wide / 2) * view
        picture = np.clip(wide_picture(x + 0 * y, y + 0 * x), 0, 255).astype(np.uint8)
        return np.ascontiguousarray(np.broadcast_to(picture[None, ..., None], (len(poses), tall, wide, 3)))

    monkeypatch.setattr(filming, "render", draw)


def one_picture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """The first channel of a filmed frame [height, width]."""
    return film(make_scene(0), [(0, 0, 0)], [0.0], width, height)[0, ..., 0].astype(float)


def horizon(picture: np.ndarray, column: int) -> float:
    """Where a column turns from dark (above) to bright (below), in pixels from the top, to parts of a
    pixel."""
    return float(((255 - picture[:, column]) / 255).sum())


def below(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(y > 0, 255.0, 0.0)


@pytest.mark.parametrize("seed", [0, 18])
def test_a_hand_that_holds_still_films_the_plain_picture_but_for_a_little_blur(seed, monkeypatch):
    held(monkeypatch)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, 6)
    filmed = film(scene, walk.poses, walk.times, WIDTH, HEIGHT).astype(float)
    plain = render(scene, walk.poses, WIDTH, HEIGHT).astype(float)
    assert np.abs(filmed - plain).mean() < 5
    assert np.median(np.abs(filmed - plain)) <= 2


def test_a_camera_that_looks_up_sees_the_horizon_lower_by_the_pitchs_tangent(monkeypatch):
    drawn(monkeypatch, below)
    held(monkeypatch)
    assert horizon(one_picture(), WIDTH // 2) == pytest.approx(HEIGHT / 2, abs=0.1)
    for degrees in (2.0, -3.0):
        held(monkeypatch, pitch=np.radians(degrees))
        assert horizon(one_picture(), WIDTH // 2) - HEIGHT / 2 == pytest.approx(
            FOCAL * np.tan(np.radians(degrees)), abs=0.1
        )


def test_a_camera_that_leans_to_the_right_sees_the_horizon_fall_to_the_left(monkeypatch):
    drawn(monkeypatch, below)
    held(monkeypatch, roll=np.radians(2.0))
    picture = one_picture()
    fall = horizon(picture, 24) - horizon(picture, 104)
    assert fall == pytest.approx(80 * np.tan(np.radians(2.0)), abs=0.15)


def test_a_longer_exposure_is_brighter_by_its_gain(monkeypatch):
    drawn(monkeypatch, lambda x, y: 100 + 20 * x)
    held(monkeypatch)
    plain = one_picture()
    held(monkeypatch, gain=np.log(1.2))
    assert np.allclose(one_picture(), 1.2 * plain, atol=1.5)


def test_what_is_too_bright_stays_white(monkeypatch):
    drawn(monkeypatch, lambda x, y: 240 + 0 * x)
    held(monkeypatch, gain=0.3)
    assert (one_picture() == 255).all()


def test_the_wider_view_reaches_as_far_as_the_hand_turns(monkeypatch):
    drawn(monkeypatch, lambda x, y: np.where((abs(x) > 1.2) | (abs(y) > 0.92), 255.0, 0.0))
    for pitch in (-LIMIT[0], LIMIT[0]):
        for roll in (-LIMIT[1], LIMIT[1]):
            held(monkeypatch, pitch, roll)
            assert one_picture().max() == 0


def test_the_same_walk_is_filmed_the_same_in_one_piece_and_frame_by_frame():
    scene = make_scene(1)
    walk = make_walk(scene, 0, 18)
    whole = film(scene, walk.poses, walk.times, 48, 36, walk=2)
    assert np.array_equal(whole, film(scene, walk.poses, walk.times, 48, 36, walk=2))
    for at in (0, 31, 32, 35):
        assert np.array_equal(
            whole[at], film(scene, walk.poses[at], walk.times[at : at + 1], 48, 36, walk=2)[0]
        )


def test_a_longer_walks_shake_begins_like_a_shorter_ones_at_every_frame_rate():
    slow, fast = shake(7, 1, np.arange(20) / 2), shake(7, 1, np.arange(1200) / 12)
    assert np.allclose(slow, fast[: 20 * 6 : 6], atol=1e-12)


def test_other_walks_and_scenes_are_held_otherwise():
    times = np.arange(20) / 2
    assert not np.allclose(shake(7, 1, times), shake(7, 2, times))
    assert not np.allclose(shake(7, 1, times), shake(8, 1, times))


def test_a_hand_shakes_a_little_and_never_beyond_its_limits():
    shaken = np.stack([shake(seed, 0, np.arange(0, 30, 0.1)) for seed in range(30)])
    assert (np.abs(shaken[..., :2]) <= LIMIT + 1e-12).all()
    assert (np.degrees(shaken[..., :2].std((0, 1))) > 0.3).all() and (
        np.degrees(shaken[..., :2].std((0, 1))) < 1.5
    ).all()
    assert 0.02 < shaken[..., 2].std() < 0.1
