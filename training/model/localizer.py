"""The runtime's localisation, confidence and composed answers, through a process of Node: `apps/localizer`.

Training and evaluation keep no copy of what the service does after perception. Each Python process starts one
localizer when it first needs it. A message is eight bytes of length (little-endian), then a safetensors blob
whose metadata names the method and its arguments.
"""

import json
import os
import shutil
import subprocess
import threading
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from safetensors import numpy as safetensors

from model.sizes import FPS, METRIC_SCALE, NANO
from world.categories import OBJECT_CATEGORIES

Arrays = dict[str, np.ndarray]

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "apps/localizer/dist/main.js"
LENGTH_BYTES = 8
PERCEIVED = ("points", "centers", "confidence", "camera_to_chunk", "category", "step_doubt")


class LocalizerError(RuntimeError):
    """The localizer is not built, refused a request, or ended."""


def node() -> str:
    """The Node that runs the localizer: $LOCI_NODE, the newest in `.tools`, or the one on PATH."""
    if os.environ.get("LOCI_NODE"):
        return os.environ["LOCI_NODE"]
    installed = sorted(
        ROOT.glob(".tools/node_modules/node-*/bin/node"), key=lambda path: path.stat().st_mtime
    )
    found = str(installed[-1]) if installed else shutil.which("node")
    if found is None:
        raise LocalizerError("no Node found: set $LOCI_NODE or put node on PATH")
    return found


class Localizer:
    """One localizer process: requests in, replies out, in order."""

    def __init__(self, program: Path = PROGRAM):
        if not program.exists():
            raise LocalizerError(f"{program} is not built: run `npm run build` in {ROOT}")
        self._process = subprocess.Popen(
            [node(), str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._lock, self._sessions = threading.Lock(), count()

    def request(self, method: str, arguments: dict, tensors: Arrays) -> tuple[dict, Arrays]:
        """The reply's result and tensors. Raises LocalizerError with what the localizer says is wrong."""
        given = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
        blob = safetensors.save(given, {"method": method, "arguments": json.dumps(arguments)})
        with self._lock:
            self._write(len(blob).to_bytes(LENGTH_BYTES, "little") + blob)
            reply = self._read(int.from_bytes(self._read(LENGTH_BYTES), "little"))
        header = json.loads(
            reply[LENGTH_BYTES : LENGTH_BYTES + int.from_bytes(reply[:LENGTH_BYTES], "little")]
        )
        metadata = header["__metadata__"]
        if "error" in metadata:
            raise LocalizerError(f"{method}: {metadata['error']}")
        return json.loads(metadata["result"]), safetensors.load(reply)

    def keyframes(self, poses: npt.NDArray, times: npt.NDArray) -> npt.NDArray[np.bool_]:
        """Which frames [F] of a whole tour memory takes; camera_to_world [F, 4, 4] at times [F] in
        seconds."""
        given = {"poses": poses.astype(np.float32), "times": times.astype(np.float32)}
        return self.request("keyframes", {}, given)[1]["keyframe"]

    def confidence(
        self, manifest: dict, texts: list[str], log_probabilities: npt.NDArray
    ) -> list[dict | None]:
        """Of each answer its task, the terms of its confidence and the confidence; None where there is no
        answer.

        `texts` are what the decoder wrote, log_probabilities [n, A] those of their words.
        """
        given = {"log_probabilities": log_probabilities.astype(np.float32)}
        return self.request("confidence", {"manifest": manifest, "texts": texts}, given)[0]["answers"]

    def session(self, objects: bool = True) -> "Session":
        """A new video. Without `objects` the frames shared with the chunk before alone say where a chunk
        is."""
        return Session(self, f"session-{next(self._sessions)}", objects)

    def close(self) -> None:
        """Ends the process and waits for it."""
        self.abandon()
        self._process.wait()

    def abandon(self) -> None:
        """Closes this process's ends of the pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _write(self, message: bytes) -> None:
        rest = memoryview(message)
        try:
            while rest:
                rest = rest[self._process.stdin.write(rest) :]
        except (BrokenPipeError, ValueError) as error:
            raise LocalizerError("the localizer has ended") from error

    def _read(self, length: int) -> bytes:
        parts: list[bytes] = []
        while length:
            part = self._process.stdout.read(length)
            if not part:
                raise LocalizerError("the localizer has ended")
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


class Localized(NamedTuple):
    """A chunk's reply: its arrays over the held frames and those of released frames, and before which frames
    of the chunk the picture jumps."""

    arrays: Arrays
    chunk: int
    lost: bool
    shot_boundaries: list[int]


class Session:
    """One video's localisation: its chunks in order. As a context manager it is dropped in the end."""

    def __init__(self, localizer: Localizer, name: str, objects: bool):
        self._localizer = localizer
        self._settings = {
            "session": name,
            "fps": FPS,
            "tokens": NANO.tokens,
            "overlap": NANO.overlap,
            "metric_scale": METRIC_SCALE,
            "object_categories": list(OBJECT_CATEGORIES) if objects else [],
        }

    def localize(self, perceived: Arrays, first_frame: int, held: int, last: bool) -> Localized:
        """The next chunk in the world; `perceived` as the perceive graph gives it, of which `held` frames are
        real."""
        arguments = self._settings | {"first_frame": first_frame, "held": held, "last": last}
        given = {name: perceived[name] for name in PERCEIVED if name in perceived}
        result, arrays = self._localizer.request("localize", arguments, given)
        return Localized(arrays, result["chunk"], result["lost"], result["shot_boundaries"])

    def drop(self) -> None:
        """Lets the localizer forget the video."""
        self._localizer.request("drop", {"session": self._settings["session"]}, {})

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()


_running: list[Localizer] = []


def localizer() -> Localizer:
    """This process's localizer, started at the first call. A forked process starts its own."""
    if not _running:
        _running.append(Localizer())
    return _running[0]


def _forget_inherited() -> None:
    """In a forked process: the localizer belongs to the parent, which alone may keep its pipes open."""
    for inherited in _running:
        inherited.abandon()
    _running.clear()


os.register_at_fork(after_in_child=_forget_inherited)
