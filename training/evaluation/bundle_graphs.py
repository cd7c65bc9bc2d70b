"""The graphs of an exported bundle, run by ONNX Runtime, and the answers that they give to questions."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import onnxruntime

from model.localizer import Arrays
from model.sizes import NANO
from model.trace import parse_output
from model.vocabulary import PAD, decode_text, encode_text, prompt, task_token
from model.walkthrough import Graphs
from questions.records import Record

GRAPHS = ("perceive", "remember", "answer")


class BundleGraphs:
    """The three exported graphs as calls on arrays, on one thread; see `walkthrough.Graphs`."""

    def __init__(self, models: dict[str, bytes | str]):
        """Graphs by their names: serialized, or the paths of their files."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = {name: onnxruntime.InferenceSession(model, options) for name, model in models.items()}

    @classmethod
    def load(cls, bundle: Path, names: Iterable[str] = GRAPHS) -> Self:
        """Graphs of a bundle. Raises FileNotFoundError where it has none of a name."""
        paths = {name: bundle / f"{name.replace('_', '-')}.onnx" for name in names}
        for path in paths.values():
            if not path.exists():
                raise FileNotFoundError(path)
        return cls({name: str(path) for name, path in paths.items()})

    def run(self, graph: str, inputs: Arrays) -> Arrays:
        """Runs one graph on the inputs that it declares."""
        session = self.sessions[graph]
        given = {declared.name: inputs[declared.name] for declared in session.get_inputs()}
        names = (declared.name for declared in session.get_outputs())
        return dict(zip(names, session.run(None, given), strict=True))

    def perceive(self, inputs: Arrays) -> Arrays:
        """Frames of a chunk → tokens, points, poses."""
        return self.run("perceive", inputs)

    def remember(self, inputs: Arrays) -> Arrays:
        """Tokens in the world and the state → the next state."""
        return self.run("remember", inputs)

    def answer(self, inputs: Arrays) -> Arrays:
        """The state and a question → token ids."""
        return self.run("answer", inputs)


@cache
def bundle_graphs(bundle: Path) -> BundleGraphs:
    """The graphs of a bundle, loaded once in each process."""
    return BundleGraphs.load(bundle)


class Answer(NamedTuple):
    """What the decoder wrote: the answer alone, the whole text, and its words' log-probabilities [A]."""

    answer: str
    text: str
    log_probabilities: np.ndarray


def question_arrays(record: Record) -> Arrays:
    """A question as answer.onnx takes it. Raises ValueError when it is longer than the model's question."""
    ids = encode_text(prompt(record.question, record.options))
    if len(ids) > NANO.question:
        raise ValueError(f"a question of {len(ids)} tokens; at most {NANO.question} fit")
    return {
        "question_ids": np.array(ids + [PAD] * (NANO.question - len(ids)), np.int32),
        "question_mask": np.arange(NANO.question) < len(ids),
        "task": np.array([task_token(record.question_type)], np.int32),
    }


def answer_question(graphs: Graphs, state: Arrays, record: Record) -> Answer:
    """The answer to a question about a memory's state."""
    written = graphs.answer(state | question_arrays(record))
    ids = written["token_ids"].tolist()
    return Answer(parse_output(ids)[1], decode_text(ids), written["log_probabilities"])
