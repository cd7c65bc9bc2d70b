"""The reader: its templates, its words, and what the shipped graph reads."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from export.reader import FORMAT
from questions.wording import WORDINGS
from reading import own_words
from reading.batches import MASK, SKIP, batch, hidden, loss, texts_of
from reading.canonical import FURTHER, GRAPH, section, task_section, wording
from reading.decode import Found, Group, Read, assign, called, decode
from reading.fragments import Example
from reading.generate import REASON_KEYS, STYLES, TEMPLATES, Source, make_example
from reading.grammar import Slot, parse, slots_of
from reading.graph import ReadGraph, float_graph, quantized, weights
from reading.labels import NONE, NOTHING, OTHER, REASONS, ROLES, TASKS, THINGS, UNIT_LABELS
from reading.net import Reader
from reading.things import (
    ATTRIBUTES,
    FOREIGN,
    HEADS,
    KNOWN_FOREIGN,
    NEAR_MISSES,
    PLAIN,
    SYNONYMS,
    name_thing,
    plural,
)
from reading.validation import named
from reading.words import PACKAGE, sequence, words_of
from reading.words import SHIPPED as TOKENIZER

if importlib.util.find_spec(PACKAGE) is None and not TOKENIZER.exists():
    pytest.skip("neither the encoder's package nor its tokenizer is here", allow_module_level=True)

FOLDER = Path(__file__).parent
BUNDLE = FOLDER.parents[1] / "models" / "loci-nano"
SHIPPED = (BUNDLE / GRAPH).exists()
TOKENS = json.loads((FOLDER / "reading-tokens.json").read_text())
READINGS = json.loads((FOLDER / "readings.json").read_text())
# `misread` marks what the shipped reader does not read yet; a better one takes the mark away.
READ_BY_SHIPPED = [case for case in READINGS if not case.get("misread", False)]
# Slots of templates that stand for several mentions.
SEVERAL = {"candidates": "candidate", "given": "candidate"}


def made(count: int, seed: str = "tests") -> list:
    rng = Random(seed)
    return [make_example(rng) for _ in range(count)]


def faced(example: Example) -> set[str]:
    """The categories that are faced."""
    return {m.thing for m in example.question.mentions if m.role == "facing" and m.thing != OTHER}


def test_every_task_has_templates_for_each_role_that_its_question_needs() -> None:
    for label in TASKS[1:]:
        slots = {slot.name for line in TEMPLATES[label, ""] for slot in slots_of(line)}
        named_roles = {SEVERAL.get(name, name) for name in slots}
        wanted = {slot["role"] for slot in task_section(label)["slots"].values() if "role" in slot}
        assert wanted <= named_roles, label


def test_every_reason_has_templates() -> None:
    assert {reason for _, reason in REASON_KEYS} == set(REASONS)


def test_the_canonical_wordings_are_those_that_training_asks_first() -> None:
    assert wording("object_counting").format(target="chairs", place="room") == WORDINGS["object_counting"][
        0
    ].format(plural="chairs", place="room")
    nearest = wording("object_rel_distance").format(anchor="bed", candidates="sofa, lamp, box or door")
    asked = WORDINGS["object_rel_distance"][0].format(a="bed", b="sofa", c="lamp", d="box", e="door")
    assert nearest == asked
    turned = wording("object_rel_direction_hard").format(at="bed", facing="sofa", target="lamp")
    assert turned == WORDINGS["object_rel_direction_hard"][0].format(a="bed", b="sofa", c="lamp")


def test_the_section_describes_every_task_with_slots_for_all_places_of_its_wording() -> None:
    described = section()
    assert list(described["tasks"]) == TASKS[1:]
    for label, task in described["tasks"].items():
        assert task["wording"].format(**{name: name for name in task["slots"]})
        assert label in FURTHER or task["task"] in "".join(WORDINGS)
    assert described["labels"]["things"] == THINGS


def test_examples_say_where_their_mentions_stand() -> None:
    for example in made(1500):
        for text in (example.question, *example.options):
            for mention in text.mentions:
                words = text.text[mention.start : mention.end]
                assert words and words == words.strip()
                assert (mention.thing or NOTHING) in THINGS
                assert (mention.role or NONE) in ROLES
        assert example.task in TASKS and example.unit in UNIT_LABELS
        assert (example.task == NONE) == (example.reason in REASONS)


def test_an_example_without_typing_errors_names_what_its_words_mean() -> None:
    known = {word: category for category, words in SYNONYMS.items() for word in words}
    known |= {plural(word): category for word, category in known.items()}
    foreign = {*FOREIGN, *NEAR_MISSES}
    seen = set()
    for example in made(3000):
        for mention in example.question.mentions:
            words = example.question.text[mention.start : mention.end]
            if words in known:
                assert mention.thing in ("", known[words])
                seen.add(mention.thing)
            elif words in foreign:
                assert mention.thing in ("", OTHER)
    assert len(seen) > 13


def test_every_style_says_the_question_and_what_it_tells_beside_has_no_role() -> None:
    assert all(Slot("question") in slots_of(line) for lines in STYLES.values() for line in lines)
    passing = [e for e in made(1500, "styles") for m in e.question.mentions if m.thing and not m.role]
    assert any(e.task == "object_counting" for e in passing)


def test_what_a_route_walks_to_is_a_stop_also_where_it_was_faced() -> None:
    routes = [e for e in made(3000, "stops") if e.task == "route_planning"]
    roles = [{m.role for m in e.question.mentions if m.thing == thing} for e in routes for thing in faced(e)]
    assert {"facing", "step"} in roles
    assert {"facing"} in roles


def test_no_thing_is_both_a_category_and_foreign() -> None:
    known = {word for words in SYNONYMS.values() for word in words}
    assert not known & {*FOREIGN, *NEAR_MISSES}
    assert len({*FOREIGN, *NEAR_MISSES}) > 700


def test_validation_draws_from_templates_that_training_does_not_see() -> None:
    for key in TEMPLATES:
        kept, left = Source(True).lines(key), Source(False).lines(key)
        assert kept and left and not set(map(id, kept)) & set(map(id, left))


def test_a_bracket_that_is_not_closed_is_an_error() -> None:
    with pytest.raises(ValueError, match="missing"):
        parse("how (many|much {target:p}")


@pytest.mark.parametrize("case", TOKENS, ids=lambda case: repr(case["text"][:30]))
def test_words_and_ids_are_those_of_the_fixture(case: dict) -> None:
    found = [[word.start, word.end, list(word.ids)] for word in words_of(case["text"])]
    assert found == case["words"]


def test_a_sequence_holds_the_question_then_the_options() -> None:
    read = sequence(["how many?", "two", "three chairs"])
    assert len(read.ids) == len(read.segments) == 1 + 3 + 1 + 1 + 1 + 2 + 1
    assert read.segments == [0] * 5 + [1] * 5
    assert [[word.ids[0] for word, _ in words] for words in read.words] == [
        [read.ids[place] for _, place in words] for words in read.words
    ]


def outputs_for(words: list[tuple[int, str, str, bool]], length: int) -> dict[str, np.ndarray]:
    """Outputs that are sure of a thing, a role and a start at some tokens, and of nothing elsewhere."""
    things, roles = np.full((length, len(THINGS)), -9.0), np.full((length, len(ROLES)), -9.0)
    starts = np.zeros(length)
    things[:, 0] = roles[:, 0] = -0.1
    for place, thing, role, begins in words:
        things[place], roles[place] = -9.0, -9.0
        things[place, THINGS.index(thing)] = roles[place, ROLES.index(role)] = -0.1
        starts[place] = begins
    whole = {
        name: np.full(len(labels), -9.0)
        for name, labels in (("task", TASKS), ("reason", REASONS), ("unit", UNIT_LABELS))
    }
    whole["task"][TASKS.index("object_abs_distance")] = whole["reason"][0] = whole["unit"][0] = -0.1
    return whole | {"things": things, "roles": roles, "starts": starts}


def test_words_join_into_mentions_until_another_begins() -> None:
    texts = ["bed box lamp stand"]
    read = sequence(texts)
    places = [place for _, place in read.words[0]]
    outputs = outputs_for(
        [
            (places[0], "bed", "first", True),
            (places[1], "box", "second", True),
            (places[2], "lamp", "none", True),
            (places[3], "lamp", "none", False),
        ],
        len(read.ids),
    )
    got = decode(texts, read, outputs)
    assert [(m.text, m.thing, m.role) for m in got.mentions[0]] == [
        ("bed", "bed", "first"), ("box", "box", "second"), ("lamp stand", "lamp", "none"),
    ]  # fmt: skip


def liking(thing: str, **roles: float) -> Group:
    """A mention with these roles' log-probabilities; the others are out of the question."""
    values = np.full(len(ROLES), -20.0, np.float32)
    for role, value in roles.items():
        values[ROLES.index(role)] = value
    return Group(thing, thing, values)


