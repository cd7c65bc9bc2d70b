"""Labels: they agree with the ray-caster's own ids and depths, and the ray-caster with plain geometry."""

import numpy as np
import pytest

from rendering.labels import SHARE, token_labels
from rendering.renderer import RendererBuildError, buffers, build, render
from training.pairs import wall_gaps, wall_normals
from world.categories import INDEX
from world.scenes import make_scene
from world.walks import make_walk

WIDTH, HEIGHT, PATCH = 128, 96, 16
SEEDS = [0, 3, 18, 21, 900_002]  # 3 and 18 are homes


def owners(scene, ids):
    """Per pixel: an object's index, or minus the background's category minus one."""
    out = np.empty(ids.shape, int)
    out[ids < 4] = -1 - INDEX["wall"]
    out[ids == 4] = -1 - INDEX["floor"]
    out[ids == 5] = -1 - INDEX["ceiling"]
    part = ids // 8 - 1
    mine = ids >= 8
    thing, category = scene.parts[part[mine], 9].astype(int), scene.parts[part[mine], 10].astype(int)
    out[mine] = np.where(thing >= 0, thing, -1 - category)
    return out


def world_points(pose, depth):
    x, z, yaw = pose
    slant = (np.arange(WIDTH) + 0.5 - WIDTH / 2) / (WIDTH / 2)
    slope = (np.arange(HEIGHT)[:, None] + 0.5 - HEIGHT / 2) / (WIDTH / 2)
    right, ahead = depth * slant, depth
    return (
        x + np.cos(yaw) * right + np.sin(yaw) * ahead,
        -1.5 + depth * slope,
        z - np.sin(yaw) * right + np.cos(yaw) * ahead,
    )


@pytest.fixture(scope="module", params=SEEDS)
def view(request):
    scene = make_scene(request.param)
    return scene, make_walk(scene, 0, 20).poses[::4]


def test_labels_agree_with_the_rendered_ids(view):
    scene, poses = view
    labels = token_labels(scene, poses)
    for frame, pose in enumerate(poses):
        depth, ids = buffers(scene, pose, WIDTH, HEIGHT)
        who = owners(scene, ids)
        slant = (np.arange(WIDTH) + 0.5 - WIDTH / 2) / (WIDTH / 2) + 0 * depth
        slope = (np.arange(HEIGHT)[:, None] + 0.5 - HEIGHT / 2) / (WIDTH / 2) + 0 * depth
        points = np.stack([slant * depth, slope * depth, depth], -1)
        for token in range(48):
            row, column = divmod(token, 8)
            area = np.s_[row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH]
            values, counts = np.unique(who[area], return_counts=True)
            things = [(count, -value) for value, count in zip(values, counts, strict=True) if value >= 0]
            back = [(count, value) for value, count in zip(values, counts, strict=True) if value < 0]
            spoken = things and (max(things)[0] >= SHARE * PATCH * PATCH or not back)
            chosen = -max(things)[1] if spoken else max(back)[1]
            assert labels["object"][frame, token] == max(chosen, -1)
            assert labels["category"][frame, token] == (
                scene.objects[chosen].category if spoken else -1 - chosen
            )
            mask = who[area] == chosen
            assert labels["coverage"][frame, token] == pytest.approx(mask.mean())
            assert np.allclose(labels["point"][frame, token], points[area][mask].mean(0), atol=2e-3)
        assert np.array_equal(
            labels["pixels"][frame], [(who == index).sum() for index in range(len(scene.objects))]
        )


def test_every_pixel_lies_in_the_room_and_on_its_own_objects_box(view):
    scene, poses = view
    for pose in poses:
        depth, ids = buffers(scene, pose, WIDTH, HEIGHT)
        who, (x, y, z) = owners(scene, ids), world_points(pose, depth)
        assert (np.abs(x) <= scene.room[0] / 2 + 1e-3).all() and (np.abs(z) <= scene.room[1] / 2 + 1e-3).all()
        assert (y <= 1e-3).all() and (y >= -scene.room[2] - 1e-3).all()
        for index, thing in enumerate(scene.objects):
            at = who == index
            dx, dz = x[at] - thing.center[0], z[at] - thing.center[2]
            across = np.cos(thing.yaw) * dx - np.sin(thing.yaw) * dz
            along = np.sin(thing.yaw) * dx + np.cos(thing.yaw) * dz
            slack = 2e-3
            assert (np.abs(across) <= thing.size[0] / 2 + slack).all() and (
                np.abs(along) <= thing.size[2] / 2 + slack
            ).all()


