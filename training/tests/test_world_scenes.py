"""Scenes and walks: reproducible, plausible, and free of collisions."""

import numpy as np
import pytest

from rendering.renderer import render
from world.categories import BACKGROUND, CATEGORIES, OBJECT_CATEGORIES, PLURALS
from world.furniture import BUILDERS, TYPICAL
from world.geometry import corners, rectangle_distance
from world.scenes import make_scene
from world.splits import SPLITS, split_of
from world.walks import clearance, make_walk, points_to_world, to_world

SEEDS = [0, 1, 17, 18, 4242, 800_003, 900_005]  # 1, 17 and 18 are homes


def test_categories_are_single_lower_case_words_with_furniture_for_each():
    assert len(CATEGORIES) == len(set(CATEGORIES)) == len(PLURALS) == 16
    assert BACKGROUND == ["wall", "floor", "ceiling"]
    assert all(word.isalpha() and word.islower() for word in CATEGORIES)
    assert {CATEGORIES[c] for c in OBJECT_CATEGORIES} == set(BUILDERS) == set(TYPICAL)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_gives_the_same_scene_walk_and_pictures(seed):
    a, b = make_scene(seed), make_scene(seed)
    assert (
        a.objects == b.objects
        and a.plan == b.plan
        and np.array_equal(a.parts, b.parts)
        and np.array_equal(a.materials, b.materials)
    )
    walk_a, walk_b = make_walk(a, 3, 8), make_walk(b, 3, 8)
    assert np.array_equal(walk_a.poses, walk_b.poses)
    assert np.array_equal(render(a, walk_a.poses[:3], 64, 48), render(b, walk_b.poses[:3], 64, 48))


def test_other_seeds_give_other_scenes_and_walks():
    assert make_scene(1).objects != make_scene(2).objects
    scene = make_scene(1)
    assert not np.array_equal(make_walk(scene, 0, 8).poses, make_walk(scene, 1, 8).poses)


@pytest.mark.parametrize("seed", SEEDS)
def test_furniture_stands_inside_the_outer_box_and_apart_from_each_other(seed):
    scene = make_scene(seed)
    width, depth, height = scene.room
    least, most = (2.99, 8.01) if len(scene.rooms) == 1 else (4.39, 11.51)
    assert least <= width <= most and least <= depth <= most
    assert len(scene.objects) <= (24 if len(scene.rooms) == 1 else 36)
    for index, thing in enumerate(scene.objects):
        for x, z in corners(thing.footprint):
            assert abs(x) <= width / 2 + 1e-5 and abs(z) <= depth / 2 + 1e-5
        assert thing.center[1] + thing.size[1] / 2 <= 1e-9
        assert thing.center[1] - thing.size[1] / 2 >= -height
        for other in scene.objects[:index]:
            assert rectangle_distance(thing.footprint, other.footprint) >= 0.1 - 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_an_objects_parts_fill_its_box_and_never_leave_it(seed):
    scene = make_scene(seed)
    for index, thing in enumerate(scene.objects):
        parts = scene.parts[scene.parts[:, 9] == index]
        assert len(parts) >= 2
        top, bottom = thing.center[1] - thing.size[1] / 2, thing.center[1] + thing.size[1] / 2
        assert parts[:, 5].min() == pytest.approx(top, abs=1e-3)
        assert parts[:, 6].max() == pytest.approx(bottom, abs=0.03)
        reach = np.hypot(thing.size[0], thing.size[2]) / 2
        far = np.hypot(parts[:, 1] - thing.center[0], parts[:, 2] - thing.center[2])
        assert (far <= reach + 1e-3).all()


@pytest.mark.parametrize("seed", range(40))
def test_a_walk_never_passes_through_furniture_or_walls(seed):
    scene = make_scene(seed)
    walk = make_walk(scene, seed, 60, fps=20)
    assert min(clearance(scene, x, z) for x, z, _ in walk.poses[::3]) >= 0.29


@pytest.mark.parametrize("seed", range(20))
def test_a_walk_is_slow_and_smooth(seed):
    walk = make_walk(make_scene(seed), 0, 60, fps=20)
    step = np.diff(walk.poses, axis=0) * 20
    assert np.hypot(step[:, 0], step[:, 1]).max() <= 0.5
    assert np.abs(step[:, 2]).max() <= np.radians(40)
    assert np.abs(np.diff(step[:, 2])).max() <= np.radians(40) / 4


def test_the_path_is_the_same_at_every_frame_rate_and_length():
    scene = make_scene(5)
    slow, fast = make_walk(scene, 0, 30, 2), make_walk(scene, 0, 60, 10)
    assert len(slow.times) == 60 and len(fast.times) == 600
    assert np.allclose(slow.poses, fast.poses[:300:5], atol=1e-9)


def test_the_world_is_the_first_frames_camera():
    walk = make_walk(make_scene(9), 0, 20)
    world = to_world(walk.poses)
    assert np.allclose(world[0], np.eye(4))
    assert np.allclose(world[:, :3, :3] @ world[:, :3, :3].transpose(0, 2, 1), np.eye(3))
    assert np.allclose(world[:, [0, 2], 3], points_to_world(walk.poses[:, :2], walk.poses[0]))
    # One metre ahead of a pose, seen in the world, is what its matrix makes of (0, 0, 1).
    ahead = walk.poses[:, :2] + np.stack([np.sin(walk.poses[:, 2]), np.cos(walk.poses[:, 2])], -1)
    assert np.allclose((world @ [0, 0, 1, 1])[:, [0, 2]], points_to_world(ahead, walk.poses[0]))


def test_the_splits_share_no_seed():
    ranges = list(SPLITS.values())
    assert sum(map(len, ranges)) == len(set().union(*map(set, ranges)))
    assert [split_of(seeds[0]) for seeds in ranges] == list(SPLITS)
    with pytest.raises(ValueError, match="no split"):
        split_of(-1)
