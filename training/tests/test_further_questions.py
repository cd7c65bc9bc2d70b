"""Questions of further tasks have exact answers that the scene itself gives."""

from questions.further_drafts import FURTHER_DRAFTERS, further_questions
from questions.records import Record
from questions.visibility import Visibility
from rendering.labels import token_labels
from world.categories import CATEGORIES
from world.scenes import make_scene
from world.walks import make_walk


def asked(seed: int) -> tuple[Visibility, list[Record]]:
    scene = make_scene(seed)
    walk = make_walk(scene, 0, 40)
    visibility = Visibility(scene, walk, token_labels(scene, walk.poses)["pixels"])
    return visibility, further_questions(scene, visibility, 6)


def option(record: Record) -> str:
    """The right option's words."""
    return next(text[3:] for text in record.options or [] if text[0] == record.ground_truth)


def test_every_task_is_asked() -> None:
    found = {record.question_type for seed in (3, 4, 5) for record in asked(seed)[1]}
    assert found == set(FURTHER_DRAFTERS)


def test_what_is_not_there_is_asked_about_as_often_as_what_is() -> None:
    visibility, records = asked(3)
    owned = {CATEGORIES[category] for category in visibility.by_category}
    existence = [record for record in records if record.question_type == "object_existence"]
    truths = [option(record) for record in existence]
    assert truths.count("yes") == truths.count("no") > 0
    for record in existence:
        assert any(f" {name} " in record.question for name in owned) == (option(record) == "yes")


def test_a_comparison_names_the_longer_one() -> None:
    visibility, records = asked(4)
    longest = {visibility.name(i): visibility.longest(i) for i in visibility.unique}
    compared = [record for record in records if record.question_type == "object_size_comparison"]
    assert compared
    for record in compared:
        names = [text[3:] for text in record.options or []]
        assert option(record) == max(names, key=longest.__getitem__)
