"""Pixels of a block into channels, by the operator that ONNX Runtime has for it.

`pixel_unshuffle` is exported as a transpose of six axes, which ONNX Runtime does value by value. SpaceToDepth
is several times faster. It orders channels the other way round (block, channel); the transpose that puts that
right moves whole planes.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

BLOCKS_OUT = [0, 1, 3, 5, 2, 4]  # [B, C, h, block, w, block] → [B, C, block, block, h, w]


def use_space_to_depth(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model, with SpaceToDepth in place of every Reshape, Transpose and Reshape that do the same."""
    graph = model.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    nodes = []
    for node in graph.node:
        transpose = makers.get(node.input[0]) if node.op_type == "Reshape" else None
        split = makers.get(transpose.input[0]) if transpose is not None else None
        if split is None or split.op_type != "Reshape" or not _is_blocks_out(transpose):
            nodes.append(node)
            continue
        batch, channels, height, block, width, _ = numpy_helper.to_array(constants[split.input[1]]).tolist()
        name = node.output[0]
        planes = numpy_helper.from_array(
            np.array([batch, block * block, channels, height * width], np.int64), f"{name}_planes"
        )
        graph.initializer.append(planes)
        nodes += [
            helper.make_node("SpaceToDepth", [split.input[0]], [f"{name}_deep"], blocksize=block),
            helper.make_node("Reshape", [f"{name}_deep", planes.name], [f"{name}_by_block"]),
            helper.make_node("Transpose", [f"{name}_by_block"], [f"{name}_by_channel"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", [f"{name}_by_channel", node.input[1]], [name]),
        ]
    # the nodes that were replaced, last first: a Reshape is used by its Transpose
    for node in [node for node in reversed(nodes) if node.op_type in ("Transpose", "Reshape")]:
        used = {name for each in nodes for name in each.input} | {output.name for output in graph.output}
        if node.output[0] not in used:
            nodes.remove(node)
    read = {name for node in nodes for name in node.input}
    held = [tensor for tensor in graph.initializer if tensor.name in read]
    for field, kept in (("node", nodes), ("initializer", held)):
        graph.ClearField(field)
        getattr(graph, field).extend(kept)
    return model


def _is_blocks_out(node: onnx.NodeProto) -> bool:
    return node.op_type == "Transpose" and BLOCKS_OUT in [list(each.ints) for each in node.attribute]
