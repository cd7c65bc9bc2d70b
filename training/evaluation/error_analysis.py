"""Where answers are lost:
`python -m evaluation.error_analysis --bundle ../models/loci-nano --walks 36`.

Validation walks are answered as they are, then with more and more of the truth: the cameras' poses, the
centres of objects, the categories of tokens.

What true poses win, localization loses. What true centres and categories win on top, perception loses. The
rest is memory and reading. Those never saw so clearly in training, so their scores are no upper bound.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import BundleGraphs, answer_question
from evaluation.held_out import average_over_tasks
from evaluation.walks import DURATION_GROUPS, evaluation_walk, map_validation_walks, study_parser
from model.perception import CLASSES
from model.walkthrough import Arrays, Graphs, LocalizedChunk, localize_walk, remember_chunks
from questions.scoring import TASKS, score
from rendering.labels import token_labels
from world.walks import to_world

GIVEN = ("nothing", "poses", "and centres", "and categories")  # each with all before it
FIRST_WALK = 200  # calibration uses the walks before

Marks = list[tuple[str, float]]  # (question type, score 0..1)


def with_truth(chunk: Arrays, given: str, truth: Arrays) -> Arrays:
    """A chunk in the world with the truth in the place of what was perceived.

    Of its first T frames `truth` has the poses [T, 4, 4] in the world, the centres [T, N, 3] in the cameras,
    and of each token the category and the object (−1 none) [T, N].
    """
    if given == "nothing":
        return chunk
    out, poses = {name: value.copy() for name, value in chunk.items()}, truth["poses"]
    held = len(poses)
    world_to_camera = np.linalg.inv(chunk["camera_to_world"][:held])
    for name in ("points", "centers"):
        in_camera = (
            np.einsum("tij,tnj->tni", world_to_camera[:, :3, :3], chunk[name][:held])
            + world_to_camera[:, None, :3, 3]
        )
        if name == "centers" and given != "poses":
            in_camera = np.where(truth["object"][..., None] >= 0, truth["center"], in_camera)
        out[name][:held] = np.einsum("tij,tnj->tni", poses[:, :3, :3], in_camera) + poses[:, None, :3, 3]
    if given == "and categories":
        out["visual_tokens"][:held, :, :CLASSES] = np.eye(CLASSES)[truth["category"]]
    out["camera_to_world"][:held] = poses
    return out


def measure_walk(graphs: Graphs, seed: int) -> tuple[str, dict[str, Marks]]:
    """The duration group of a seed's walk, and its marks for each kind of truth that is given."""
    asked = evaluation_walk(seed, TASKS)
    labels = token_labels(asked.scene, asked.walk.poses)
    truth = {name: labels[name] for name in ("center", "category", "object")} | {
        "poses": to_world(asked.walk.poses).astype(np.float32)
    }
    localized = list(localize_walk(graphs, asked.film()))

    def chunks(given: str) -> Iterator[LocalizedChunk]:
        for chunk in localized:
            frames = slice(chunk.first, chunk.first + chunk.held)
            part = {name: value[frames] for name, value in truth.items()}
            yield replace(chunk, arrays=with_truth(chunk.arrays, given, part))

    marks = {}
    for given in GIVEN:
        state = remember_chunks(graphs, chunks(given))
        answers = [answer_question(graphs, state, record).answer for record in asked.records]
        marks[given] = [
            (record.question_type, score(record.question_type, answer, record.ground_truth))
            for record, answer in zip(asked.records, answers, strict=True)
        ]
    return asked.group, marks


def average(marks: Marks) -> float:
    """The average over VSI-Bench's tasks, percent."""
    types = dict.fromkeys(question_type for question_type, _ in marks)
    return average_over_tasks(
        {name: 100 * float(np.mean([value for other, value in marks if other == name])) for name in types}
    )


def _measure(job: tuple[Path, int]) -> tuple[str, dict[str, Marks]]:
    bundle, seed = job
    return measure_walk(BundleGraphs.load(bundle), seed)


def main() -> None:
    """The command line."""
    walks = map_validation_walks(_measure, study_parser(__doc__).parse_args(), FIRST_WALK)
    print(f"average over VSI-Bench's tasks, {len(walks)} validation walks: all, {', '.join(DURATION_GROUPS)}")
    for given in GIVEN:
        columns = [
            [mark for group, marks in walks if group in groups for mark in marks[given]]
            for groups in (tuple(DURATION_GROUPS), *((group,) for group in DURATION_GROUPS))
        ]
        print(
            f"{given:20s} " + "  ".join(f"{average(marks):5.1f}" if marks else "    –" for marks in columns)
        )


if __name__ == "__main__":
    main()
