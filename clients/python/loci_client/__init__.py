"""A typed client of Loci's HTTP API."""

from loci_client.client import Loci
from loci_client.errors import ClientError, RefusedError
from loci_client.types import (
    Answer,
    Camera,
    Evidence,
    Intrinsics,
    Job,
    MapObject,
    Question,
    Sampling,
    SpaceMap,
    Trajectory,
    Understood,
    Video,
)

__all__ = [
    "Answer",
    "Camera",
    "ClientError",
    "Evidence",
    "Intrinsics",
    "Job",
    "Loci",
    "MapObject",
    "Question",
    "RefusedError",
    "Sampling",
    "SpaceMap",
    "Trajectory",
    "Understood",
    "Video",
]
