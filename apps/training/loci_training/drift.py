"""How far validation walks drift with and without landmarks, and how many that are played twice are found again:
`python -m loci_training.drift --bundle DIR --walks 36`.
"""

from pathlib import Path

import numpy as np

from .evaluate import GROUPS, seconds_of
from .export import OnnxGraphs
from .filming import film
from .placing import spans
from .scenes import make_scene
from .sizes import NANO
from .validation import over_validation
from .walks import make_walk, to_world
from .walkthrough import Arrays, perceived, placed_chunks

FIRST = 300  # calibration and the oracle use the walks before
LONGEST = 120.0  # seconds of a walk that is played twice
AGAIN = 1.0  # metres by which the second round may be off more than the first
ENDS = 8  # frames that tell whether it is found again: the last ones

Perceived = list[tuple[int, int, Arrays]]


def ways(seen: Perceived, landmarks: bool) -> np.ndarray:
    """Where the cameras [F] are believed to be in the end, as complex places."""
    at = np.zeros(seen[-1][0] + seen[-1][1], np.complex128)
    for first, _, world, known in placed_chunks(seen, len(at), landmarks):
        pose = world["camera_to_world"][known]
        at[first + np.flatnonzero(known)] = pose[:, 2, 3] + 1j * pose[:, 0, 3]
    return at


def cuts(seen: Perceived) -> set[int]:
    """The frames before which the picture seems to jump, or may."""
    return {first + span.first for first, held, chunk in seen for span in spans(chunk, held)[1:]}


def one_walk(graphs: OnnxGraphs, seed: int) -> dict:
    """A walk's group, its mean error in metres without and with landmarks, false cuts, and of a walk played twice whether the cut
    was seen and the way found again, without and with landmarks."""
    group, seconds = seconds_of(seed)
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    frames = film(scene, walk.poses, walk.times, NANO.width, NANO.height)
    truth = to_world(walk.poses)
    at = truth[:, 2, 3] + 1j * truth[:, 0, 3]
    seen = list(perceived(graphs, frames))
    off = [float(np.abs(ways(seen, with_landmarks) - at).mean()) for with_landmarks in (False, True)]
    out = {
        "group": group,
        "off": off,
        "alarms": len(cuts(seen)),
        "steps": len(at) - 1,
        "cut": None,
        "again": None,
    }
    if seconds <= LONGEST:
        seen = list(perceived(graphs, np.concatenate([frames, frames])))
        errors = [
            np.abs(ways(seen, with_landmarks) - np.concatenate([at, at])) for with_landmarks in (False, True)
        ]
        out["again"] = [bool(error[-ENDS:].mean() < error[: len(at)].mean() + AGAIN) for error in errors]
        out["cut"] = len(at) in cuts(seen)
    return out


def _walk(arguments: tuple[Path, int]) -> dict:
    bundle, seed = arguments
    return one_walk(OnnxGraphs.of(bundle, ["perceive"]), seed)


def report(walks: list[dict]) -> str:
    """What the walks show, as text."""
    lines = ["metres off         " + "".join(f"{group:>8s}" for group in (*GROUPS, "all"))]
    for which, name in enumerate(("without landmarks", "with landmarks")):
        groups = [
            [walk["off"][which] for walk in walks if walk["group"] in of]
            for of in (*((group,) for group in GROUPS), tuple(GROUPS))
        ]
        lines.append(
            f"{name:19s}" + "".join(f"{np.mean(values) if values else np.nan:8.3f}" for values in groups)
        )
    twice = [walk for walk in walks if walk["again"]]
    lines.append(f"of {len(twice)} walks played twice {sum(walk['again'][1] for walk in twice)} are found again "
                 f"(without landmarks {sum(walk['again'][0] for walk in twice)}), {sum(walk['cut'] for walk in twice)} cuts are seen")  # fmt: skip
    lines.append(
        f"of {sum(walk['steps'] for walk in walks)} ordinary steps {sum(walk['alarms'] for walk in walks)} are taken for cuts or suspected"
    )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    print(report(over_validation(__doc__, _walk, FIRST)))


if __name__ == "__main__":
    main()
