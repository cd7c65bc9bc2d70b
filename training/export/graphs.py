"""PyTorch modules as ONNX graphs, with loops inside the graph: over frames in remember, over written tokens
in answer."""

import onnx
import torch
from onnx import TensorProto, helper

from export.space_to_depth import use_space_to_depth
from model.answer import Prepare, Write
from model.grammar import NO_TASK
from model.loci import Loci
from model.memory import State
from model.perceive import READINGS, Perceive
from model.sizes import NANO
from model.vocabulary import BOS, EOS, PAD
from model.walkthrough import STATE, TOKENS

OPSET = 18
FLOAT, BOOL, INT32, INT64 = TensorProto.FLOAT, TensorProto.BOOL, TensorProto.INT32, TensorProto.INT64


def trace(
    module: torch.nn.Module, arguments: tuple, inputs: list[str], outputs: list[str]
) -> onnx.ModelProto:
    """A module as an ONNX model whose inputs and outputs have these names; all shapes are static."""
    with torch.no_grad():
        program = torch.onnx.export(
            module.eval(),
            arguments,
            dynamo=True,
            input_names=inputs,
            output_names=outputs,
            opset_version=OPSET,
            verbose=False,
        )
    return use_space_to_depth(program.model_proto)


def _prefixed(graph: onnx.GraphProto, prefix: str, keep: set[str]) -> onnx.GraphProto:
    """The graph with every name but those in keep prefixed, so that graphs can stand in one another."""

    def name(old: str) -> str:
        return old if not old or old in keep else prefix + old

    out = onnx.GraphProto()
    out.CopyFrom(graph)
    for node in out.node:
        node.name = prefix + node.name
        node.input[:] = [name(i) for i in node.input]
        node.output[:] = [name(o) for o in node.output]
    for group in (out.initializer, out.input, out.output, out.value_info):
        for item in group:
            item.name = name(item.name)
    return out


