"""What the service says to questions whose answers it composes, on walks of a bundle.

The runtime composes (`libs/answering/src/composed`), as a method of the localizer process; here its questions
are put to the answer graph.
"""

from dataclasses import dataclass, field

import numpy as np

from evaluation.bundle_graphs import Answer, answer_question
from evaluation.walks import EvaluationWalk
from model.localizer import Arrays, localizer
from model.sizes import NANO
from model.walkthrough import Graphs, localize_chunks, perceive_chunks, remember_chunks
from questions.drafts import Draft
from questions.further_drafts import ROLES, WORDINGS
from questions.records import Record
from world.categories import CATEGORIES, PLURALS

LETTERS = "ABCDEF"
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
    asked: list[dict] = field(default_factory=list)
    log_probabilities: list[np.ndarray] = field(default_factory=list)


def remember_walk(graphs: Graphs, walk: EvaluationWalk) -> RememberedWalk:
    """Films a walk and takes it into memory."""
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
    )


def _last_seen(category: np.ndarray, probability: np.ndarray, times: np.ndarray) -> list[float | None]:
    """As `perceivedIn` of the worker tells it. category, probability: [F, N]."""
    found: list[float | None] = []
    for number in range(len(CATEGORIES)):
        frames = np.nonzero((probability * (category == number)).sum(1) >= IN_VIEW_TOKENS)[0]
        found.append(float(times[frames[-1]]) if len(frames) else None)
    return found


def things_of(task: str, draft: Draft) -> list[dict]:
    """The things of a draft as the reader would tell them: those of the question, then those of its
    options."""
    singular = dict(zip(PLURALS, CATEGORIES, strict=True))
    named = {place: singular.get(word, word) for place, word in draft.words.items()}
    own = [{"thing": named[place], "role": role, "source": 0} for place, role in ROLES[task].items()]
    options = [text[3:] for text in draft.options or []]
    return own + [
        {"thing": text, "role": "candidate", "source": number}
        for number, text in enumerate(options, 1)
        if text in CATEGORIES
    ]


def composed_answer(
    graphs: Graphs, manifest: dict, walk: RememberedWalk, task: str, draft: Draft
) -> dict | None:
    """The answer to a draft's question (text, value, choice, confidence); None where it is refused."""
    given = {
        "manifest": manifest,
        "task": task.removesuffix("_few"),
        "question": WORDINGS[task].format(**draft.words),
        "options": None if draft.options is None else [text[3:] for text in draft.options],
        "things": things_of(task, draft),
        "seconds": walk.seconds,
        "novelty": walk.novelty,
        "seen": walk.seen,
        "last_seen_s": walk.last_seen_s,
        "last_pose": walk.last_pose,
    }
    while True:
        logs = np.array(walk.log_probabilities, np.float32).reshape(-1, NANO.answer)
        reply = localizer().request("composed", given | {"asked": walk.asked}, {"log_probabilities": logs})[0]
        if "wanted" not in reply:
            answer = reply.get("answer")
            return None if answer is None or answer["reason"] is not None else answer
        written = _put(graphs, walk.state, reply["wanted"])
        walk.asked.append({"put": reply["wanted"], "text": written.text})
        walk.log_probabilities.append(written.log_probabilities)


def _put(graphs: Graphs, state: Arrays, put: dict) -> Answer:
    options = put["options"]
    lettered = options and [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False)]
    record = Record(0, "", "", put["task"], put["question"], lettered, "", False, [])
    return answer_question(graphs, state, record)
