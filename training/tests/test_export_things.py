"""Categories are sums of ImageNet's classes, cell by cell; weights survive 16 bits."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from export.things import CLASSES, Things, halve


class Sure(torch.nn.Module):
    """A net whose features are the brightness of 32 x 32 pixels; class 7 likes it, class 9 the dark."""

    def __init__(self) -> None:
        super().__init__()
        self._fc = torch.nn.Linear(1, CLASSES)
        with torch.no_grad():
            self._fc.weight.zero_()
            self._fc.weight[7], self._fc.weight[9] = 50.0, -50.0
            self._fc.bias.fill_(-20.0)

    def extract_features(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(pictures[:, :1], 32)


def test_a_cell_is_the_sum_of_its_classes_by_what_lies_around_it() -> None:
    frames = torch.zeros(1, 32, 224, 3, dtype=torch.uint8)
    frames[:, :, 64:96] = 255
    frames[:, :, 160:] = 255
    cells = Things(Sure(), [[9, 3], [7], [5]])(frames)[0, 0].detach().numpy()
    assert cells.shape == (7, 3)
    np.testing.assert_allclose(cells[[0, 6]], [[1, 0, 0], [0, 1, 0]], atol=1e-3)
    # a bright cell between two dark ones is dark
    np.testing.assert_allclose(cells[2], [1, 0, 0], atol=1e-3)


def test_large_weights_are_stored_in_16_bits() -> None:
    weights = np.linspace(-1, 1, 2048, dtype=np.float32).reshape(2, 1024)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1024])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    halve(model)
    onnx.checker.check_model(model)
    assert [each.data_type for each in model.graph.initializer] == [TensorProto.FLOAT16]
    assert [node.op_type for node in model.graph.node] == ["Cast", "MatMul"]
