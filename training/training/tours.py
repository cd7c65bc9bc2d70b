"""Walks to learn reading from: what every token of every frame shows, the cameras' poses, and the questions.

A tour is kept in camera coordinates; the world (frame 0's camera, turned at random for variety) comes in when
a batch is made. Its perception is either simulated from the labels here, or recorded from the trained nets
(`recordings.py`).
"""

from dataclasses import dataclass, field

import numpy as np

from model.perception import CLASSES
from model.sizes import FPS, NANO
from questions.records import Record, make_questions
from questions.scoring import VSTI_TASKS
from questions.visibility import Visibility
from rendering.labels import token_labels
from world.categories import BACKGROUND, WALL
from world.scenes import Scene, make_scene
from world.walks import Walk, make_walk, to_world

ABSENT_COUNTS = 2  # of a tour: how many there are of what was not seen
LABELS = ("category", "object", "point", "center", "size", "coverage")  # what a tour keeps of them


@dataclass
class Tour:
    """F frames of a walk. `labels` as token_labels gives them; `seen` is recorded perception or empty; poses
    [F, 3] are the true (x, z, yaw) relative to frame 0's camera, `walls` the angle of the walls in the world.
    `places` [O, 2] are the objects' true (x, z) in the world, `first` [O] the seconds when each was first
    seen (infinite: never)."""

    labels: dict[str, np.ndarray]
    poses: np.ndarray
    walls: float
    records: list[Record]
    places: np.ndarray
    first: np.ndarray
    seen: dict[str, np.ndarray] = field(default_factory=dict)
    frames_of: tuple[int, int, int] | None = None
    """Where tokens are held elsewhere, which recording's they are: its number, first frame, past the last."""

    @property
    def frames(self) -> int:
        """F."""
        return len(self.poses)


def world_poses(walk: Walk) -> np.ndarray:
    """Poses (x, z, yaw) [F, 3] of a walk relative to its frame 0's camera."""
    matrices = to_world(walk.poses)
    return np.stack([matrices[:, 0, 3], matrices[:, 2, 3], walk.poses[:, 2] - walk.poses[0, 2]], -1).astype(
        np.float32
    )


def labelled_walk(seed: int, seconds: float) -> tuple[Scene, Walk, dict[str, np.ndarray]]:
    """The scene of a seed, its first walk and the walk's labels; nothing is drawn."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    return scene, walk, token_labels(scene, walk.poses)


def tour_of_walk(
    scene: Scene, walk: Walk, labels: dict[str, np.ndarray], number: int, per_task: int = 3
) -> Tour:
    """The tour of a walk with its labels; `number` draws its questions."""
    records = make_questions(scene, walk, labels["pixels"], number, per_task, absent=ABSENT_COUNTS)
    records += make_questions(scene, walk, labels["pixels"], number, 1, tasks=VSTI_TASKS)
    visibility = Visibility(scene, walk, labels["pixels"])
    kept = {name: labels[name] for name in LABELS if name in labels}
    places = np.array(visibility.positions, np.float32).reshape(-1, 2)
    return Tour(
        kept,
        world_poses(walk),
        float(-walk.poses[0, 2]),
        records,
        places,
        np.array(visibility.first_seen, np.float32),
    )


def make_tour(seed: int, seconds: float, per_task: int = 3) -> Tour:
    """The tour of a scene's seed: its first walk, labels only, nothing drawn."""
    return tour_of_walk(*labelled_walk(seed, seconds), seed, per_task)


