"""What the service says to questions whose answers it composes, on walks of a bundle.

The runtime composes (`libs/answering/src/composed`), as a method of the localizer process; here its questions
are put to the answer graph.
"""

import os
import pickle
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import Answer, answer_question
from evaluation.walks import EvaluationWalk
from model.localizer import Arrays, localizer
from model.sizes import FPS, NANO
from model.vocabulary import task_of
from model.walkthrough import Graphs, LocalizedChunk, localize_chunks, perceive_chunks, remember_chunks
from questions.drafts import Draft
from questions.further_drafts import ROLES, WORDINGS
from questions.records import Record
from questions.visibility import CAMERA
from questions.wording import GO_STEP, TURN_STEP
from world.categories import CATEGORIES, PLURALS

LETTERS = "ABCDEF"
# By task, what the things in a question's trace are to it, as the reader calls it.
RECORD_ROLES = {
    "object_counting": ("target",),
    "object_rel_direction": ("at", "facing", "target"),
    "route_planning": ("at", "facing"),
    "obj_appearance_order": ("candidate",) * 4,
    "camera_obj_abs_dist": ("target",),
    "camera_obj_dist_change": ("target",),
    "camera_obj_rel_dist": ("candidate",) * 4,
    "object_abs_distance": ("first", "second"),
    "object_size_estimation": ("target",),
    "object_rel_distance": ("anchor",) + ("candidate",) * 4,
    "obj_obj_relative_pos_ud": ("first", "second"),
    "obj_obj_relative_pos_nf": ("first", "second"),
    "obj_obj_relative_pos_lr": ("first", "second"),
}
HOME = "home"  # how the questions call a place of several rooms
# A turn to fill in, or the thing to go forward to.
ROUTE_PART = re.compile(re.escape(TURN_STEP) + "|" + re.escape(GO_STEP).replace(re.escape("{x}"), r"(\w+)"))
IN_VIEW_TOKENS = 0.25  # as apps/worker/src/chunk/perceived.ts


@dataclass
class RememberedWalk:
    """A walk as an answer knows it, with what the answer graph wrote about it so far."""

    state: Arrays
    seconds: float
    novelty: float
    seen: list[float]  # by category, how many tokens show it, each by its probability
    last_seen_s: list[float | None]  # by category, the second of the last frame that showed it
    last_pose: list[float] | None
    path: np.ndarray  # [F, 16] where the camera stood, not a number where nobody knows
    landmarks: np.ndarray  # [L, 4] category, x, z and certainty of the things that localization knows
    glimpses: np.ndarray  # [G, 4] category, x, z and first frame of the places where it was seen
    occupancy: np.ndarray  # [C, 3] x and z of squares of the floor, and the points seen over them
    asked: list[dict] = field(default_factory=list)
    log_probabilities: list[np.ndarray] = field(default_factory=list)


def remember_walk(graphs: Graphs, walk: EvaluationWalk, memories: Path | None = None) -> RememberedWalk:
    """Films a walk and takes it into memory, unless the folder of memories has it; there it is kept."""
    path = memories and memories / f"{walk.scene.seed}.pkl"
    if path and path.exists():
        return pickle.loads(path.read_bytes())
    remembered = _remembered(graphs, walk)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.new")
        unfinished.write_bytes(pickle.dumps(remembered))
        os.replace(unfinished, path)
    return remembered


def _remembered(graphs: Graphs, walk: EvaluationWalk) -> RememberedWalk:
    frames = walk.film()
    perceived = list(perceive_chunks(graphs, frames))
    localized = list(localize_chunks(perceived, len(frames)))
    poses = [chunk.arrays["camera_to_world"][chunk.keyframe] for chunk in localized]
    last = [float(value) for value in np.concatenate(poses)[-1:].ravel()]
    fresh = [(0 if c.first == 0 else NANO.overlap, c) for c in perceived]
    category, probability, novelty = (
        np.concatenate([c.arrays[name][first : c.held] for first, c in fresh])
        for name in ("category", "category_probability", "novelty")
    )
    return RememberedWalk(
        state=remember_chunks(graphs, localized),
        seconds=float(walk.walk.times[-1]),
        novelty=float(novelty.mean()),
        seen=[float(probability[category == number].sum()) for number in range(len(CATEGORIES))],
        last_seen_s=_last_seen(category, probability, walk.walk.times),
        last_pose=last or None,
        path=_path(localized, len(frames)),
        landmarks=localized[-1].landmarks,
        glimpses=localized[-1].glimpses,
        occupancy=localized[-1].occupancy,
    )


def _path(localized: list[LocalizedChunk], frames: int) -> np.ndarray:
    """The camera-to-world of each frame, [F, 16]."""
    path = np.full((frames, 16), np.nan, np.float32)
    for chunk in localized:
        rows = np.nonzero(chunk.localized)[0]
        path[chunk.first + rows] = chunk.arrays["camera_to_world"][rows].reshape(-1, 16)
    return path


