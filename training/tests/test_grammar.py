"""The grammar takes every answer that the decoder is taught, and lets nothing else be written."""

import pytest
import torch

from evaluation.bundle_graphs import question_arrays
from export.manifest import KINDS
from model.grammar import NO_TASK, Grammar
from model.patterns import PATTERNS
from model.sizes import NANO
from model.trace import write_target
from model.vocabulary import EOS, ID, SIZE, TASK_TOKENS, TOKENS, decode_text, task_of
from questions.records import Record, make_questions
from questions.scoring import TASKS, VSTI_TASKS
from rendering.labels import token_labels
from world.categories import CATEGORIES, PLURALS
from world.scenes import make_scene
from world.walks import make_walk


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar()


@pytest.fixture(scope="module")
def records() -> list[Record]:
    found = []
    for seed in range(24):
        scene = make_scene(seed)
        walk = make_walk(scene, 0, 40)
        visible = token_labels(scene, walk.poses)["pixels"]
        found += make_questions(scene, walk, visible, 0, per_task=3, tasks=TASKS + VSTI_TASKS)
    return found


class Written:
    """A text while it is written: what may come next, and its state."""

    def __init__(self, grammar: Grammar, record: Record, task: int | None = None):
        asked = {name: torch.from_numpy(array) for name, array in question_arrays(record).items()}
        self.grammar = grammar
        self.members = grammar.members(asked["question_ids"], asked["question_mask"])
        self.state = grammar.begin(asked["task"] if task is None else torch.tensor([task]))[0]

    def may_come(self) -> set[int]:
        held = self.grammar.held(torch.zeros(SIZE), self.state, self.members)
        return set((held == 0).nonzero().flatten().tolist())

    def write(self, token: int) -> None:
        self.state = self.grammar.next(self.state, torch.tensor(token), self.members)


def refused_at(written: Written, ids: list[int]) -> int | None:
    """The place of the first token that cannot stand where it does."""
    for place, token in enumerate(ids):
        if token not in written.may_come():
            return place
        written.write(token)
    return None


def test_whatever_the_decoder_is_taught_to_write_may_be_written(
    grammar: Grammar, records: list[Record]
) -> None:
    assert {task_of(record.question_type) for record in records} == set(PATTERNS) == set(KINDS)
    for record in records:
        assert refused_at(Written(grammar, record), write_target(record).ids) is None, record.question


def test_whatever_is_written_at_random_is_of_the_question(grammar: Grammar, records: list[Record]) -> None:
    torch.manual_seed(1)
    for record in records:
        task = task_of(record.question_type)
        written, ids = Written(grammar, record), []
        while not ids or ids[-1] != EOS:
            likely = grammar.held(torch.randn(SIZE), written.state, written.members)
            ids.append(int(likely.argmax()))
            written.write(ids[-1])
        assert len(ids) <= NANO.answer
        trace, answer = decode_text(ids).split(" <answer> ")
        assert trace.split()[0] == TASK_TOKENS[task]
        assert "<" not in trace.removeprefix(TASK_TOKENS[task])
        asked = set(question_arrays(record)["question_ids"].tolist())
        things = [word for word in trace.split() if word in CATEGORIES and word != "floor"]
        assert all(asked & {ID[word], ID[PLURALS[CATEGORIES.index(word)]]} for word in things)
        if record.options:
            assert answer in [option[0].lower() for option in record.options]
        else:
            assert float(answer) >= 0 and (answer.isdigit() or task != "object_counting")


def test_a_thing_cannot_stand_for_another_nor_before_its_turn(
    grammar: Grammar, records: list[Record]
) -> None:
    for record in records:
        ids = write_target(record).ids
        things = [place for place, token in enumerate(ids) if TOKENS[token] in CATEGORIES[3:]]
        if task_of(record.question_type) == "object_abs_distance":
            first, second = things
            for wrong in ({ID[name] for name in CATEGORIES[3:]} - {ids[first]}) | {ids[second]}:
                assert refused_at(Written(grammar, record), [*ids[:first], wrong]) == first
            assert refused_at(Written(grammar, record), [*ids[:second], ids[first]]) == second


def test_an_answer_of_another_kind_a_second_task_and_letters_that_nobody_offered_are_refused(
    grammar: Grammar, records: list[Record]
) -> None:
    for record in records:
        ids = write_target(record).ids
        written = Written(grammar, record)
        assert refused_at(written, ids[:-2]) is None
        tokens = {TOKENS[token] for token in written.may_come()}
        if record.options:
            assert tokens == {option[0].lower() for option in record.options}
        else:
            counts = {"0", "2", "17"}
            assert (
                counts <= tokens if task_of(record.question_type) == "object_counting" else "3.58" in tokens
            )
            assert not tokens & {"a", "<eos>", "m23.5", *TASK_TOKENS.values()}


def test_without_a_task_any_may_begin_and_the_rest_is_held_to_it(
    grammar: Grammar, records: list[Record]
) -> None:
    for record in records[:40]:
        written = Written(grammar, record, NO_TASK)
        assert written.may_come() == {ID[token] for token in TASK_TOKENS.values()}
        assert refused_at(written, write_target(record).ids) is None


def test_what_names_nothing_is_still_answered_to_the_end(grammar: Grammar, records: list[Record]) -> None:
    torch.manual_seed(2)
    for task, token in TASK_TOKENS.items():
        nothing = Record(0, "", "", task, "what is it", None, "", False, [])
        written, ids = Written(grammar, nothing, ID[token]), []
        for _ in range(NANO.answer):
            ids.append(int(grammar.held(torch.randn(SIZE), written.state, written.members).argmax()))
            written.write(ids[-1])
        assert EOS in ids, decode_text(ids)
