"""The vocabulary, its tokenizer file and the decoder's own language."""

import json
import re

import pytest

from export.tokenizer import tokenizer_json
from model.sizes import NANO
from model.trace import parse_output, write_target
from model.vocabulary import (
    ANSWER,
    EOS,
    ID,
    SIZE,
    TOKENS,
    UNKNOWN,
    decode_text,
    encode_text,
    number_token,
    prompt,
    soft_targets,
)
from questions.scoring import TASKS, VSTI_TASKS
from training.texts import SEQUENCES, batch_texts, text_records


def encode_by_file(text: str) -> list[int]:
    """What a reader of tokenizer.json gives: its normalizer, its pattern, its vocabulary."""
    file = json.loads(json.dumps(tokenizer_json()))
    vocabulary = file["model"]["vocab"]
    words = [word for word in re.split(file["pre_tokenizer"]["pattern"]["Regex"], text.lower()) if word]
    return [vocabulary.get(word, vocabulary[file["model"]["unk_token"]]) for word in words]


def test_every_training_question_is_made_of_known_words_and_fits_with_its_trace() -> None:
    for record in text_records(range(12), tasks=TASKS + VSTI_TASKS):
        ids = encode_text(prompt(record.question, record.options))
        assert UNKNOWN not in ids
        assert len(ids) <= NANO.question
        assert len(write_target(record).ids) <= NANO.answer


def test_the_tokenizer_file_cuts_text_as_training_does() -> None:
    for text in [
        "How many chairs?",
        "A. front-left\nB. back-right",
        "  ",
        "Zebra: 12,5 <answer>",
        "TABLE(s)",
    ]:
        assert encode_by_file(text) == encode_text(text)


def test_the_tokenizer_file_cuts_text_as_the_library_does() -> None:
    tokenizers = pytest.importorskip("tokenizers")
    library = tokenizers.Tokenizer.from_str(json.dumps(tokenizer_json()))
    for record in text_records(range(3)):
        text = prompt(record.question, record.options)
        assert library.encode(text).ids == encode_text(text)


def test_what_the_decoder_is_taught_reads_back_as_the_objects_and_the_answer() -> None:
    for record in text_records(range(6), tasks=TASKS + VSTI_TASKS):
        ids = write_target(record).ids
        things, answer = parse_output(ids)
        assert ids[-1] == EOS and ids.count(ANSWER) == 1
        assert sorted(thing["category"] for thing in things[: len(record.trace)]) == sorted(
            line["category"] for line in record.trace
        )
        assert answer.lower() == record.ground_truth.lower() or abs(
            float(answer) - float(record.ground_truth)
        ) <= 0.03 * float(answer)


def test_tokens_are_distinct_and_text_round_trips() -> None:
    assert len(set(TOKENS)) == SIZE
    text = "<distance> chair x-1.2 z3.4 <answer> 3"
    assert decode_text([*(ID[word] for word in text.split()), EOS, 0, 0]) == text


def test_numbers_take_the_nearest_token() -> None:
    assert TOKENS[number_token("x", -1.26)] == "x-1.2"
    assert TOKENS[number_token("z", 100.0)] == "z16"
    assert TOKENS[number_token("t", 12)] == "t12" and TOKENS[number_token("t", 1000)] == "t400"
    assert TOKENS[number_token("y", -0.52)] == "y-0.5"


def test_every_second_that_a_question_may_name_has_a_word() -> None:
    assert UNKNOWN not in encode_text(" ".join(str(second) for second in range(401)))


def test_soft_targets_are_distributions_around_the_truth() -> None:
    table = soft_targets()
    assert table.sum(-1).allclose(table.new_ones(SIZE))
    assert (table.argmax(-1) == table.new_tensor(range(SIZE)).long()).all()


def test_a_sequence_is_told_by_its_words_at_their_ranks() -> None:
    records = [record for record in text_records(range(40)) if record.question_type in SEQUENCES]
    assert {record.question_type for record in records} == set(SEQUENCES)
    texts = batch_texts(records, [(0.0, 0.0, 0.0)] * len(records))
    for record, target, looks in zip(records, texts.target.tolist(), texts.chosen, strict=True):
        answer, length = target.index(ANSWER) + 1, texts.question.shape[1]
        right = next(option[3:] for option in record.options if option[0] == record.ground_truth)
        words = [word.split()[-1].lower() for word in right.split(", ")]
        met = [place - length - 1 for place in looks[answer].nonzero().flatten().tolist()]
        assert [TOKENS[target[place]] for place in met] == words
        for rank, place in enumerate(met):
            alike = sum(
                option[3:].split(", ")[rank].split()[-1].lower() == words[rank] for option in record.options
            )
            assert looks[place + 1].sum() == alike
