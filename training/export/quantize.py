"""A perceive graph whose convolutions add bytes.

The convolutions of the trunk multiply bytes with weights of 7 bits, one scale a channel, and give bytes
again. All else stays float: the two convolutions after attention, which read cells that it has changed, and
every matrix product. With 7 bits, two products fit into 16 bits. Processors that have no instruction for sums
of four add such pairs, and would cut larger ones off; so all give the same bits.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType
from onnxruntime.quantization.calibrate import CalibrationMethod, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

FLOAT = ("cell_match.weight", "cell_head.weight")  # weights of the convolutions that stay float

Range = tuple[float, float]  # the least and the greatest value that a byte stands for


class Place(NamedTuple):
    """A convolution of the trunk: the tensor that it reads, and the one that it gives, behind its Relu where
    it has one."""

    node: onnx.NodeProto
    relu: onnx.NodeProto | None

    @property
    def tensors(self) -> tuple[str, str]:
        """Their names."""
        return self.node.input[0], (self.relu or self.node).output[0]


def trunk(graph: onnx.GraphProto) -> list[Place]:
    """The convolutions that are to add bytes, in the order in which every perceive graph has them."""
    relus = {node.input[0]: node for node in graph.node if node.op_type == "Relu"}
    return [
        Place(node, relus.get(node.output[0]))
        for node in graph.node
        if node.op_type == "Conv" and not node.input[1].endswith(FLOAT)
    ]


class _Pixels(NamedTuple):
    """How the stem's input comes of bytes: (byte − mean) / scale."""

    source: str
    mean: float
    scale: float

    @property
    def zero(self) -> int:
        """The byte that stands for 0."""
        return int(np.floor(self.mean))

    @property
    def range(self) -> Range:
        """What the bytes stand for when `zero` does for 0."""
        return -self.zero / self.scale, (255 - self.zero) / self.scale


def _initializers(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    return {tensor.name: tensor for tensor in graph.initializer}


def _pixels(graph: onnx.GraphProto) -> _Pixels:
    """Raises ValueError where the stem does not read bytes less a mean, through a scale."""
    held = _initializers(graph)
    makers = {name: node for node in graph.node for name in node.output}
    divide = makers[trunk(graph)[0].node.input[0]]
    subtract = makers[divide.input[0]]
    cast = makers[subtract.input[0]]
    if [node.op_type for node in (cast, subtract, divide)] != ["Cast", "Sub", "Div"]:
        raise ValueError("the stem does not read normalised bytes")
    mean, scale = (numpy_helper.to_array(held[node.input[1]]).item() for node in (subtract, divide))
    return _Pixels(cast.input[0], mean, scale)


def _take_mean_into_bias(graph: onnx.GraphProto, pixels: _Pixels) -> None:
    """The mean lies between two bytes. What a whole byte in its place changes goes into the stem's bias; at
    the picture's edge it is less than half a byte off."""
    held, stem = _initializers(graph), trunk(graph)[0].node
    weight, bias = (numpy_helper.to_array(held[name]) for name in stem.input[1:])
    moved = bias + weight.sum((1, 2, 3)) * (pixels.zero - pixels.mean) / pixels.scale
    held[stem.input[2]].CopyFrom(numpy_helper.from_array(moved.astype(np.float32), stem.input[2]))


def _read_bytes(graph: onnx.GraphProto, pixels: _Pixels) -> None:
    """The quantized stem reads the picture's bytes instead of floats that are made bytes again."""
    stem = next(node for node in graph.node if node.op_type == "Conv")
    reader = next(node for node in graph.node if stem.input[0] in node.output)
    scale = numpy_helper.from_array(np.float32(1 / pixels.scale), "pixel_scale")
    zero = numpy_helper.from_array(np.uint8(pixels.zero), "pixel_zero")
    graph.initializer.extend([scale, zero])
    reader.input[:] = [pixels.source, scale.name, zero.name]
    _remove_unread(graph)


def _remove_unread(graph: onnx.GraphProto) -> None:
    outputs = {output.name for output in graph.output}
    while True:
        read = {name for node in graph.node for name in node.input} | outputs
        kept = [node for node in graph.node if any(name in read for name in node.output)]
        if len(kept) == len(graph.node):
            break
        graph.ClearField("node")
        graph.node.extend(kept)
    held = [tensor for tensor in graph.initializer if tensor.name in read]
    graph.ClearField("initializer")
    graph.initializer.extend(held)


def _forget_notes(graph: onnx.GraphProto) -> None:
    """The exporter's notes of where nodes come from are most of a graph's bytes."""
    for node in graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    graph.ClearField("value_info")


def quantized(model: onnx.ModelProto, ranges: Sequence[tuple[Range, Range]]) -> onnx.ModelProto:
    """The model with the trunk's convolutions in 8 bits. `ranges`: of what each reads and gives, in the
    trunk's order."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    for index, node in enumerate(out.graph.node):
        node.name = node.name or f"node_{index}"
    pixels, places = _pixels(out.graph), trunk(out.graph)
    _take_mean_into_bias(out.graph, pixels)
    known = dict(_named(places, ranges)) | {places[0].node.input[0]: pixels.range}
    quantizer = QDQQuantizer(
        out,
        per_channel=True,
        reduce_range=True,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=TensorsData(
            CalibrationMethod.MinMax,
            {name: tuple(np.float32(each) for each in limits) for name, limits in known.items()},
        ),
        nodes_to_quantize=[node.name for place in places for node in place if node is not None],
        nodes_to_exclude=[],
        op_types_to_quantize=["Conv", "Relu"],
        extra_options={},
    )
    quantizer.quantize_model()
    made = quantizer.model.model
    _read_bytes(made.graph, pixels)
    _forget_notes(made.graph)
    quantizer.model.topological_sort()
    onnx.checker.check_model(made)
    return made


def _named(places: Sequence[Place], ranges: Sequence[tuple[Range, Range]]) -> Iterator[tuple[str, Range]]:
    """Raises ValueError where there are not as many ranges as convolutions."""
    for place, both in zip(places, ranges, strict=True):
        yield from zip(place.tensors, both, strict=True)
        yield place.node.output[0], both[1]  # the Relu is taken into the convolution


def tensors_of(model: onnx.ModelProto) -> list[str]:
    """The names of what the trunk's convolutions read and give, two each."""
    return [name for place in trunk(model.graph) for name in place.tensors]


def giving(model: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """The model with these tensors as its outputs."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    out.graph.ClearField("output")
    out.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    return out
