"""Walks: how a hand-held camera goes through a room and looks at it, from a seed.

A pose is (x, z, yaw) in scene coordinates; the camera is level at 1.5 m. A walk does not depend on the frame
rate: it is simulated at 20 steps a second and then read at the sampling times.
"""

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, radians, sin
from random import Random

import numpy as np
import numpy.typing as npt

from world.geometry import point_distance
from world.scenes import Scene

STEP = 0.05  # seconds of one simulated step
MAX_SPEED = 0.47  # m/s
MAX_TURN = radians(37)  # rad/s
KEEP = 0.3  # metres kept from furniture and walls
THROUGH = 0.7  # metres before and behind an opening between which one walks straight


@dataclass(frozen=True)
class Walk:
    """Sampling times in seconds [F] and poses (x, z, yaw) in scene coordinates [F, 3]; yaw is continuous."""

    times: npt.NDArray[np.float64]
    poses: npt.NDArray[np.float64]


def clearance(scene: Scene, x: float, z: float) -> float:
    """Metres from a point to the nearest furniture or wall."""
    to_wall = min(0.5 * scene.room[0] - abs(x), 0.5 * scene.room[1] - abs(z))
    standing = [*scene.walls, *(o.footprint for o in scene.objects)]
    return min([to_wall, *(point_distance(footprint, x, z) for footprint in standing)])


class _Floor:
    """Where one may stand: a grid of clearances, 0.1 m a cell."""

    def __init__(self, scene: Scene) -> None:
        self.half = (0.5 * scene.room[0], 0.5 * scene.room[1])
        x = np.arange(-self.half[0], self.half[0], 0.1) + 0.05
        z = np.arange(-self.half[1], self.half[1], 0.1) + 0.05
        gx, gz = np.meshgrid(x, z)
        room = np.minimum(self.half[0] - abs(gx), self.half[1] - abs(gz))
        for at_x, at_z, width, depth, yaw in [*scene.walls, *(o.footprint for o in scene.objects)]:
            s, c = sin(yaw), cos(yaw)
            dx, dz = gx - at_x, gz - at_z
            u = np.maximum(abs(c * dx - s * dz) - 0.5 * width, 0)
            v = np.maximum(abs(s * dx + c * dz) - 0.5 * depth, 0)
            np.minimum(room, np.sqrt(u * u + v * v), out=room)
        # A point can lie up to 0.071 m from its cell's centre.
        self.free = room > KEEP + 0.075
        rows, columns = np.nonzero(self.free)
        self.cells = list(zip(x[columns].tolist(), z[rows].tolist(), strict=True))

    def clear(self, x0: float, z0: float, x1: float, z1: float) -> bool:
        """Whether the straight way between two points is free."""
        steps = max(2, int(hypot(x1 - x0, z1 - z0) / 0.05))
        along = np.linspace(0, 1, steps + 1)
        column = ((x0 + (x1 - x0) * along + self.half[0]) * 10).astype(int)
        row = ((z0 + (z1 - z0) * along + self.half[1]) * 10).astype(int)
        return bool(
            self.free[
                np.clip(row, 0, self.free.shape[0] - 1), np.clip(column, 0, self.free.shape[1] - 1)
            ].all()
        )


class NowhereToStand(ValueError):
    """A scene so full that no walk can begin in it."""


def _start(floor: _Floor, rng: Random) -> tuple[float, float]:
    """The one of a few free cells from which most others can be reached straight: never a walled-in
    pocket."""
    if not floor.cells:
        raise NowhereToStand("the scene leaves nowhere to stand")
    cells = [rng.choice(floor.cells) for _ in range(8)]
    return max(cells, key=lambda a: sum(floor.clear(*a, *b) for b in cells))


