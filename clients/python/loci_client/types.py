"""What the API takes and answers with, as docs/guide/http.md says. Seconds of the video and metres of its
world.
"""

from typing import Any, Literal, NotRequired, TypedDict

Vec3 = tuple[float, float, float]


class Problem(TypedDict, total=False):
    type: str
    title: str
    status: int
    detail: str


class Video(TypedDict):
    id: str
    status: Literal["uploading", "ready", "rejected"]
    sha256: str
    bytes: int
    duration_s: float
    width: int
    height: int
    fps: float
    codec: str


class Thing(TypedDict):
    text: str
    category: str
    role: str


class Understood(TypedDict):
    task: str
    question: str
    things: list[Thing]
    unit: str | None
    moments: list[float]


class Evidence(TypedDict):
    entry_kind: Literal["working", "episodic"]
    slot: int
    frame: int
    t_s: float
    weight: float
    thumbnail_url: str


class Answer(TypedDict):
    text: str
    kind: Literal["number", "choice", "text"]
    value: float | None
    unit: str | None
    choice: str | None
    confidence: float
    supported: bool
    understood: Understood | None
    reason: str | None
    message: str | None
    evidence: list[Evidence]


class Question(TypedDict):
    id: str
    status: Literal["queued", "answered", "failed", "canceled"]
    question: str
    memory_id: str
    answer: Answer | None
    error: Problem | None


class Intrinsics(TypedDict):
    """A pinhole camera, in pixels of the picture."""

    fx: float
    fy: float
    cx: float
    cy: float
    width: int
    height: int


class Trajectory(TypedDict):
    """Poses as TUM text, as COLMAP's images.txt with its `frame_rate`, or as JSON."""

    format: Literal["tum", "colmap", "json"]
    text: NotRequired[str]
    frame_rate: NotRequired[float]
    first_number: NotRequired[int]
    poses: NotRequired[list[dict[str, Any]]]
    metres_per_unit: NotRequired[float]
    up: NotRequired[Vec3]


class Camera(TypedDict, total=False):
    """What is known of a camera: `fov_deg` or `intrinsics`, and where it stood or that this is estimated."""

    fov_deg: float
    intrinsics: Intrinsics
    trajectory: Trajectory
    path: Literal["estimated"]
    height_m: float


class Sampling(TypedDict, total=False):
    """Frames per second of the video: of all its pictures or, far faster, of key pictures alone."""

    fps: float
    pictures: Literal["all", "key"]


class Job(TypedDict):
    id: str
    status: Literal["queued", "running", "succeeded", "failed", "canceled"]
    video_id: str
    memory_id: str
    questions: list[Question]
    error: Problem | None
    finished_at: str | None


class MapObject(TypedDict):
    id: str
    category: str
    position: Vec3
    size: Vec3 | None
    confidence: float
    first_seen_s: float | None


class CameraPosition(TypedDict):
    t_s: float
    position: Vec3
    forward: Vec3


class SpaceMap(TypedDict):
    trajectory: list[CameraPosition]
    objects: list[MapObject]
    up: Vec3
    unit: Literal["m"]
