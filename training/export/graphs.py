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
    return use_space_to_depth(without_notes(program.model_proto))


def without_notes(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without what the exporter notes of each node: the lines of Python that it came from."""
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info):
        noted.ClearField("metadata_props")
        noted.ClearField("doc_string")
    return model


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


def frame_loop_body(inner: onnx.GraphProto) -> onnx.GraphProto:
    """The loop's body around what remembers one frame. A masked frame changes nothing, and costs nothing."""

    def told(prefix: str) -> list[onnx.ValueInfoProto]:
        return [_value(f"{prefix}slot", INT32, []), _value(f"{prefix}mean_gate", FLOAT, [])]

    remembered = helper.make_graph(
        list(inner.node),
        "remembered",
        [],
        [*_state_values("turn_left_"), *told("turn_")],
        list(inner.initializer),
    )
    passed = helper.make_graph(
        [helper.make_node("Identity", [f"turn_held_{name}"], [f"turn_same_{name}"]) for name in STATE],
        "passed",
        [],
        [*_state_values("turn_same_"), *told("turn_no_")],
        [_constant("turn_no_slot", INT32, [-1], []), _constant("turn_no_mean_gate", FLOAT, [0.0], [])],
    )
    after = [*_state_values("turn_after_"), *told("turn_after_")]
    nodes = [
        helper.make_node("Identity", ["turn_go"], ["turn_on"]),
        helper.make_node("Gather", ["frame_mask", "turn_place"], ["turn_open"]),
        helper.make_node(
            "If",
            ["turn_open"],
            [value.name for value in after],
            then_branch=remembered,
            else_branch=passed,
            name="turn_frame",
        ),
    ]
    given = [_value("turn_place", INT64, []), _value("turn_go", BOOL, []), *_state_values("turn_held_")]
    return helper.make_graph(nodes, "one_frame", given, [_value("turn_on", BOOL, []), *after])


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
    body = frame_loop_body(_prefixed(turn.graph, "turn_", {"h_all", "frame_times", "frame_mask"}))
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