class _Walker:
    """The state of the simulation: a goal for the feet and one for the eyes."""

    def __init__(self, scene: Scene, rng: Random) -> None:
        self.rng, self.floor, self.plan = rng, _Floor(scene), scene.plan
        self.targets = [(o.center[0], o.center[2]) for o in scene.objects]
        self.room_of = [self.plan.room_at(x, z) for x, z in self.targets]
        self.visits = [0] * len(self.plan.rooms)
        self.ahead: list[tuple[float, float]] = []  # the rest of the way through an opening
        self.unseen = list(range(len(self.targets)))
        self.x, self.z = _start(self.floor, rng)
        self.yaw, self.speed, self.turn = rng.uniform(-pi, pi), 0.0, 0.0
        self.goal, self.pause = (self.x, self.z), rng.uniform(0.0, 1.5)
        self.gaze: tuple[float, float] | None = None
        self.heading, self.dwell = self.yaw, rng.uniform(0.3, 1.5)
        self.pace, self.turn_pace = rng.uniform(0.25, MAX_SPEED), MAX_TURN * rng.uniform(0.6, 1.0)

    def _way_out(self) -> list[tuple[float, float]] | None:
        """The way through the opening that leads to the neighbour visited least, where one can be reached
        straight."""
        here = self.plan.room_at(self.x, self.z)
        ways = []
        for opening in self.plan.openings:
            ends = opening.beside(THROUGH)
            rooms = [self.plan.room_at(*end) for end in ends]
            if here in rooms:
                near, far = ends if rooms[0] == here else ends[::-1]
                if self.floor.clear(self.x, self.z, *near) and self.floor.clear(*near, *far):
                    ways.append((self.visits[self.plan.room_at(*far)], self.rng.random(), [near, far]))
        return min(ways)[2] if ways else None

    def _choose_goal(self) -> None:
        if self.ahead:
            self.goal = self.ahead.pop(0)
            return
        here = self.plan.room_at(self.x, self.z)
        self.visits[here] += 1
        if len(self.visits) > 1 and self.rng.random() < 0.2 * min(self.visits[here], 4):
            way = self._way_out()
            if way is not None:
                self.goal, self.ahead = way[0], way[1:]
                self.pace = self.rng.uniform(0.3, MAX_SPEED)
                return
        for _ in range(8):
            x, z = self.rng.choice(self.floor.cells)
            if hypot(x - self.x, z - self.z) > 0.5 and self.floor.clear(self.x, self.z, x, z):
                self.goal = (x, z)
                self.pace = self.rng.uniform(0.2, MAX_SPEED)
                return
        self.pause = 1.0

    def _choose_gaze(self) -> None:
        """Mostly an object that has not been looked at, else any direction: whole rooms are seen, not tours
        of objects."""
        rng = self.rng
        self.dwell, self.turn_pace = rng.uniform(0.2, 1.3), MAX_TURN * rng.uniform(0.55, 1.0)
        here = self.plan.room_at(self.x, self.z)
        if not any(self.room_of[o] == here for o in self.unseen):
            self.unseen += [o for o, room in enumerate(self.room_of) if room == here]
        around = [o for o in self.unseen if self.room_of[o] == here]
        if self.ahead:
            self.gaze, self.heading = None, self._bearing(self.ahead[-1])
        elif around and rng.random() < 0.82:
            options = rng.sample(around, min(3, len(around)))
            # The one that needs the least turning, so that the view sweeps instead of darting to and fro.
            chosen = min(options, key=lambda o: abs(_wrap(self._bearing(self.targets[o]) - self.yaw)))
            self.unseen.remove(chosen)
            self.gaze = self.targets[chosen]
        else:
            self.gaze = None
            self.heading = self.yaw + rng.choice([-1, 1]) * rng.uniform(0.5, 2.8)

    def _bearing(self, target: tuple[float, float]) -> float:
        return atan2(target[0] - self.x, target[1] - self.z)

    def step(self) -> tuple[float, float, float]:
        """Moves on by one step and returns the pose."""
        dx, dz = self.goal[0] - self.x, self.goal[1] - self.z
        left = hypot(dx, dz)
        if left < 0.03:
            self.speed, self.pause = 0.0, self.pause - STEP
            if self.pause <= 0 or self.ahead:
                self.pause = self.rng.uniform(0.0, 2.0)
                self._choose_goal()
        else:
            self.speed = min(self.speed + 0.6 * STEP, self.pace, max(0.9 * left, 0.05))
            ahead = min(self.speed * STEP, left)
            self.x += dx / left * ahead
            self.z += dz / left * ahead
        aim = self._bearing(self.gaze) if self.gaze else self.heading
        error = _wrap(aim - self.yaw)
        wish = max(-self.turn_pace, min(self.turn_pace, 2.2 * error))
        self.turn += max(-1.6 * STEP, min(1.6 * STEP, wish - self.turn))
        self.yaw += self.turn * STEP
        if abs(error) < 0.12:
            self.dwell -= STEP
            if self.dwell <= 0:
                self._choose_gaze()
        return self.x, self.z, self.yaw


def _wrap(angle: float) -> float:
    return (angle + pi) % (2 * pi) - pi


def make_walk(scene: Scene, seed: int, seconds: float, fps: float = 2.0) -> Walk:
    """A collision-free walk: at most 0.5 m/s and 40°/s, frames at i / fps while that is below `seconds`.

    Raises ValueError when the scene leaves nowhere to stand. The path of a seed is the same at every frame
    rate, and a longer walk begins like a shorter one.
    """
    walker = _Walker(scene, Random(f"walk-{scene.seed}-{seed}"))
    path = np.array([walker.step() for _ in range(int(seconds / STEP) + 2)])
    times = np.arange(int(np.ceil(seconds * fps - 1e-9))) / fps
    grid = np.arange(len(path)) * STEP
    return Walk(times, np.stack([np.interp(times, grid, path[:, axis]) for axis in range(3)], -1))


def to_world(poses: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """camera_to_world [F, 4, 4] of poses [F, 3]; the world is frame 0's camera (x right, y down, z
    forward)."""
    p = np.asarray(poses, np.float64).reshape(-1, 3)
    s0, c0 = sin(p[0, 2]), cos(p[0, 2])
    dx, dz, turn = p[:, 0] - p[0, 0], p[:, 1] - p[0, 1], p[:, 2] - p[0, 2]
    out = np.zeros((len(p), 4, 4))
    out[:, 1, 1] = out[:, 3, 3] = 1
    out[:, 0, 0] = out[:, 2, 2] = np.cos(turn)
    out[:, 0, 2] = np.sin(turn)
    out[:, 2, 0] = -np.sin(turn)
    out[:, 0, 3] = c0 * dx - s0 * dz
    out[:, 2, 3] = s0 * dx + c0 * dz
    return out


def points_to_world(points: npt.ArrayLike, origin: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Points [..., (x, z)] in scene coordinates, seen from the pose `origin`: world (x, z) of a walk that
    begins there."""
    p, (x, z, yaw) = np.asarray(points, np.float64), np.asarray(origin, np.float64)
    dx, dz = p[..., 0] - x, p[..., 1] - z
    return np.stack([cos(yaw) * dx - sin(yaw) * dz, sin(yaw) * dx + cos(yaw) * dz], -1)
