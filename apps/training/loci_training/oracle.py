"""Where answers are lost: scores of validation walks as they are, with the cameras' true poses, with the true centres of
objects besides, and with the true categories of all tokens besides: `python -m loci_training.oracle --bundle DIR --walks 36`.

What true poses win, the pose graph loses; what true centres and categories win on top, perception loses; the rest is memory and
reading, which never saw so clearly: their scores are no upper bound.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .evaluate import GROUPS, answer, asked
from .export import OnnxGraphs
from .filming import film
from .labels import token_labels
from .metrics import TASKS, score, task_average
from .perception import CLASSES
from .sizes import NANO
from .validation import over_validation
from .walks import to_world
from .walkthrough import Arrays, Graphs, perceive_walk, remember_chunks

KNOWN = ("nothing", "poses", "and centres", "and categories")
FIRST = 200  # calibration uses the walks before


def told(chunk: Arrays, known: str, truth: Arrays) -> Arrays:
    """A chunk with the truth in the place of what was perceived: of its T frames the poses [T, 4, 4] in the world, the centres
    [T, N, 3] in the cameras, and per token its category and its object (−1 none) [T, N]."""
    if known == KNOWN[0]:
        return chunk
    out, poses = {name: value.copy() for name, value in chunk.items()}, truth["poses"]
    held = len(poses)
    back = np.linalg.inv(chunk["camera_to_world"][:held])
    for name in ("points", "centers"):
        seen = np.einsum("tij,tnj->tni", back[:, :3, :3], chunk[name][:held]) + back[:, None, :3, 3]
        if name == "centers" and known in KNOWN[2:]:
            seen = np.where(truth["object"][..., None] >= 0, truth["center"], seen)
        out[name][:held] = np.einsum("tij,tnj->tni", poses[:, :3, :3], seen) + poses[:, None, :3, 3]
    if known == KNOWN[3]:
        out["visual_tokens"][:held, :, :CLASSES] = np.eye(CLASSES)[truth["category"]]
    out["camera_to_world"][:held] = poses
    return out


def one_walk(graphs: Graphs, seed: int) -> tuple[str, dict[str, list[tuple[str, float]]]]:
    """The duration group of a seed's walk, and per kind of knowledge its marks (task, score 0..1)."""
    group, walk, records, scene = asked(seed, TASKS)
    labels = token_labels(scene, walk.poses)
    truth = {name: labels[name] for name in ("center", "category", "object")} | {
        "poses": to_world(walk.poses).astype(np.float32)
    }
    seen = list(perceive_walk(graphs, film(scene, walk.poses, walk.times, NANO.width, NANO.height)))

    def chunks(known: str) -> Iterator[tuple[int, int, Arrays]]:
        for first, held, chunk in seen:
            yield (
                first,
                held,
                told(chunk, known, {name: value[first : first + held] for name, value in truth.items()}),
            )

    marks = {}
    for known in KNOWN:
        state, _ = remember_chunks(graphs, chunks(known))
        marks[known] = [
            (r.question_type, score(r.question_type, answer(graphs, state, r)[0], r.ground_truth))
            for r in records
        ]
    return group, marks


def average(marks: list[tuple[str, float]]) -> float:
    """The average over VSI-Bench's tasks, percent."""
    return task_average(
        {
            task: 100 * float(np.mean([value for name, value in marks if name == task]))
            for task in TASKS
            if task in dict(marks)
        }
    )


def _walk(arguments: tuple[Path, int]) -> tuple[str, dict[str, list[tuple[str, float]]]]:
    bundle, seed = arguments
    return one_walk(OnnxGraphs.of(bundle), seed)


def main() -> None:
    """The command line."""
    walks = over_validation(__doc__, _walk, FIRST)
    print(f"average over VSI-Bench's tasks, {len(walks)} validation walks: all, {', '.join(GROUPS)}")
    for known in KNOWN:
        of_group = [
            [mark for name, marks in walks if name in groups for mark in marks[known]]
            for groups in (tuple(GROUPS), *((group,) for group in GROUPS))
        ]
        print(f"{known:20s} " + "  ".join(f"{average(marks):5.1f}" for marks in of_group))


if __name__ == "__main__":
    main()
