"""read.onnx: the net as a graph of 8-bit products, and calls on it."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import torch
from onnxruntime.quantization import matmul_nbits_quantizer
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from torch import Tensor, nn

from reading.canonical import GRAPH
from reading.decode import Outputs, Read, decode
from reading.labels import LENGTH
from reading.net import Reader, told
from reading.words import sequence

OPSET = 17
OUTPUTS = ["task", "reason", "unit", "things", "roles", "starts"]
BLOCK = 32  # weights that share a scale
ROUNDED = 4  # ONNX Runtime's accuracy level of products of 8 by 8 bits
TABLE_STEPS = 127  # steps of 8 bits on either side of nothing


class Exported(nn.Module):
    """What is exported: one question at a time, and the word table in 8 bits, a scale a word."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        table = reader.words.weight.detach()
        scale = table.abs().amax(1, keepdim=True).clamp_min(1e-8) / TABLE_STEPS
        self.register_buffer("table", (table / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("places", reader.positions.weight.detach()[:LENGTH].clone())

    def forward(self, token_ids: Tensor, segments: Tensor) -> tuple[Tensor, ...]:
        """token_ids, segments int32 [R]; log-probabilities as `net.told` names them, without the batch."""
        ids = token_ids.long()
        words = self.table[ids].float() * self.scale[ids]
        x = words + self.places[: token_ids.shape[0]]
        x = self.reader.norm(x + self.reader.kinds(segments.long())).unsqueeze(0)
        values = told(self.reader.heads(self.reader.encode(x, None), None))
        return tuple(values[name][0] for name in OUTPUTS)


def float_graph(reader: Reader) -> bytes:
    """The graph before its products are made 8-bit."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / GRAPH
        example = (torch.ones(16, dtype=torch.int32), torch.zeros(16, dtype=torch.int32))
        torch.onnx.export(
            Exported(reader).eval(),
            example,
            str(path),
            input_names=["token_ids", "segments"],
            output_names=OUTPUTS,
            dynamic_axes={name: {0: "R"} for name in ("token_ids", "segments", "things", "roles", "starts")},
            opset_version=OPSET,
            dynamo=False,
        )
        return path.read_bytes()


def quantized(model: bytes) -> bytes:
    """The graph with weights of 8 bits, a scale for every block of them; activations are rounded alike."""
    config = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=ROUNDED, bits=8)
    logging.getLogger(matmul_nbits_quantizer.__name__).setLevel(logging.WARNING)  # it tells of every node
    quantizer = MatMulNBitsQuantizer(onnx.load_from_string(model), algo_config=config)
    quantizer.process()
    return quantizer.model.model.SerializeToString()


def weights(model: bytes) -> dict[str, Tensor]:
    """What an exported graph knows, in floats again, by the names of `net.Reader`; without its tables, which
    are the package's."""
    graph = onnx.load_from_string(model).graph
    kept = {entry.name: onnx.numpy_helper.to_array(entry) for entry in graph.initializer}
    found = {
        name.removeprefix("reader."): torch.tensor(value)
        for name, value in kept.items()
        if name.startswith("reader.")
    }
    biased = {given: node.input for node in graph.node if node.op_type == "Add" for given in node.input}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            bias = next(name for name in biased[node.output[0]] if name.startswith("reader."))
            steps = kept[node.input[1]].astype(np.float32) - 128  # [outputs, blocks, BLOCK]
            values = steps * kept[node.input[2]].reshape(*steps.shape[:2], 1)
            name = bias.removeprefix("reader.").removesuffix("bias") + "weight"
            found[name] = torch.tensor(values.reshape(steps.shape[0], -1))
    return found


class ReadGraph:
    """An exported graph as a call, on one thread."""

    def __init__(self, model: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options)

    @classmethod
    def of(cls, bundle: Path) -> Self:
        """The graph of a bundle. Raises FileNotFoundError where it has none."""
        return cls((bundle / GRAPH).read_bytes())

    def run(self, ids: list[int], segments: list[int]) -> Outputs:
        """The outputs by name."""
        given = {"token_ids": np.array(ids, np.int32), "segments": np.array(segments, np.int32)}
        return dict(zip(OUTPUTS, self.session.run(OUTPUTS, given), strict=True))

    def read(self, texts: list[str]) -> Read:
        """A question's reading; `texts` are the question and its options. Raises ValueError where it is too
        long."""
        found = sequence(texts)
        if len(found.ids) > LENGTH:
            raise ValueError(f"a question of {len(found.ids)} tokens; at most {LENGTH} fit")
        return decode(texts, found, self.run(found.ids, found.segments))
