"""A typed client of Loci's HTTP API."""

from loci_client.client import Loci
from loci_client.errors import ClientError, RefusedError
from loci_client.types import Answer, Evidence, Job, MapObject, Question, SpaceMap, Understood, Video

__all__ = [
    "Answer",
    "ClientError",
    "Evidence",
    "Job",
    "Loci",
    "MapObject",
    "Question",
    "RefusedError",
    "SpaceMap",
    "Understood",
    "Video",
]
