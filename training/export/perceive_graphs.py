"""The graphs that perceive: a chunk, a clip of few frames, and a chunk that goes on from the one before."""

import onnx
import torch

from export.graphs import trace
from model.loci import Loci
from model.perceive import READINGS, Perceive
from model.sizes import NANO

PERCEIVED = [
    "visual_tokens",
    "geometry_tokens",
    "view_tokens",
    "points",
    "centers",
    "confidence",
    "camera_to_chunk",
    "category",
    "category_probability",
    "novelty",
    "step_doubt",
]
GIVEN = [f"read_{name}" for name in READINGS]
LEFT = [f"next_{name}" for name in GIVEN]


class _Chunk(torch.nn.Module):
    """Perceive, which leaves the readings of the frames that the next chunk begins with."""

    def __init__(self, see: Perceive):
        super().__init__()
        self.see = see

    def forward(self, frames, frame_mask, *shared):
        """`shared`: the readings of the chunk's first frames, where `frames` lacks them."""
        reading = self.see.read(frames)
        if shared:
            reading = {
                name: torch.cat([before, reading[name]])
                for name, before in zip(READINGS, shared, strict=True)
            }
        perceived = self.see.tokens(reading, frame_mask)
        left = (reading[name][-NANO.overlap :] for name in READINGS)
        return *(perceived[name] for name in PERCEIVED), *left


def _no_frames(count: int) -> torch.Tensor:
    return torch.zeros(count, NANO.height, NANO.width, 3, dtype=torch.uint8)


def perceive_graph(loci: Loci) -> onnx.ModelProto:
    """perceive.onnx: one pass over a chunk's frames, no loop."""
    given = _no_frames(NANO.frames), torch.ones(NANO.frames, dtype=torch.bool)
    return trace(_Chunk(loci.see), given, ["frames", "frame_mask"], [*PERCEIVED, *LEFT])


def perceive_short_graph(loci: Loci, count: int) -> onnx.ModelProto:
    """perceive-short.onnx: a clip of few frames, after which no chunk comes."""
    given = _no_frames(count), torch.ones(count, dtype=torch.bool)
    return trace(loci.see, given, ["frames", "frame_mask"], PERCEIVED)


def perceive_next_graph(loci: Loci) -> onnx.ModelProto:
    """perceive-next.onnx: a chunk of whose first frames the readings are given."""
    with torch.no_grad():
        readings = loci.see.eval().read(_no_frames(NANO.overlap))
    given = (
        _no_frames(NANO.frames - NANO.overlap),
        torch.ones(NANO.frames, dtype=torch.bool),
        *(readings[name] for name in READINGS),
    )
    return trace(_Chunk(loci.see), given, ["frames", "frame_mask", *GIVEN], [*PERCEIVED, *LEFT])