def _value(name: str, kind: int, shape: list[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _constant(name: str, kind: int, values: list, shape: list[int] | None = None) -> onnx.TensorProto:
    return helper.make_tensor(name, kind, [len(values)] if shape is None else shape, values)


def _model(
    name: str, before: onnx.ModelProto, nodes: list, constants: list, outputs: list
) -> onnx.ModelProto:
    """The graph `before`, then nodes, with these outputs."""
    graph = helper.make_graph(
        [*before.graph.node, *nodes],
        name,
        list(before.graph.input),
        outputs,
        [*before.graph.initializer, *constants],
    )
    model = helper.make_model(graph, opset_imports=list(before.opset_import), producer_name="loci")
    model.ir_version = before.ir_version
    onnx.checker.check_model(model, full_check=True)
    return model


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


class _OneFrame(torch.nn.Module):
    def __init__(self, loci: Loci):
        super().__init__()
        self.memory = loci.memory

    def forward(self, place, h, times, mask, *state):
        """One turn of the loop over frames; place [] is the frame."""

        def at(x: torch.Tensor) -> torch.Tensor:
            return torch.index_select(x, 0, place.view(1)).squeeze(0)

        after, slot, gate = self.memory.step(at(h), at(times), at(mask), State(*state))
        return *after, slot.to(torch.int32), gate


def _state_values(prefix: str) -> list[onnx.ValueInfoProto]:
    values = []
    for name, length in (("working", NANO.working), ("episodic", NANO.episodic)):
        values += [
            _value(f"{prefix}{name}", FLOAT, [length, NANO.tokens, NANO.d]),
            _value(f"{prefix}{name}_times", FLOAT, [length]),
            _value(f"{prefix}{name}_mask", BOOL, [length]),
        ]
    return values


def _example_tokens(t: int) -> dict[str, torch.Tensor]:
    n = NANO.tokens
    shapes = [
        (t, n, NANO.d_visual),
        (t, n, NANO.d_geometry),
        (t, 1, NANO.d_geometry),
        (t, n, 3),
        (t, n, 3),
        (t, n),
        (t, 4, 4),
    ]
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(shape, generator=generator) for name, shape in zip(TOKENS, shapes, strict=True)}


def _example_state() -> list[torch.Tensor]:
    w, e = NANO.working, NANO.episodic
    return [
        torch.randn(w, NANO.tokens, NANO.d),
        torch.zeros(w),
        torch.ones(w, dtype=torch.bool),
        torch.randn(e, NANO.tokens, NANO.d),
        torch.zeros(e),
        torch.ones(e, dtype=torch.bool),
    ]


def remember_graph(loci: Loci, count: int = NANO.frames) -> onnx.ModelProto:
    """remember.onnx: H of all `count` frames at once, then Algorithm 1 frame by frame in a loop."""
    tokens, times = _example_tokens(count), torch.zeros(count)
    before = trace(loci.representation, (*tokens.values(), times), [*TOKENS, "frame_times"], ["h_all"])
    h, mask = torch.randn(count, NANO.tokens, NANO.d), torch.ones(count, dtype=torch.bool)
    carried = [f"held_{name}" for name in STATE]
    left = [f"left_{name}" for name in STATE]
    turn = trace(
        _OneFrame(loci),
        (torch.tensor(0), h, times, mask, *_example_state()),
        ["place", "h_all", "frame_times", "frame_mask", *carried],
        [*left, "slot", "mean_gate"],
    )
    inner = _prefixed(turn.graph, "turn_", {"h_all", "frame_times", "frame_mask"})
    body = helper.make_graph(
        [helper.make_node("Identity", ["turn_go"], ["turn_on"]), *inner.node],
        "one_frame",
        [_value("turn_place", INT64, []), _value("turn_go", BOOL, []), *_state_values("turn_held_")],
        [
            _value("turn_on", BOOL, []),
            *_state_values("turn_left_"),
            _value("turn_slot", INT32, []),
            _value("turn_mean_gate", FLOAT, []),
        ],
        list(inner.initializer),
    )
    outputs = [
        *_state_values("next_"),
        _value("episodic_slot", INT32, [count]),
        _value("gate", FLOAT, [count]),
    ]
    loop = helper.make_node(
        "Loop", ["turns", "", *STATE], [o.name for o in outputs], body=body, name="frames"
    )
    before.graph.input.extend([_value("frame_mask", BOOL, [count]), *_state_values("")])
    return _model("remember", before, [loop], [_constant("turns", INT64, [count], [])], outputs)


def answer_graph(loci: Loci) -> onnx.ModelProto:
    """answer.onnx: keys and values once, then one written token a turn until <eos>."""
    question = (
        torch.zeros(NANO.question, dtype=torch.int32),
        torch.ones(NANO.question, dtype=torch.bool),
        torch.full((1,), NO_TASK, dtype=torch.int32),
    )
    prepare = Prepare(loci.reader, loci.decoder)
    given = ["memory_keys", "memory_values", "memory_bias", "text_bias", "members"]
    before = trace(
        prepare,
        (*_example_state(), *question),
        [*STATE, "question_ids", "question_mask", "task"],
        ["state", "keys", "values", *given],
    )
    with torch.no_grad():
        state, keys, values, *rest = prepare(*_example_state(), *question)
    entries = NANO.working + NANO.episodic
    turn = trace(
        Write(loci.decoder),
        (torch.tensor(0), torch.tensor(BOS), state, keys, values, torch.zeros(entries), *rest),
        ["place", "token", "state", "keys", "values", "attention", *given],
        ["next_token", "sure", "next_state", "next_keys", "next_values", "next_attention"],
    )
    inner = _prefixed(turn.graph, "turn_", set(given))
    shape = list(keys.shape)

    def carried(mark: str) -> list[onnx.ValueInfoProto]:
        return [
            _value(f"turn_{mark}token", INT64, []),
            _value(f"turn_{mark}state", INT64, []),
            _value(f"turn_{mark}keys", FLOAT, shape),
            _value(f"turn_{mark}values", FLOAT, shape),
            _value(f"turn_{mark}attention", FLOAT, [entries]),
        ]

    ends = [
        helper.make_node("Equal", ["turn_next_token", "turn_end"], ["turn_ended"]),
        helper.make_node("Not", ["turn_ended"], ["turn_on"]),
        helper.make_node("Identity", ["turn_next_token"], ["turn_written"]),
    ]
    body = helper.make_graph(
        [*inner.node, *ends],
        "one_token",
        [_value("turn_place", INT64, []), _value("turn_go", BOOL, []), *carried("")],
        [
            _value("turn_on", BOOL, []),
            *carried("next_"),
            _value("turn_written", INT64, []),
            _value("turn_sure", FLOAT, []),
        ],
        [*inner.initializer, _constant("turn_end", INT64, [EOS], [])],
    )
    length = NANO.answer
    nodes = [
        helper.make_node(
            "Loop",
            ["turns", "", "begin", "state", "keys", "values", "no_attention"],
            ["last", "last_state", "last_keys", "last_values", "attention_sum", "written", "sures"],
            body=body,
            name="tokens",
        ),
        helper.make_node("Concat", ["written", "pads"], ["written_padded"], axis=0),
        helper.make_node("Slice", ["written_padded", "from", "to"], ["written_cut"]),
        helper.make_node("Cast", ["written_cut"], ["token_ids"], to=INT32),
        helper.make_node("Concat", ["sures", "no_sures"], ["sures_padded"], axis=0),
        helper.make_node("Slice", ["sures_padded", "from", "to"], ["log_probabilities"]),
        helper.make_node("ReduceSum", ["attention_sum"], ["attention_total"], keepdims=0),
        helper.make_node("Div", ["attention_sum", "attention_total"], ["attention"]),
    ]
    constants = [
        _constant("turns", INT64, [length], []),
        _constant("begin", INT64, [BOS], []),
        _constant("no_attention", FLOAT, [0.0] * entries),
        _constant("pads", INT64, [PAD] * length),
        _constant("no_sures", FLOAT, [0.0] * length),
        _constant("from", INT64, [0]),
        _constant("to", INT64, [length]),
    ]
    outputs = [
        _value("token_ids", INT32, [length]),
        _value("log_probabilities", FLOAT, [length]),
        _value("attention", FLOAT, [entries]),
    ]
    return _model("answer", before, nodes, constants, outputs)