def test_each_role_of_one_thing_gets_a_thing_of_its_own() -> None:
    unsure = [liking("bed", first=-0.2, second=-2.0), liking("door", first=-0.5, second=-0.9)]
    assert assign("object_abs_distance", unsure) == ["first", "second"]
    named_twice = [
        liking("bed", at=-0.1), liking("door", facing=-0.1, target=-3.0), liking("lamp", target=-0.1),
        liking("door", facing=-3.0, target=-0.1),
    ]  # fmt: skip
    assert assign("object_rel_direction_easy", named_twice) == ["at", "facing", "target", "facing"]


def test_a_thing_that_is_only_talked_about_takes_no_role_that_is_empty() -> None:
    alone = [liking("bed", first=-0.1), liking("sofa", none=-0.01, second=-9.0)]
    assert assign("object_abs_distance", alone) == ["first", "none"]


def test_a_route_has_one_goal_and_the_last_step_is_it_where_none_is_named() -> None:
    start = [liking("bed", at=-0.1), liking("door", facing=-0.1)]
    two = [*start, liking("sofa", goal=-0.1), liking("lamp", goal=-0.5, step=-1.0)]
    assert assign("route_planning", two) == ["at", "facing", "goal", "step"]
    stops = [*start, liking("sofa", step=-0.1), liking("lamp", step=-0.1)]
    assert assign("route_planning", stops) == ["at", "facing", "step", "goal"]


