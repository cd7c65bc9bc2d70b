"""Fits at which odds in a map a landmark is as likely a thing of its category as not, on validation seeds:
`python -m export.calibrate_landmarks --bundle ../models/loci-nano --walks 100`.

A map says how likely a landmark is by its weight alone. A lamp is seen by few tokens and a door by many, so
that the same weight says more of the one than of the other. Run it before `export.calibrate_measured`, which
counts landmarks. It writes `calibration.landmarks`.
"""

from functools import partial
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import bundle_graphs
from evaluation.composed import RememberedWalk, remember_walk
from evaluation.walks import EvaluationWalk, map_validation_walks, memories_option, study_parser
from export.calibrate_measured import measured_walk
from export.manifest import read_manifest, write_manifest
from world.categories import CATEGORIES, OBJECT_CATEGORIES
from world.walks import points_to_world

KNOWN = 0.5  # a landmark of less certainty tells nothing of its category
WITHIN = 1.0  # metres from a landmark to a thing of its category that it is
SHARE = 0.08  # of a category's median odds: chosen by the counts on these walks and on longer ones
Odds = list[tuple[int, float]]  # category and odds of landmarks


def odds_of(walk: EvaluationWalk, remembered: RememberedWalk) -> Odds:
    """The odds of a walk's landmarks that are things of its scene."""
    things = {
        category: points_to_world(
            [
                (thing.center[0], thing.center[2])
                for thing in walk.scene.objects
                if thing.category == category
            ],
            walk.walk.poses[0],
        )
        for category in {thing.category for thing in walk.scene.objects}
    }
    return [
        (int(category), certainty / (1 - certainty))
        for category, x, z, certainty in remembered.landmarks.tolist()
        if certainty >= KNOWN
        and int(category) in things
        and np.linalg.norm(things[int(category)] - (x, z), axis=-1).min() <= WITHIN
    ]


def study_walk(job: tuple[Path, int], memories: Path | None = None) -> Odds:
    """The odds of a seed's walk."""
    bundle, seed = job
    try:
        walk = measured_walk(seed)
    except ValueError:  # the scene leaves nowhere to stand
        return []
    return odds_of(walk, remember_walk(bundle_graphs(bundle), walk, memories))


def half_odds(odds: Odds) -> dict[str, float]:
    """The manifest's calibration.landmarks. Categories that were never found have none."""
    halves = {}
    for category in OBJECT_CATEGORIES:
        own = [each for other, each in odds if other == category]
        if own:
            halves[CATEGORIES[category]] = round(SHARE * float(np.median(own)), 3)
            print(
                f"{CATEGORIES[category]:12s} half certain at {halves[CATEGORIES[category]]:.2f}  ({len(own)})"
            )
    return halves


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=100)
    memories_option(parser)
    options = parser.parse_args()
    manifest = read_manifest(options.bundle)
    study = partial(study_walk, memories=options.memories)
    odds = [each for walk in map_validation_walks(study, options) for each in walk]
    calibration = manifest["calibration"] | {"landmarks": half_odds(odds)}
    write_manifest(options.bundle, manifest | {"calibration": calibration})


if __name__ == "__main__":
    main()