def add_drift(poses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Poses with errors like the predicted ones': turns that wander about the truth, places that drift away
    slowly."""
    count = len(poses)
    level = rng.uniform(0.3, 1.6)
    turn, x = np.zeros(count), rng.normal(0, 0.03 * level, (count, 2)).cumsum(0)
    for t in range(1, count):
        turn[t] = 0.93 * turn[t - 1] + rng.normal(0, np.radians(0.4) * level)
    pull = np.exp(-np.arange(count) / 40.0)[
        :, None
    ]  # walls hold the position back from wandering without bound
    wander = x * (0.4 + 0.6 * pull)
    out = poses.copy()
    out[:, :2] += wander - wander[0]
    out[:, 2] += turn
    return out


def _mistaken(labels: dict[str, np.ndarray], rng: np.random.Generator):
    """Categories and centres with mistakes: neighbours' at borders, sometimes anything. → category, center,
    right."""
    category, center = labels["category"].astype(np.int64), labels["center"].copy()
    frames = len(category)
    grid = np.arange(NANO.tokens).reshape(NANO.rows, NANO.columns)
    step = rng.integers(0, 4, (frames, NANO.tokens))
    rows = np.clip(np.arange(NANO.tokens) // NANO.columns + np.array([0, 0, 1, -1])[step], 0, NANO.rows - 1)
    columns = np.clip(
        np.arange(NANO.tokens) % NANO.columns + np.array([1, -1, 0, 0])[step], 0, NANO.columns - 1
    )
    other = grid[rows, columns]
    thin = labels["coverage"] < 0.4
    far = labels["point"][..., 2] > 4
    thing = category >= len(BACKGROUND)
    chance = np.where(thing, 0.06 + 0.12 * thin + 0.06 * far, 0.03) * rng.uniform(0.4, 1.6)
    borrow = rng.random((frames, NANO.tokens)) < chance
    guess = rng.random((frames, NANO.tokens)) < 0.25 * chance
    mixed = np.where(borrow, np.take_along_axis(category, other, 1), category)
    center = np.where(borrow[..., None], np.take_along_axis(center, other[..., None], 1), center)
    mixed = np.where(guess, rng.integers(0, CLASSES, (frames, NANO.tokens)), mixed)
    return mixed, center, mixed == category


def simulate_perception(tour: Tour, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Perception of a tour as the nets would have it, from its labels: explicit channels with their errors,
    learned ones 0.

    Returns visual_tokens, geometry_tokens, view_tokens, confidence, and points and centers in the cameras.
    """
    labels, frames = tour.labels, tour.frames
    shape = (frames, NANO.tokens)
    category, center, right = _mistaken(labels, rng)
    margin = np.abs(rng.normal(0, 1, shape)) * np.where(right, 0.8, 2.2) * rng.uniform(0.5, 1.5)
    logits = rng.normal(0, 1.2, (*shape, CLASSES))
    np.put_along_axis(logits, category[..., None], (7.5 - 1.6 * margin)[..., None], -1)
    logits = np.where(right[..., None], logits, logits * 0.6)
    probability = np.exp(logits - logits.max(-1, keepdims=True))
    probability /= probability.sum(-1, keepdims=True)
    category, sure = probability.argmax(-1), probability.max(-1)

    depth = labels["point"][..., 2:]
    thin = (labels["coverage"] < 0.4)[..., None]
    scale = np.exp(rng.normal(0, 0.5, (*shape, 1))) * (0.04 + 0.035 * depth + 0.08 * thin)
    stretch = np.exp(rng.normal(0, 0.015, (frames, 1, 1)) + rng.normal(0, 0.03, (*shape, 1)))
    point = labels["point"] * stretch + rng.normal(0, 0.03, (*shape, 3))
    bias_of = rng.normal(0, 1, (64, 6))[np.maximum(labels["object"], 0) % 64]
    vote = (center - labels["point"]) + bias_of[..., :3] * 0.04 + rng.laplace(0, 1, (*shape, 3)) * scale
    thing = category >= len(BACKGROUND)
    center = np.where(thing[..., None], point + vote, point)
    log_scale = np.log(3 * scale[..., 0]) + rng.normal(0, 0.25, shape)
    log_size = (
        np.log(np.maximum(labels["size"], 0.1))
        + bias_of[..., 3:] * 0.07
        + rng.normal(0, 0.09, (*shape, 3)) * (1 + thin)
    )
    log_size = np.where(labels["object"][..., None] >= 0, log_size, rng.normal(-0.3, 0.4, (*shape, 3)))

    wall = probability[..., WALL]
    facing = tour.walls - tour.poses[:, 2] + rng.normal(0, np.radians(1.2), frames)
    geometry = np.zeros((*shape, NANO.d_geometry), np.float32)
    geometry[..., :12] = np.concatenate(
        [
            log_size,
            log_scale[..., None],
            vote,
            point / 4,
            _normals(tour, rng) * wall[..., None],
        ],
        -1,
    )
    view = np.zeros((frames, 1, NANO.d_geometry), np.float32)
    view[:, 0, :3] = np.stack([np.cos(4 * facing), np.sin(4 * facing), wall.mean(-1)], -1)
    visual = np.zeros((*shape, NANO.d_visual), np.float32)
    visual[..., :CLASSES] = probability
    confidence = sure / (1 + np.exp(log_scale) / 0.2)
    out = {
        "visual_tokens": visual,
        "geometry_tokens": geometry,
        "view_tokens": view,
        "confidence": confidence,
        "points": point,
        "centers": center,
    }
    return {name: value.astype(np.float32) for name, value in out.items()}


def _normals(tour: Tour, rng: np.random.Generator) -> np.ndarray:
    """Guessed wall normals (x, z) [F, N, 2]: of the four wall directions the one that the token's ray meets
    most squarely."""
    facing = tour.walls - tour.poses[:, 2]
    sides = facing[:, None, None] + np.arange(4) * np.pi / 2
    bearing = np.arctan2(tour.labels["point"][..., 0], tour.labels["point"][..., 2])[..., None]
    best = np.cos(sides - bearing).argmax(-1)
    angle = np.take_along_axis(np.broadcast_to(sides, (*best.shape, 4)), best[..., None], -1)[
        ..., 0
    ] + rng.normal(0, 0.06, best.shape)
    return np.stack([np.sin(angle), np.cos(angle)], -1)


def frame_times(count: int) -> np.ndarray:
    """Seconds of sampled frames [count]."""
    return (np.arange(count) / FPS).astype(np.float32)