def _last_seen(category: np.ndarray, probability: np.ndarray, times: np.ndarray) -> list[float | None]:
    """As `perceivedIn` of the worker tells it. category, probability: [F, N]."""
    found: list[float | None] = []
    for shows in _in_view(category, probability):
        frames = np.nonzero(shows)[0]
        found.append(float(times[frames[-1]]) if len(frames) else None)
    return found


def _in_view(category: np.ndarray, probability: np.ndarray) -> list[np.ndarray]:
    """By category, which frames [F] show it."""
    return [
        (probability * (category == number)).sum(1) >= IN_VIEW_TOKENS for number in range(len(CATEGORIES))
    ]


def things_of(task: str, draft: Draft) -> list[dict]:
    """The things of a draft as the reader would tell them: those of the question, then those of its
    options."""
    singular = dict(zip(PLURALS, CATEGORIES, strict=True))
    named = {place: singular.get(word, word) for place, word in draft.words.items()}
    own = [{"thing": named[place], "role": role, "source": 0} for place, role in ROLES[task].items()]
    return own + _option_things(draft.options)


def composed_answer(
    graphs: Graphs, manifest: dict, walk: RememberedWalk, task: str, draft: Draft
) -> dict | None:
    """The answer to a draft's question (text, value, choice, confidence); None where it is refused."""
    given = _given(manifest, walk) | {
        "task": task.removesuffix("_few"),
        "question": WORDINGS[task].format(**draft.words),
        "options": None if draft.options is None else [text[3:] for text in draft.options],
        "things": things_of(task, draft),
    }
    return _answered(graphs, walk, given)


def record_things(record: Record) -> list[dict]:
    """The things, moments, turns and place of a question, as the reader would tell them."""
    own = [thing for thing in record.trace if thing["category"] != CAMERA]
    roles = RECORD_ROLES.get(task_of(record.question_type), ())
    things = [_mention(thing["category"], role) for thing, role in zip(own, roles, strict=False)]
    if record.question_type == "route_planning":
        for part in re.findall(ROUTE_PART, record.question):
            things.append(_mention(part, "step") if part else _word(TURN_STEP, "blank"))
    if HOME in record.question:
        things.append(_word(HOME, "place"))
    moments = [_word(moment, "moment") for moment in re.findall(r"\d+ seconds", record.question)]
    return things + moments + _option_things(record.options)


def _option_things(options: list[str] | None) -> list[dict]:
    """The things that options name, where they name nothing else."""
    things = []
    for number, option in enumerate(options or [], 1):
        named = option[3:].split(", ")
        if all(name in CATEGORIES for name in named):
            begins = np.cumsum([0, *(len(name) + 2 for name in named)]).tolist()
            things += [
                _mention(name, "candidate", number) | {"start": begin}
                for name, begin in zip(named, begins, strict=False)
            ]
    return things


def _mention(thing: str, role: str, source: int = 0) -> dict:
    return {"thing": thing, "role": role, "source": source}


def _word(text: str, role: str) -> dict:
    return {"thing": None, "text": text, "role": role, "source": 0}


def measured_answer(graphs: Graphs, manifest: dict, walk: RememberedWalk, record: Record) -> dict | None:
    """The answer to a question as the runtime gives it, measured where the manifest has it so; None where it
    is refused."""
    given = _given(manifest, walk) | {
        "task": _label(record.question_type),
        "question": record.question,
        "options": None if record.options is None else [text[3:] for text in record.options],
        "things": record_things(record),
    }
    return _answered(graphs, walk, given)


def _label(question_type: str) -> str:
    """The reader's label of a question type: it tells the grades of a direction apart."""
    return question_type if question_type.startswith("object_rel_direction") else task_of(question_type)


def _answered(graphs: Graphs, walk: RememberedWalk, given: dict) -> dict | None:
    while True:
        reply = _request(walk, given)
        if "wanted" not in reply:
            return _answer_in(reply)
        written = _put(graphs, walk.state, reply["wanted"])
        walk.asked.append({"put": reply["wanted"], "text": written.text})
        walk.log_probabilities.append(written.log_probabilities)


def _given(manifest: dict, walk: RememberedWalk) -> dict:
    """What an answer is made from, beside its question."""
    return {
        "manifest": manifest,
        "seconds": walk.seconds,
        "novelty": walk.novelty,
        "seen": walk.seen,
        "last_seen_s": walk.last_seen_s,
        "last_pose": walk.last_pose,
        "path_fps": FPS,
    }


def _request(walk: RememberedWalk, given: dict) -> dict:
    logs = np.array(walk.log_probabilities, np.float32).reshape(-1, NANO.answer)
    known = {"landmarks": walk.landmarks, "glimpses": walk.glimpses, "occupancy": walk.occupancy}
    tensors = {"log_probabilities": logs, "path": walk.path} | known
    return localizer().request("composed", given | {"asked": walk.asked}, tensors)[0]


def _answer_in(reply: dict) -> dict | None:
    answer = reply.get("answer")
    return None if answer is None or answer["reason"] is not None else answer


def _put(graphs: Graphs, state: Arrays, put: dict) -> Answer:
    options = put["options"]
    lettered = options and [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False)]
    record = Record(0, "", "", put["task"], put["question"], lettered, "", False, [])
    return answer_question(graphs, state, record)
