"""What a walk showed of a scene, and the lines that the decoder is to write about it before it answers.

World coordinates are frame 0's camera: x right, y down, z forward, metres.
"""

from collections import defaultdict
from math import degrees
from typing import NotRequired, TypedDict

import numpy as np
import numpy.typing as npt

from world.categories import CATEGORIES
from world.geometry import rectangle_distance
from world.scenes import Scene
from world.walks import Walk, points_to_world

SEEN = 60  # pixels of 128×96: the object has appeared
GLIMPSED = 15  # pixels: an attentive viewer may have noticed it
WELL_SEEN = 120  # pixels in two frames at least: its place and size can be told
CAMERA = "camera"


class Grounding(TypedDict):
    """What the decoder writes about one thing before it answers: an object, a room (`floor`) or the
    camera."""

    category: str
    position: tuple[float, float]  # world x, z of the centre
    object: NotRequired[int]  # index in the scene, for supervising attention
    size_cm: NotRequired[float]  # longest dimension
    extent: NotRequired[tuple[float, float]]  # longer and shorter horizontal side, metres
    first_seen_s: NotRequired[float]
    y: NotRequired[float]  # of its middle, metres below frame 0's camera
    tall: NotRequired[float]  # vertical size, metres
    distances: NotRequired[
        list[float]
    ]  # metres from its closest point to the trace's first thing's, or to each camera before
    origin: NotRequired[int]  # the line of the trace that one goes from to get here: its bearing is told
    area: NotRequired[float]  # square metres of floor
    moment: NotRequired[float]  # the second at which the camera was there
    heading: NotRequired[float]  # degrees to the right of the world's z axis that the camera looked


class Visibility:
    """What a walk showed of a scene: which objects, how well, since when, and where they are in the world."""

    def __init__(self, scene: Scene, walk: Walk, visible: npt.NDArray[np.int32]) -> None:
        """`visible` is the pixels of each object in each frame [F, objects], from token_labels at 128×96."""
        self.scene, self.walk, self.pixels, objects = scene, walk, visible, scene.objects
        seen, glimpsed = visible >= SEEN, visible >= GLIMPSED
        self.appeared = [bool(column.any()) for column in seen.T]
        self.noticed = [bool(column.any()) for column in glimpsed.T]
        self.well_seen = [int((column >= WELL_SEEN).sum()) >= 2 for column in visible.T]
        self.first_seen = [
            float(walk.times[column.argmax()]) if column.any() else float("inf") for column in seen.T
        ]
        self.last_seen = [
            float(walk.times[column.nonzero()[0][-1]]) if column.any() else float("-inf") for column in seen.T
        ]
        self.first_glimpsed = [
            float(walk.times[column.argmax()]) if column.any() else float("inf") for column in glimpsed.T
        ]
        centers = [(o.center[0], o.center[2]) for o in objects]
        self.positions = points_to_world(np.array(centers).reshape(-1, 2), walk.poses[0]).tolist()
        self.by_category: dict[int, list[int]] = defaultdict(list)
        for index, o in enumerate(objects):
            self.by_category[o.category].append(index)
        self.unique = [m[0] for m in self.by_category.values() if len(m) == 1 and self.well_seen[m[0]]]
        self._room = [scene.plan.room_at(x, z) for x, z in centers]
        self.camera_headings = [degrees(yaw - walk.poses[0, 2]) for yaw in walk.poses[:, 2]]
        self.camera_positions = points_to_world(walk.poses[:, :2], walk.poses[0]).tolist()
        self._distances: dict[tuple[int, int], float] = {}

    def name(self, index: int) -> str:
        """The object's category word."""
        return CATEGORIES[self.scene.objects[index].category]

    def longest(self, index: int) -> float:
        """The object's longest dimension in metres."""
        return max(self.scene.objects[index].size)

    def distance(self, a: int, b: int) -> float:
        """Metres between the closest points of two objects' footprints."""
        key = (min(a, b), max(a, b))
        if key not in self._distances:
            self._distances[key] = rectangle_distance(
                self.scene.objects[a].footprint, self.scene.objects[b].footprint
            )
        return self._distances[key]

    def same_room(self, a: int, b: int) -> bool:
        """Whether two objects stand in the same room."""
        return self._room[a] == self._room[b]

    def rooms_entered(self) -> list[int]:
        """The rooms that the camera has been in."""
        return sorted({self.scene.plan.room_at(x, z) for x, z, _ in self.walk.poses})

    def ground(self, index: int) -> Grounding:
        """The trace's line about an object."""
        width, _, depth = self.scene.objects[index].size
        return Grounding(
            category=self.name(index),
            object=index,
            position=tuple(self.positions[index]),
            size_cm=100 * self.longest(index),
            extent=(max(width, depth), min(width, depth)),
            first_seen_s=self.first_seen[index],
        )

    def ground_with_distance(self, base: int, index: int) -> Grounding:
        """The line about an object whose distance from another is told."""
        return self.ground(index) | {"distances": [self.distance(base, index)]}

    def ground_room(self, number: int) -> Grounding:
        """The trace's line about a room."""
        x, z, width, depth = self.scene.rooms[number]
        centers = tuple(points_to_world(np.array([x, z]), self.walk.poses[0]).tolist())
        return Grounding(
            category="floor",
            position=centers,
            extent=(max(width, depth), min(width, depth)),
            area=width * depth,
        )