def test_a_route_ends_at_nothing_that_it_faces_where_it_names_another() -> None:
    start = [liking("bed", at=-0.1), liking("door", facing=-0.1)]
    again = [*start, liking("sofa", step=-0.1), liking("door", goal=-0.1)]
    assert assign("route_planning", again) == ["at", "facing", "goal", "step"]
    assert assign("route_planning", [*start, liking("sofa", none=-0.1, goal=-3.0)])[2] == "goal"
    unknown = [liking(OTHER, at=-0.1), start[1], liking("sofa", step=-0.1), liking(OTHER, goal=-0.1)]
    assert assign("route_planning", unknown) == ["at", "facing", "step", "goal"]


def test_what_is_not_known_is_named_in_passing_where_known_things_are_enough() -> None:
    known = [liking("bed", first=-0.1), liking("lamp", none=-0.1, second=-2.0)]
    assert assign("object_abs_distance", [*known, liking(OTHER, second=-0.2, none=-2.0)]) == [
        "first", "second", "none",
    ]  # fmt: skip
    statue = [liking(OTHER, target=-0.1), liking("lamp", none=-0.1, target=-2.0)]
    assert assign("object_size_estimation", statue) == ["target", "none"]


def test_a_task_that_is_not_likely_enough_is_none_and_unclear() -> None:
    texts = ["how many"]
    read = sequence(texts)
    outputs = outputs_for([], len(read.ids))
    outputs["task"][:] = -3.3
    got = decode(texts, read, outputs)
    assert (got.task, got.reason) == (NONE, "unclear")


def test_only_a_words_first_token_is_learnt_from() -> None:
    example = next(e for e in made(200) if e.question.mentions and e.task != NONE)
    _, target = batch([example])
    words = sum(map(len, sequence(texts_of(example)).words))
    assert int((target.things != SKIP).sum()) == words


def test_the_exported_graph_gives_what_the_net_gives() -> None:
    torch.manual_seed(0)
    reader = Reader().eval()
    tokens, target = batch([next(e for e in made(50) if e.options)])
    assert torch.isfinite(loss(reader(tokens), target))
    ids, segments = tokens.ids[0].tolist(), tokens.segments[0].tolist()
    model = float_graph(reader)
    exact, rounded = ReadGraph(model).run(ids, segments), ReadGraph(quantized(model)).run(ids, segments)
    with torch.no_grad():
        wanted = reader(tokens)
    assert np.abs(exact["task"] - wanted.task.log_softmax(-1)[0].numpy()).max() < 0.05
    for name, value in exact.items():
        assert np.abs(rounded[name] - value).max() < 0.3, name


