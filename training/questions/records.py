"""Questions about a walk, with their exact answers and the trace that leads there.

Only what was clearly seen is asked about, and only where the answer is clear. Questions are sampled so that
they cannot be guessed: counts and distances are spread, and relations draw the answer first, then objects to
fit it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from questions.camera_drafts import CAMERA_DRAFTERS
from questions.drafts import Drafter
from questions.scoring import TASKS
from questions.thing_drafts import THING_DRAFTERS, absent_counts
from questions.turn_drafts import TURN_DRAFTERS
from questions.view_drafts import VIEW_DRAFTERS
from questions.visibility import Grounding, Visibility
from questions.wording import WORDINGS
from world.scenes import Scene
from world.walks import Walk


@dataclass(frozen=True)
class Record:
    """A question in the benchmark's form, and its trace."""

    id: int
    dataset: str
    scene_name: str
    question_type: str
    question: str
    options: list[str] | None
    ground_truth: str
    pruned: bool
    trace: list[Grounding]


DRAFTERS: dict[str, Drafter] = THING_DRAFTERS | TURN_DRAFTERS | CAMERA_DRAFTERS | VIEW_DRAFTERS


def make_questions(
    scene: Scene,
    walk: Walk,
    visible: npt.NDArray[np.int32],
    seed: int,
    per_task: int = 2,
    varied: bool = True,
    scene_name: str | None = None,
    dataset: str = "samples",
    tasks: Iterable[str] = TASKS,
    absent: int = 0,
) -> list[Record]:
    """At most `per_task` questions of each of the tasks that the walk can answer.

    `visible` is token_labels' `pixels` [F, objects]. `varied` mixes wordings (training); without it each
    task's first wording is used. `absent` counts more are asked of what was not seen at all (training: the
    benchmarks never ask that).
    """
    rng = Random(f"questions-{scene.seed}-{seed}")
    visibility, name = Visibility(scene, walk, visible), scene_name or f"walk-{scene.seed}"
    records: list[Record] = []
    drafts = [(task, draft) for task in tasks for draft in DRAFTERS[task](visibility, rng)[:per_task]]
    drafts += [("object_counting", draft) for draft in absent_counts(visibility, rng)[:absent]]
    for task, draft in drafts:
        text = (rng.choice(WORDINGS[task]) if varied else WORDINGS[task][0]).format(**draft.words)
        number = scene.seed * 100 + len(records)
        records.append(
            Record(number, dataset, name, task, text, draft.options, draft.truth, False, draft.trace)
        )
    return records
