"""Calls the API: upload, wait, ask."""

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

import httpx

from loci_client.errors import ClientError, RefusedError
from loci_client.types import Answer, Camera, Job, Question, Sampling, SpaceMap, Video

DEFAULT_URL = "http://127.0.0.1:8080"
# the key that `npm start` takes, from this machine only
DEFAULT_KEY = "dev"
# the longest that the API waits in one call, seconds
MAX_WAIT_S = 60
# a call that may succeed later is tried so often, after pauses that double and are no shorter than the API
# wants; seconds
TRIES = 5
FIRST_PAUSE_S = 0.25
PIECE_BYTES = 1024 * 1024


class Loci:
    """
    A client. A call that the service was too busy to begin with is sent again. So is one that may be sent
    twice, while the service is away for a moment; a submission carries an Idempotency-Key, so that it makes
    one job.
    """

    def __init__(self, url: str | None = None, key: str | None = None) -> None:
        """The service and the key; LOCI_URL and LOCI_KEY unless given, else those of `npm start`."""
        self._http = httpx.Client(
            base_url=url or os.environ.get("LOCI_URL", DEFAULT_URL),
            headers={"Authorization": f"Bearer {key or os.environ.get('LOCI_KEY', DEFAULT_KEY)}"},
            timeout=httpx.Timeout(MAX_WAIT_S + 30),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def upload(self, path: str | Path) -> Video:
        """Streams a file to the service. The same bytes give the same video."""
        try:
            size = Path(path).stat().st_size
        except OSError as error:
            raise ClientError(f"{path} cannot be read.") from error
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        return cast(Video, self._call("POST", "/v1/videos", headers=headers, file=Path(path)))

    def submit(
        self,
        video_id: str,
        questions: Sequence[str] = (),
        camera: Camera | None = None,
        sampling: Sampling | None = None,
    ) -> Job:
        """Builds the memory of a video, or reuses it, and answers questions from it. `camera` says what is
        known of the lens and of where the camera stood, `sampling` which pictures are looked at."""
        body: dict[str, Any] = {
            "video_id": video_id,
            "questions": [{"question": question} for question in questions],
        }
        if camera is not None:
            body["camera"] = camera
        if sampling is not None:
            body["sampling"] = sampling
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return cast(Job, self._call("POST", "/v1/jobs", json=body, headers=headers))

    def wait(self, job: Job) -> Job:
        """The job once it has ended. Raises ClientError when it did not succeed."""
        while job["finished_at"] is None:
            job = cast(Job, self._call("GET", f"/v1/jobs/{job['id']}", params={"wait": MAX_WAIT_S}))
        if job["status"] != "succeeded":
            title = (job["error"] or {}).get("title", "no reason given")
            raise ClientError(f"The job ended as {job['status']}: {title}.")
        return job

    def ask(
        self,
        memory_id: str,
        question: str,
        *,
        options: Sequence[str] | None = None,
        as_of_s: float | None = None,
    ) -> Answer:
        """Asks a memory, also as it stood at a second of the video, and waits for the answer."""
        body: dict[str, Any] = {"question": question}
        if options is not None:
            body["options"] = list(options)
        if as_of_s is not None:
            body["as_of_s"] = as_of_s
        headers = {"Prefer": f"wait={MAX_WAIT_S}"}
        asked = self._call("POST", f"/v1/memories/{memory_id}/questions", json=body, headers=headers)
        return self._answer(cast(Question, asked))

    def map(self, memory_id: str) -> SpaceMap:
        """What was seen: the camera's way, and the objects with their places and sizes."""
        return cast(SpaceMap, self._call("GET", f"/v1/memories/{memory_id}/map"))

    def export(self, memory_id: str, form: Literal["ply", "tum"]) -> bytes:
        """The map's points as PLY, or the camera's way as a TUM trajectory."""
        return self._send("GET", f"/v1/memories/{memory_id}/map", params={"format": form}).content

    def _answer(self, question: Question) -> Answer:
        while question["status"] == "queued":
            time.sleep(FIRST_PAUSE_S)
            question = cast(Question, self._call("GET", f"/v1/questions/{question['id']}"))
        if question["answer"] is None:
            title = (question["error"] or {}).get("title", question["status"])
            raise ClientError(f"The question was not answered: {title}.")
        return question["answer"]

    def _call(self, method: str, path: str, *, file: Path | None = None, **request: Any) -> object:
        return self._send(method, path, file=file, **request).json()

    def _send(self, method: str, path: str, *, file: Path | None = None, **request: Any) -> httpx.Response:
        # sent twice, these are done once
        idempotent = method == "GET" or "Idempotency-Key" in request.get("headers", {}) or file is not None
        for tries in range(1, TRIES + 1):
            pause = FIRST_PAUSE_S * 2 ** (tries - 1)
            content = None if file is None else _pieces(file)
            try:
                response = self._http.request(method, path, content=content, **request)
            except httpx.TransportError as error:
                if tries == TRIES or not idempotent:
                    raise ClientError(f"{method} {path}: the API does not answer.") from error
            else:
                if response.is_success:
                    return response
                refusal = _refusal(f"{method} {path}", response)
                if tries == TRIES or not _passes(refusal, idempotent):
                    raise refusal
                pause = max(pause, _retry_after(response))
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")


def _passes(refusal: RefusedError, idempotent: bool) -> bool:
    """Whether to send a refused call again: the API has not begun with it, or it may be sent twice."""
    not_begun = refusal.status == 429 or refusal.name == "busy"
    return not_begun or (refusal.status == 503 and idempotent)


def _retry_after(response: httpx.Response) -> float:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else 0


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _refusal(call: str, response: httpx.Response) -> RefusedError:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    name = str(problem.get("type", "")).rsplit("/", 1)[-1]
    said = ": ".join(str(problem[part]) for part in ("title", "detail") if part in problem)
    message = f"{call} was answered {response.status_code}: {said or response.reason_phrase}."
    return RefusedError(response.status_code, name, message)
