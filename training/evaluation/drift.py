"""How far validation walks drift with landmarks and without, and how many that are played twice are found
again: `python -m evaluation.drift --bundle ../models/loci-nano --walks 36`.

The service's own localisation places the chunks. Without landmarks the overlaps of chunks alone place them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import BundleGraphs
from evaluation.walks import DURATION_GROUPS, map_validation_walks, study_parser, walk_duration
from model.sizes import NANO
from model.walkthrough import PerceivedChunk, localize_chunks, perceive_chunks
from rendering.filming import film
from world.scenes import make_scene
from world.walks import make_walk, to_world

FIRST_WALK = 300  # calibration and the error analysis use the walks before
LONGEST_REPLAY = 120.0  # seconds of a walk that is played twice
FOUND_WITHIN = 1.0  # metres by which the second round may be off more than the first
LAST_FRAMES = 8  # frames whose error tells whether the second round was found


@dataclass(frozen=True)
class WalkDrift:
    """One walk: mean errors in metres without and with landmarks, and how many ordinary steps were taken for
    a shot boundary. Of a walk played twice: whether the boundary was seen, and whether the second round was
    found, without and with landmarks."""

    group: str
    errors: tuple[float, float]
    false_boundaries: int
    steps: int
    boundary_seen: bool | None = None
    found_again: tuple[bool, bool] | None = None


def camera_positions(
    chunks: list[PerceivedChunk], count: int, landmarks: bool
) -> tuple[np.ndarray, set[int]]:
    """Where the cameras of a walk of `count` frames are in the end, (x, z) [F, 2], and its shot
    boundaries."""
    positions, boundaries = np.zeros((count, 2)), set()
    for chunk in localize_chunks(chunks, count, landmarks):
        rows = np.flatnonzero(chunk.localized)
        positions[chunk.first + rows] = chunk.arrays["camera_to_world"][rows][:, [0, 2], 3]
        boundaries |= set(chunk.shot_boundaries)
    return positions, boundaries


def measure_walk(graphs: BundleGraphs, seed: int) -> WalkDrift:
    """The drift of a seed's walk."""
    group, seconds = walk_duration(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    truth = to_world(walk.poses)[:, [0, 2], 3]

    def errors(frames: np.ndarray, truth: np.ndarray) -> tuple[list[np.ndarray], set[int]]:
        chunks = list(perceive_chunks(graphs, frames))
        found = [camera_positions(chunks, len(frames), landmarks) for landmarks in (False, True)]
        return [np.hypot(*(positions - truth).T) for positions, _ in found], found[1][1]

    off, boundaries = errors(frames, truth)
    drift = WalkDrift(group, (off[0].mean(), off[1].mean()), len(boundaries), len(frames) - 1)
    if seconds > LONGEST_REPLAY:
        return drift
    twice, boundaries = errors(np.concatenate([frames, frames]), np.concatenate([truth, truth]))
    found = [
        bool(error[-LAST_FRAMES:].mean() < error[: len(frames)].mean() + FOUND_WITHIN) for error in twice
    ]
    return WalkDrift(
        drift.group,
        drift.errors,
        drift.false_boundaries,
        drift.steps,
        len(frames) in boundaries,
        (found[0], found[1]),
    )


def _measure(job: tuple[Path, int]) -> WalkDrift:
    bundle, seed = job
    return measure_walk(BundleGraphs.load(bundle, ["perceive"]), seed)


def report(walks: list[WalkDrift]) -> str:
    """What the walks show, as text."""
    groups = {**{group: (group,) for group in DURATION_GROUPS}, "all": tuple(DURATION_GROUPS)}
    lines = ["metres off         " + "".join(f"{group:>8s}" for group in groups)]
    for which, name in enumerate(("without landmarks", "with landmarks")):
        columns = [[walk.errors[which] for walk in walks if walk.group in names] for names in groups.values()]
        means = [np.mean(values) if values else np.nan for values in columns]
        lines.append(f"{name:19s}" + "".join(f"{mean:8.3f}" for mean in means))
    twice = [walk for walk in walks if walk.found_again is not None]
    without, with_landmarks = (sum(walk.found_again[which] for walk in twice) for which in (0, 1))
    lines.append(
        f"of {len(twice)} walks played twice {with_landmarks} are found again (without landmarks {without}), "
        f"{sum(bool(walk.boundary_seen) for walk in twice)} shot boundaries are seen"
    )
    steps, alarms = sum(walk.steps for walk in walks), sum(walk.false_boundaries for walk in walks)
    lines.append(f"of {steps} ordinary steps {alarms} are taken for shot boundaries")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    options = study_parser(__doc__).parse_args()
    print(report(map_validation_walks(_measure, options, FIRST_WALK)))


if __name__ == "__main__":
    main()