def test_centers_and_sizes_are_those_of_the_object_in_the_frames_camera(view):
    scene, poses = view
    labels = token_labels(scene, poses)
    background = labels["object"] < 0
    assert np.array_equal(labels["center"][background], labels["point"][background])
    assert (labels["size"][background] == 0).all()
    for frame, token in zip(*np.nonzero(~background), strict=True):
        thing, (x, z, yaw) = scene.objects[labels["object"][frame, token]], poses[frame]
        dx, dz = thing.center[0] - x, thing.center[2] - z
        expected = (
            np.cos(yaw) * dx - np.sin(yaw) * dz,
            thing.center[1] + 1.5,
            np.sin(yaw) * dx + np.cos(yaw) * dz,
        )
        assert np.allclose(labels["center"][frame, token], expected, atol=1e-4)
        width, height, depth = thing.size
        assert np.allclose(
            labels["size"][frame, token], (max(width, depth), min(width, depth), height), atol=1e-5
        )


def test_dense_depth_is_the_depth_at_the_cells_centres(view):
    scene, poses = view
    dense = token_labels(scene, poses)["depth"]
    assert dense.shape == (len(poses), 12, 16)
    depth, _ = buffers(scene, poses[0], WIDTH, HEIGHT)
    around = np.stack([depth[3:-1:8, 3::8], depth[4::8, 3::8], depth[3:-1:8, 4::8], depth[4::8, 4::8]])
    assert np.allclose(dense[0], 4 / (1 / around).sum(0), rtol=1e-4)


def test_wall_normals_are_unit_and_point_from_the_camera_into_the_wall(view):
    scene, poses = view
    labels = token_labels(scene, poses)
    normal = wall_normals(scene, poses, labels)
    length = np.linalg.norm(normal, axis=-1)
    known = length > 0
    assert np.allclose(length[known], 1, atol=1e-5)
    assert not known[labels["category"] != INDEX["wall"]].any()
    assert known[labels["category"] == INDEX["wall"]].mean() > 0.6
    assert ((normal * labels["point"][..., ::2]).sum(-1)[known] > 0).all()


def test_wall_normals_stand_along_the_rooms_axes_in_the_scene(view):
    scene, poses = view
    normal = wall_normals(scene, poses, token_labels(scene, poses))
    cos, sin = np.cos(poses[:, 2:3]), np.sin(poses[:, 2:3])
    world = np.abs(
        np.stack(
            [cos * normal[..., 0] + sin * normal[..., 1], cos * normal[..., 1] - sin * normal[..., 0]], -1
        )
    )
    assert np.allclose(world.max(-1)[normal.any(-1)], 1, atol=1e-5)


def test_the_walls_between_rooms_have_normals_on_both_of_their_faces():
    scene = make_scene(18)
    x, z, width, depth, _ = max(scene.walls, key=lambda wall: wall[2] + wall[3])
    thin = np.array([1.0, 0.0]) if width < depth else np.array([0.0, 1.0])
    reach = 0.5 * min(width, depth)
    for side in (-1, 1):
        at = np.array([x, z]) + side * reach * thin
        gaps, directions = wall_gaps(scene, *at)
        assert gaps.min() < 1e-6
        assert np.allclose(directions[gaps.argmin()], -side * thin)


def test_pictures_have_structure_and_are_neither_black_nor_white():
    for seed in range(30):
        scene = make_scene(seed)
        frames = render(scene, make_walk(scene, 0, 10).poses[::5], 64, 48).astype(float)
        assert frames.shape == (4, 48, 64, 3)
        assert 25 < frames.mean() < 242
        assert frames.std() > 5


def test_supersampling_changes_edges_only_a_little():
    scene = make_scene(2)
    pose = make_walk(scene, 0, 2).poses[:1]
    fine, coarse = (render(scene, pose, 128, 96, step).astype(float) for step in (3, 1))
    assert np.abs(fine - coarse).mean() < 4


def test_the_portable_build_casts_the_same_rays_and_a_refused_one_is_an_error():
    assert build("x86-64-v3").exists()
    with pytest.raises(RendererBuildError):
        build("no-such-processor")