def test_a_graph_gives_back_the_reader_that_it_was_made_of() -> None:
    torch.manual_seed(2)
    reader = Reader().eval()
    for weight in reader.parameters():  # as trained: equal ones are stored once
        torch.nn.init.normal_(weight, std=0.05)
    learned = {name: value for name, value in reader.state_dict().items() if "." in name}
    found = weights(quantized(float_graph(reader)))
    tables = {"words.weight", "positions.weight", "kinds.weight"}
    assert set(learned) - tables == set(found) - tables
    for name in set(found) - tables:
        furthest = (found[name] - learned[name]).abs().max()
        assert furthest <= learned[name].abs().max() / 100, name


def test_words_that_name_nothing_are_hidden_now_and_then_and_no_others() -> None:
    torch.manual_seed(3)
    tokens, target = batch(made(400, "hidden"))
    shown = hidden(tokens, target).ids
    changed = shown != tokens.ids
    assert 0.01 < changed.sum() / tokens.mask.sum() < 0.05
    assert (shown[changed] == MASK).all()
    assert (target.things[changed] == THINGS.index(NOTHING)).all()
    assert set(target.roles[changed].tolist()) <= {SKIP, ROLES.index(NONE)}


def test_a_name_of_two_words_is_that_of_its_last_one() -> None:
    rng = Random("compounds")
    of_two = {name_thing(rng, 0.3, set()) for _ in range(4000)}
    last = {head: category for category, heads in HEADS.items() for head in heads}
    for name, label in of_two:
        first, _, end = name.partition(" ")
        if first in ATTRIBUTES and end in last and name not in KNOWN_FOREIGN:
            assert label == last[end], name
        if first in last and end in PLAIN and name not in {*KNOWN_FOREIGN, *SYNONYMS[last[first]]}:
            assert label == OTHER, name


def test_a_thing_goes_by_each_of_its_names() -> None:
    assert called("Book  case") == "shelf"
    assert called("barstools") == "stool"
    assert called("toaster") == OTHER


def test_names_are_found_for_every_text() -> None:
    example = next(e for e in made(100) if e.options)
    assert len(named(example)) == 1 + len(example.options)


def is_read(graph: ReadGraph, case: dict) -> bool:
    """Whether a graph tells a question's task, unit and the mentions that have a role."""
    got = graph.read([case["question"], *case["options"]])
    if case["task"] == NONE:
        return got.task == NONE
    found = [[[m.text, m.thing, m.role] for m in text if m.role != NONE] for text in got.mentions]
    return (got.task, got.unit, found) == (case["task"], case["unit"], case["mentions"])


if SHIPPED:  # these look at the graph of the bundle, which is optional

    def test_the_manifest_describes_the_shipped_reader() -> None:
        manifest = json.loads((BUNDLE / "manifest.json").read_text())
        assert manifest["format"] >= FORMAT
        assert manifest["reading"] == section()
        assert {GRAPH, "reading-tokenizer.json"} <= set(manifest["files"])

    @pytest.mark.parametrize("case", READ_BY_SHIPPED, ids=lambda case: case["question"][:40])
    def test_the_shipped_reader_reads(case: dict) -> None:
        assert is_read(ReadGraph.of(BUNDLE), case)

    def test_the_shipped_reader_reads_generated_questions() -> None:
        graph = ReadGraph.of(BUNDLE)
        tasks = [graph.read(texts_of(e)).task == e.task for e in made(200, "shipped")]
        assert np.mean(tasks) > 0.95


@pytest.mark.skipif(not SHIPPED, reason="the bundle has no reader")
def test_the_shipped_reader_reads_questions_of_validation() -> None:
    told = own_words.report(ReadGraph.of(BUNDLE).read)
    assert told["read right"] >= 0.95 * told["answerable"]
    assert told["refused"] >= 0.95 * told["unanswerable"]


def test_a_question_of_validation_is_read_wrongly_where_one_part_is() -> None:
    line = next(line for line in own_words.lines() if line.task == "object_abs_distance" and line.unit == "m")
    things = [Found(thing, thing, role) for thing, role in sorted(line.things)]
    right = Read(line.task, 1.0, "", "m", [things])
    assert own_words.faults(line, right) == []
    assert own_words.faults(line, replace(right, task="object_counting")) == ["task"]
    assert own_words.faults(line, replace(right, unit="cm")) == ["unit"]
    assert own_words.faults(line, replace(right, mentions=[things[:1]])) == ["things"]
    assert own_words.faults(line, replace(right, task=NONE, reason="unclear")) == ["task"]
