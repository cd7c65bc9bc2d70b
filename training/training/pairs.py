"""Training pairs for perception: two frames of a walk not far apart, with what every token and cell should
read.

A worker draws them ahead of the training. A batch is a function of its number alone, so a resumed training
sees what an uninterrupted one would have seen.
"""

import multiprocessing
import queue

import numpy as np
import torch

from model.sizes import NANO
from rendering.filming import film
from rendering.labels import token_labels
from world.categories import WALL
from world.scenes import Scene, make_scene
from world.walks import NowhereToStand, make_walk

PAIRS_PER_SCENE = 8
WALK_SECONDS = 16.0
# Frames between the two of a pair: the pose graph asks for 1 and 2, and of a video that is looked at half as
# often for 2 and 4.
GAPS = [1, 1, 1, 2, 2, 4]
JUMPS = 0.05  # of the pairs are of any two frames of a walk: what a shot boundary looks like
NEAR_WALL = 0.08  # metres


def wall_gaps(scene: Scene, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances of points (scene coordinates, [...]) from every wall's faces [..., S], and the faces' outward
    directions (x, z) [S, 2]."""
    half_w, half_d = scene.room[0] / 2, scene.room[1] / 2
    gaps = [abs(half_w - x), abs(x + half_w), abs(half_d - z), abs(z + half_d)]
    directions = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
    for at_x, at_z, width, depth, _ in scene.walls:
        u, v = x - at_x, z - at_z
        past_u, past_v = np.maximum(abs(u) - 0.5 * width, 0), np.maximum(abs(v) - 0.5 * depth, 0)
        # a face looks out of its wall: seen from the room, outward is into the wall
        gaps += [
            abs(u + 0.5 * width) + past_v,
            abs(u - 0.5 * width) + past_v,
            abs(v + 0.5 * depth) + past_u,
            abs(v - 0.5 * depth) + past_u,
        ]
        directions += [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
    return np.stack(gaps, -1), np.array(directions, np.float32)


def wall_normals(scene: Scene, poses: np.ndarray, labels: dict) -> np.ndarray:
    """Outward normals (x, z) of the walls that the wall tokens lie on, in the frames' cameras [F, N, 2]; else
    zero."""
    cos, sin = np.cos(poses[:, 2:3]), np.sin(poses[:, 2:3])
    point = labels["point"]
    x = cos * point[..., 0] + sin * point[..., 2] + poses[:, 0:1]
    z = cos * point[..., 2] - sin * point[..., 0] + poses[:, 1:2]
    gaps, directions = wall_gaps(scene, x, z)
    # Only a face that looks at the camera is seen. A patch's mean point may lie within a thin wall, nearer to
    # the wall's back.
    seen = np.stack([x - poses[:, 0:1], z - poses[:, 1:2]], -1) @ directions.T > 0
    gaps = np.where(seen, gaps, np.inf)
    side = gaps.argmin(-1)
    on_wall = (labels["category"] == WALL) & (
        np.take_along_axis(gaps, side[..., None], -1)[..., 0] < NEAR_WALL
    )
    nx, nz = np.moveaxis(directions[side], -1, 0)
    normal = np.stack([cos * nx - sin * nz, sin * nx + cos * nz], -1)
    return np.where(on_wall[..., None], normal, 0).astype(np.float32)


def relative_motion(earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """The motion from the later cameras into the earlier, poses (x, z, yaw) [P, 3] → (cos, sin, x, z) [P,
    4]."""
    cos, sin = np.cos(earlier[:, 2]), np.sin(earlier[:, 2])
    dx, dz = later[:, 0] - earlier[:, 0], later[:, 1] - earlier[:, 1]
    turn = later[:, 2] - earlier[:, 2]
    return np.stack([np.cos(turn), np.sin(turn), cos * dx - sin * dz, sin * dx + cos * dz], -1).astype(
        np.float32
    )


def draw_pairs(seed: int, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """`count` pairs of one scene; per-frame arrays hold the earlier frames first: [2·count, …]."""
    scene = make_scene(seed)
    walk = make_walk(scene, seed, WALK_SECONDS)
    frames = rng.choice(len(walk.poses) - max(GAPS), count)
    later = np.where(
        rng.random(count) < JUMPS, rng.integers(len(walk.poses), size=count), frames + rng.choice(GAPS, count)
    )
    frames = np.concatenate([frames, later])
    cameras = walk.poses[frames].astype(np.float32)
    labels = token_labels(scene, cameras)
    return {
        "frames": film(scene, cameras, walk.times[frames], NANO.width, NANO.height, seed),
        "category": labels["category"].astype(np.int64),
        "object": labels["object"] >= 0,
        "point": labels["point"],
        "center": labels["center"],
        "size": labels["size"],
        "coverage": labels["coverage"],
        "normal": wall_normals(scene, cameras, labels),
        "depth": labels["depth"],
        "motion": relative_motion(cameras[:count], cameras[count:]),
    }


def draw_pairs_of_any_scene(seeds: range, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """`count` pairs of a scene of any of the seeds that leaves somewhere to stand, see `draw_pairs`."""
    while True:
        try:
            return draw_pairs(seeds.start + int(rng.integers(len(seeds))), count, rng)
        except NowhereToStand:
            continue


def make_pair_batch(number: int, pairs: int, seeds: range) -> dict[str, torch.Tensor]:
    """Batch `number` of a training: pairs of several scenes, earlier frames first: [2·pairs, …], motion
    [pairs, 4]."""
    rng = np.random.default_rng([number, 17])
    per_scene = min(PAIRS_PER_SCENE, pairs)
    parts = []
    for _ in range(pairs // per_scene):
        parts.append(draw_pairs_of_any_scene(seeds, per_scene, rng))
    batch = {}
    for key in parts[0]:
        if key == "motion":
            batch[key] = np.concatenate([p[key] for p in parts])
        else:
            halves = [[p[key][:per_scene] for p in parts], [p[key][per_scene:] for p in parts]]
            batch[key] = np.concatenate([np.concatenate(h) for h in halves])
    return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in batch.items()}


def mirror(batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The batch as a mirror shows it: left and right exchanged in pictures, grids, points and motions."""
    out = dict(batch)
    out["frames"] = batch["frames"].flip(2)
    out["depth"] = batch["depth"].flip(2)
    for key in ("category", "object", "point", "center", "size", "coverage", "normal"):
        grid = batch[key].unflatten(1, (NANO.rows, NANO.columns)).flip(2).flatten(1, 2)
        out[key] = grid
    for key in ("point", "center", "normal"):
        out[key] = torch.cat([-out[key][..., :1], out[key][..., 1:]], -1)
    out["motion"] = batch["motion"] * batch["motion"].new_tensor([1.0, -1.0, -1.0, 1.0])
    return out


def augment(frames: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Normalised frames [B, 3, H, W] with exposure, contrast, tint, blur and noise as cameras and codecs add
    them."""
    count = frames.shape[0]

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator, device=frames.device)

    out = frames * uniform(0.75, 1.3, 1, 1, 1) * uniform(0.93, 1.07, 3, 1, 1) + uniform(-0.35, 0.35, 1, 1, 1)
    soft = torch.nn.functional.avg_pool2d(out, 3, 1, 1, count_include_pad=False)
    out = torch.lerp(out, soft, (uniform(-0.6, 1.0, 1, 1, 1)).clamp(min=0))
    coarse = torch.nn.functional.avg_pool2d(out, 4)
    blocky = torch.nn.functional.interpolate(coarse, scale_factor=4.0, mode="bilinear")
    luma, luma_blocky = out.mean(1, keepdim=True), blocky.mean(1, keepdim=True)
    thin = (uniform(-0.5, 1.0, 1, 1, 1)).clamp(min=0)  # video keeps colour at a lower resolution than light
    out = out + thin * ((blocky - luma_blocky) - (out - luma))
    noise = torch.randn(frames.shape, generator=generator, device=frames.device)
    return (out + noise * uniform(-0.04, 0.12, 1, 1, 1).clamp(min=0)).clamp(-2.0, 2.0)


def _produce(out, pairs: int, seeds: range, first: int, step: int) -> None:
    torch.set_num_threads(1)
    number = first
    while True:
        out.put({key: value.numpy() for key, value in make_pair_batch(number, pairs, seeds).items()})
        number += step


class PairStream:
    """Batches first, first + step, … in order, drawn by a worker process a few ahead of the reader."""

    def __init__(self, pairs: int, seeds: range, first: int, step: int = 1):
        context = multiprocessing.get_context("fork")
        self._queue = context.Queue(maxsize=6)
        self._worker = context.Process(
            target=_produce, args=(self._queue, pairs, seeds, first, step), daemon=True
        )
        self._worker.start()

    def __next__(self) -> dict[str, torch.Tensor]:
        while True:
            try:
                return {key: torch.from_numpy(value) for key, value in self._queue.get(timeout=20).items()}
            except queue.Empty:
                if not self._worker.is_alive():
                    raise RuntimeError("the drawing worker ended") from None

    def close(self) -> None:
        """Ends the worker."""
        self._worker.terminate()
        self._worker.join()
