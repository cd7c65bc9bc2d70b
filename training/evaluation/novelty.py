"""How well novelty tells footage of another kind:
`python -m evaluation.novelty --bundle ../models/loci-nano CLIP…`.

Prints the mean novelty of validation walks, of the sample clips and of the clips given. Prints also the area
under the ROC curve of the given clips' windows, of 8 sampled frames, against all others. The ffmpeg binary
comes from $FFMPEG or PATH.
"""

import subprocess
from pathlib import Path

import numpy as np

from evaluation.bundle_graphs import BundleGraphs
from evaluation.walks import study_parser
from model.sizes import FPS, NANO
from model.walkthrough import Graphs
from rendering.clips import ffmpeg
from rendering.filming import film
from world.scenes import make_scene
from world.splits import VALIDATION
from world.walks import make_walk

WINDOW, STRIDE = 8, 4  # frames
FIRST_WALK = 200  # calibration uses the walks before
WALK_SECONDS = 40.0


def novelty(graphs: Graphs, frames: np.ndarray) -> np.ndarray:
    """Novelty [F] of frames uint8 [F, H, W, 3]."""
    found = []
    for first in range(0, len(frames), NANO.frames):
        part = frames[first : first + NANO.frames]
        block = np.zeros((NANO.frames, *frames.shape[1:]), np.uint8)
        block[: len(part)] = part
        mask = np.arange(NANO.frames) < len(part)
        found.append(graphs.perceive({"frames": block, "frame_mask": mask})["novelty"][: len(part)])
    return np.concatenate(found)


def sample_clip(clip: Path) -> np.ndarray:
    """A clip's frames at the model's rate and size, its middle cut out, uint8 [F, H, W, 3]."""
    ratio = f"{NANO.width}/{NANO.height}"
    crop = f"crop='min(iw,ih*{ratio})':'min(ih,iw/({ratio}))'"
    fit = f"fps={FPS},{crop},scale={NANO.width}:{NANO.height}:flags=area"
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-i",
        str(clip),
        "-vf",
        fit,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, NANO.height, NANO.width, 3)


def window_means(values: np.ndarray) -> np.ndarray:
    """Means over windows of WINDOW frames, STRIDE apart."""
    starts = range(0, max(len(values) - WINDOW + 1, 1), STRIDE)
    return np.array([values[start : start + WINDOW].mean() for start in starts])


def area_under_roc(unusual: np.ndarray, usual: np.ndarray) -> float:
    """How often an unusual window scores above a usual one, ties by half."""
    gap = unusual[:, None] - usual[None]
    return float((gap > 0).mean() + 0.5 * (gap == 0).mean())


def main() -> None:
    """The command line."""
    parser = study_parser(__doc__, walks=30)
    parser.add_argument("clips", type=Path, nargs="+", help="clips of another kind")
    options = parser.parse_args()
    graphs = BundleGraphs.load(options.bundle, ["perceive"])
    usual: list[np.ndarray] = []
    for seed in VALIDATION[FIRST_WALK : FIRST_WALK + options.walks]:
        scene = make_scene(seed)
        walk = make_walk(scene, 0, WALK_SECONDS)
        usual.append(novelty(graphs, film(scene, walk.poses, walk.times, NANO.width, NANO.height)))
    samples = sorted((options.bundle.parents[1] / "samples").glob("*.mp4"))
    usual += [novelty(graphs, sample_clip(clip)) for clip in samples]
    means = np.array([values.mean() for values in usual])
    print(f"{len(usual)} walks and samples: mean {np.median(means):.2f} (median), {means.max():.2f} at most")
    for clip in options.clips:
        values = novelty(graphs, sample_clip(clip))
        area = area_under_roc(window_means(values), np.concatenate([window_means(v) for v in usual]))
        print(f"{clip.name}: mean {values.mean():.2f}, area under the ROC curve of its windows {area:.3f}")


if __name__ == "__main__":
    main()
