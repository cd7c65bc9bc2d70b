"""Training calls the service's own localisation through one process of Node."""

import multiprocessing
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from model import localizer as module
from model.localizer import Localizer, LocalizerError, localizer, node
from model.sizes import FPS, NANO
from model.walkthrough import LocalizedChunk, PerceivedChunk, localize_chunks
from training.batches import keyframes, make_tour_batch
from training.tours import frame_times, make_tour, simulate_perception
from world.categories import OBJECT_CATEGORIES

COUNT = 2 * NANO.frames - NANO.overlap  # frames of two whole chunks
STEP = NANO.frames - NANO.overlap


def pose(yaw: float, x: float, z: float) -> np.ndarray:
    """camera_to_world [4, 4] of a level camera."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.array([[cos, 0, sin, x], [0, 1, 0, 0], [-sin, 0, cos, z], [0, 0, 0, 1]], np.float64)


def room(seed: int, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Categories [n] and places (x, y, z) [n, 3] of objects in a room of 6 m, none near another."""
    rng, places = np.random.default_rng(seed), []
    while len(places) < count:
        x, z = rng.uniform(-3, 3, 2)
        if all(np.hypot(x - other[0], z - other[2]) > 1 for other in places):
            places.append((x, 0.0, z))
    categories = np.array(OBJECT_CATEGORIES)[np.arange(count) // 2 % len(OBJECT_CATEGORIES)]
    return categories, np.array(places)


def walk(count: int) -> np.ndarray:
    """Poses [count, 4, 4] on a straight way with a slow turn, frame 0 at the origin."""
    t = np.arange(count) / FPS
    return np.stack([pose(0.05 * s, 0.02 * s, 0.1 * s) for s in t])


def chunk(poses: np.ndarray, world: tuple[np.ndarray, np.ndarray], doubt: dict[int, float]) -> dict:
    """What perception gives of a chunk's poses [held, 4, 4]: every frame shows all objects, in the first
    frame's camera; at the frames of `doubt` the picture jumps."""
    categories, places = world
    index = np.arange(NANO.tokens) % len(categories)
    held, origin = len(poses), np.linalg.inv(poses[0])
    rng = np.random.default_rng(0)
    points = places[index] + rng.normal(0, 0.1, (NANO.tokens, 3))
    in_chunk = {
        "points": points @ origin[:3, :3].T + origin[:3, 3],
        "centers": places[index] @ origin[:3, :3].T + origin[:3, 3],
    }
    arrays = {name: np.zeros((NANO.frames, NANO.tokens, 3), np.float32) for name in in_chunk}
    for name, value in in_chunk.items():
        arrays[name][:held] = value
    arrays["confidence"] = np.zeros((NANO.frames, NANO.tokens), np.float32)
    arrays["confidence"][:held] = 0.5
    arrays["category"] = np.zeros((NANO.frames, NANO.tokens), np.int32)
    arrays["category"][:held] = categories[index]
    arrays["camera_to_chunk"] = np.repeat(np.eye(4, dtype=np.float32)[None], NANO.frames, 0)
    arrays["camera_to_chunk"][:held] = origin @ poses
    arrays["step_doubt"] = np.zeros(NANO.frames, np.float32)
    for frame, value in doubt.items():
        arrays["step_doubt"][frame] = value
    return arrays


def chunks(
    poses: np.ndarray,
    world: tuple[np.ndarray, np.ndarray] | None = None,
    jumps: dict[int, float] | None = None,
) -> list[PerceivedChunk]:
    """The perceived chunks of a walk; `jumps` are frames of the walk with their doubt."""
    found = []
    for first in range(0, max(len(poses) - NANO.overlap, 1), STEP):
        part = poses[first : first + NANO.frames]
        doubt = {
            frame - first: value for frame, value in (jumps or {}).items() if 0 < frame - first < len(part)
        }
        found.append(PerceivedChunk(first, len(part), chunk(part, world or room(1), doubt)))
    return found


def camera_positions(localized: list[LocalizedChunk], count: int) -> np.ndarray:
    """(x, z) [count, 2] of the cameras where they are in the end; NaN where a frame never got its place."""
    found = np.full((count, 2), np.nan)
    for part in localized:
        rows = np.flatnonzero(part.localized)
        found[part.first + rows] = part.arrays["camera_to_world"][rows][:, [0, 2], 3]
    return found


def test_two_chunks_of_a_walk_are_put_where_the_camera_went() -> None:
    poses = walk(COUNT)
    localized = list(localize_chunks(chunks(poses), COUNT))
    assert [part.first for part in localized] == [0, STEP]
    assert np.abs(camera_positions(localized, COUNT) - poses[:, [0, 2], 3]).max() < 0.05
    assert sum(int(part.localized.sum()) for part in localized) == COUNT, "shared frames count once"
    assert all(not part.shot_boundaries for part in localized)


def test_a_session_that_is_run_again_gives_the_same_poses() -> None:
    poses = walk(COUNT)
    first, again = (list(localize_chunks(chunks(poses), COUNT)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert all(np.array_equal(value, other.arrays[name]) for name, value in one.arrays.items())
        assert np.array_equal(one.localized, other.localized) and np.array_equal(one.keyframe, other.keyframe)


def test_without_objects_every_fresh_frame_has_its_place_and_is_a_keyframe() -> None:
    poses = walk(COUNT)
    localized = list(localize_chunks(chunks(poses), COUNT, objects=False))
    for part in localized:
        fresh = np.arange(NANO.frames) >= (NANO.overlap if part.first else 0)
        assert np.array_equal(part.localized, fresh) and np.array_equal(part.keyframe, fresh)
    assert np.abs(camera_positions(localized, COUNT) - poses[:, [0, 2], 3]).max() < 0.05


def test_a_short_last_chunk_gives_no_place_to_its_padding() -> None:
    poses = walk(STEP + NANO.overlap + 5)
    last = list(localize_chunks(chunks(poses), len(poses)))[-1]
    assert last.held == NANO.overlap + 5
    assert np.flatnonzero(last.localized).tolist() == list(range(NANO.overlap, last.held))
    assert len(last.arrays["points"]) == len(last.keyframe) == NANO.frames


def test_after_a_jump_the_camera_is_found_again_in_the_room_that_is_known() -> None:
    poses = walk(2 * COUNT)
    poses[COUNT:] = pose(2.5, 1.0, 0.5) @ poses[:COUNT]
    localized = list(localize_chunks(chunks(poses, jumps={COUNT: 2.0}), len(poses)))
    assert COUNT in {frame for part in localized for frame in part.shot_boundaries}
    positions = camera_positions(localized, len(poses))
    assert np.isfinite(positions).all(), "every frame has its place in the end"
    assert np.abs(positions[COUNT + STEP :] - poses[COUNT + STEP :, [0, 2], 3]).max() < 0.3


def test_every_frame_gets_its_place_once_however_late() -> None:
    poses = walk(2 * COUNT)
    world = room(1)
    perceived = chunks(poses, world, {COUNT: 2.0})
    for part in perceived[2:]:  # what follows shows objects of another room
        part.arrays["category"][:] = np.where(part.arrays["category"] > 0, OBJECT_CATEGORIES[-1], 0)
        part.arrays["centers"][:] *= np.float32(-1.7)
    localized = list(localize_chunks(perceived, len(poses)))
    counts = np.zeros(len(poses), int)
    for part in localized:
        counts[part.first + np.flatnonzero(part.localized)] += 1
        assert not (part.keyframe & ~part.localized).any(), "memory takes only frames that have their place"
    assert (counts == 1).all()


def around(count: int, rounds: float) -> np.ndarray:
    """Poses (x, z, yaw) [count, 3] around a circle of 2 m, looking outwards, some centimetres off."""
    angle = np.linspace(0, 2 * np.pi * rounds, count, endpoint=False)
    way = np.stack([2 * np.sin(angle), 2 * np.cos(angle), angle], -1)
    return way + np.random.default_rng(0).normal(0, 0.03, way.shape)


def test_a_way_that_is_walked_twice_has_keyframes_in_its_first_round_alone() -> None:
    chosen = keyframes(around(160, 2))
    assert set(range(75)) <= set(chosen.tolist()) and chosen.max() < 80


def test_the_same_way_looking_elsewhere_has_keyframes_in_both_rounds() -> None:
    way = around(160, 2)
    way[80:, 2] += np.pi / 2
    assert set(range(80, 155)) <= set(keyframes(way).tolist())


def test_training_reads_the_keyframes_of_a_tour_and_when_they_were() -> None:
    tour = make_tour(18, 20.0)
    tour.seen = simulate_perception(tour, np.random.default_rng(0)) | {"poses": around(tour.frames, 1.9)}
    batch = make_tour_batch([tour], np.random.default_rng(0), 1, turned=False)
    chosen = keyframes(tour.seen["poses"])
    assert tour.frames / 3 < len(chosen) < tour.frames and batch.lengths.tolist() == [len(chosen)]
    assert batch.times[0].tolist() == frame_times(tour.frames)[chosen].tolist()
    assert np.allclose(batch.tokens[0][0], tour.seen["visual_tokens"][chosen])
    assert np.array_equal(batch.objects[0], tour.labels["object"][chosen])


def test_a_refused_chunk_leaves_the_session_as_it_was() -> None:
    poses = walk(COUNT)
    first, second = chunks(poses)
    broken = {name: value for name, value in second.arrays.items() if name != "points"}
    with localizer().session() as session:
        session.localize(first.arrays, 0, first.held, False)
        with pytest.raises(LocalizerError, match="localize: 32 frames"):
            session.localize(broken, STEP, second.held, True)
        found = session.localize(second.arrays, STEP, second.held, True)
        assert found.chunk == 1 and found.arrays["localized"].sum() == STEP


def test_an_unknown_method_is_refused_in_a_sentence() -> None:
    with pytest.raises(LocalizerError, match="fly"):
        localizer().request("fly", {}, {})
    assert keyframes(around(20, 0.2)).size, "and the process goes on"


def test_threads_share_one_process_and_get_their_own_replies() -> None:
    found: dict[int, int] = {}

    def ask(count: int) -> None:
        found[count] = len(localizer().keyframes(np.repeat(np.eye(4)[None], count, 0), np.arange(count)))

    running = [threading.Thread(target=ask, args=(count,)) for count in range(1, 9)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert found == {count: count for count in range(1, 9)}


def _identity(out) -> None:
    keyframes(around(20, 0.2))
    out.put((os.getpid(), localizer()._process.pid))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_every_process_has_a_localizer_of_its_own(method: str) -> None:
    keyframes(around(20, 0.2))
    mine = localizer()._process.pid
    context = multiprocessing.get_context(method)
    out = context.Queue()
    running = [context.Process(target=_identity, args=(out,)) for _ in range(2)]
    for process in running:
        process.start()
    found = [out.get(timeout=60) for _ in running]
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running)
    assert len({pid for _, pid in found} | {mine}) == 3
    assert keyframes(around(20, 0.2)).size, "the parent's goes on"


def test_a_localizer_that_is_closed_ends_and_says_so() -> None:
    own = Localizer()
    own.close()
    assert own._process.returncode == 0
    with pytest.raises(LocalizerError, match="ended"):
        own.keyframes(np.eye(4)[None], np.zeros(1))


def test_a_localizer_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(LocalizerError, match="npm run build"):
        Localizer(tmp_path / "main.js")


def test_node_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCI_NODE", "/somewhere/node")
    assert node() == "/somewhere/node"
    monkeypatch.delenv("LOCI_NODE")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalizerError, match="no Node"):
        node()
