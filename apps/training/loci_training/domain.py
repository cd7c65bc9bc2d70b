"""How well novelty tells footage of another kind: `python -m loci_training.domain --bundle DIR CLIP…`.

Prints the mean novelty of validation walks, of the sample clips and of the clips given, by windows of 8 sampled frames, and the
area under the ROC curve of the given clips' windows against all others. The ffmpeg binary comes from $FFMPEG or PATH.
"""

import argparse
import subprocess
from pathlib import Path

import numpy as np

from .clips import ffmpeg
from .export import OnnxGraphs
from .filming import film
from .scenes import make_scene
from .sizes import FPS, NANO
from .splits import VALIDATION
from .walks import make_walk

WINDOW, STRIDE = 8, 4  # frames
SECONDS = 40.0  # of each validation walk


def novelty(graphs: OnnxGraphs, frames: np.ndarray) -> np.ndarray:
    """Novelty [F] of frames uint8 [F, H, W, 3]."""
    found = []
    for first in range(0, len(frames), NANO.frames):
        part = frames[first : first + NANO.frames]
        block = np.zeros((NANO.frames, *frames.shape[1:]), np.uint8)
        block[: len(part)] = part
        found.append(
            graphs.perceive({"frames": block, "frame_mask": np.arange(NANO.frames) < len(part)})["novelty"][
                : len(part)
            ]
        )
    return np.concatenate(found)


def sampled(clip: Path) -> np.ndarray:
    """A clip's frames at the model's rate and size, its middle cut out, uint8 [F, H, W, 3]."""
    ratio = f"{NANO.width}/{NANO.height}"
    fit = f"fps={FPS},crop='min(iw,ih*{ratio})':'min(ih,iw/({ratio}))',scale={NANO.width}:{NANO.height}:flags=area"
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


def windows(values: np.ndarray) -> np.ndarray:
    """Means over windows of WINDOW frames, STRIDE apart."""
    return np.array(
        [values[i : i + WINDOW].mean() for i in range(0, max(len(values) - WINDOW + 1, 1), STRIDE)]
    )


def told_apart(strange: np.ndarray, usual: np.ndarray) -> float:
    """The area under the ROC curve: how often a strange window scores above a usual one, ties by half."""
    gap = strange[:, None] - usual[None]
    return float((gap > 0).mean() + 0.5 * (gap == 0).mean())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+", help="clips of another kind")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--walks", type=int, default=30)
    options = parser.parse_args()
    graphs = OnnxGraphs.of(options.bundle)
    usual: list[np.ndarray] = []
    for seed in VALIDATION[200 : 200 + options.walks]:
        scene = make_scene(seed)
        walk = make_walk(scene, 0, SECONDS)
        usual.append(novelty(graphs, film(scene, walk.poses, walk.times, NANO.width, NANO.height)))
    usual += [
        novelty(graphs, sampled(clip))
        for clip in sorted((options.bundle.parents[1] / "samples").glob("*.mp4"))
    ]
    means = np.array([values.mean() for values in usual])
    print(f"{len(usual)} walks and samples: mean {np.median(means):.2f} (median), {means.max():.2f} at most")
    for clip in options.clips:
        values = novelty(graphs, sampled(clip))
        area = told_apart(windows(values), np.concatenate([windows(v) for v in usual]))
        print(f"{clip.name}: mean {values.mean():.2f}, area under the ROC curve of its windows {area:.3f}")


if __name__ == "__main__":
    main()
