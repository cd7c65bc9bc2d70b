"""Composed answers are asked for by their things, and calibrated by how sure their parts are."""

import re
from random import Random

import numpy as np
import pytest

from evaluation.composed import things_of
from export.calibrate import sigmoid
from export.calibrate_composed import (
    Asked,
    Signs,
    composed_weights,
    existence_weights,
    lead_of,
    odds,
    print_scores,
    seen_weights,
)
from questions.drafts import Draft
from world.categories import CATEGORIES


def test_things_are_told_with_their_roles_and_those_of_the_options_after_them() -> None:
    counted = Draft({"a": "shelves", "b": "beds", "place": "room"}, None, "3", [])
    assert things_of("object_counting_several", counted) == [
        {"thing": "shelf", "role": "candidate", "source": 0},
        {"thing": "bed", "role": "candidate", "source": 0},
    ]
    nearer = Draft({"a": "door", "b": "bed", "c": "lamp"}, ["A. lamp", "B. bed"], "A", [])
    told = [
        (each["thing"], each["role"], each["source"]) for each in things_of("object_rel_distance_few", nearer)
    ]
    assert told[:1] == [("door", "anchor", 0)] and told[3:] == [
        ("lamp", "candidate", 1),
        ("bed", "candidate", 2),
    ]


def test_answers_that_claim_too_little_claim_more_afterwards() -> None:
    rng = Random(1)
    scored = [
        Asked("object_location", 0.3 + 0.4 * rng.random(), float(rng.random() < 0.9)) for _ in range(600)
    ]
    others = [Asked("object_existence", 0.5, 1.0), Asked("object_location", None, 0.0)]
    weights = composed_weights([*scored, *others])
    assert set(weights) == {"object_location"}
    claimed = [
        sigmoid(np.float64(weights["object_location"]["bias"] + weights["object_location"]["odds"] * odds(p)))
        for _, p, _ in scored
    ]
    assert abs(np.mean(claimed) - np.mean([score for *_, score in scored])) < 0.02


def test_a_task_is_told_with_its_refusals_which_are_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    print_scores([*[Asked("object_location", 0.5, 1.0)] * 3, Asked("object_location", None, 0.0)])
    assert capsys.readouterr().out.split() == [
        *("object_location", "75.0", "±", "21.7", "(4", "questions,", "25.0%", "refused)"),
    ]


def test_what_is_little_perceived_for_its_category_and_no_landmark_is_taken_for_unseen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = Random(1)
    doors, stools = CATEGORIES.index("door"), CATEGORIES.index("stool")
    samples = []
    for category, usual in ((doors, 300.0), (stools, 9.0)):
        well = [Signs(category, usual * (0.5 + rng.random()), rng.random(), True) for _ in range(300)]
        # as few tokens of a door that is not there as there are of a stool that is
        none = [Signs(category, usual * 0.03 * rng.random(), 0.0, False) for _ in range(300)]
        samples += [*well, *none]
    weights = seen_weights(samples)
    assert weights["few"] == pytest.approx({"door": 15, "stool": 0.45}, rel=0.1)
    printed = re.findall(r"below ([0-9.]+): ([0-9.]+)% of the well seen, (\d+)%", capsys.readouterr().out)
    assert ("0.05", "0.0", "100") in printed
    assert weights["tokens"] > 0 and weights["landmark"] > 0


def test_existence_hangs_on_the_lead_of_a_place_on_what_was_perceived_and_on_landmarks() -> None:
    rng = np.random.default_rng(1)
    leads, terms, landmarks = rng.normal(0, 2, 4000), rng.uniform(0, 5, 4000), rng.random(4000)
    there = rng.random(4000) < sigmoid(-3 + 1.2 * leads + terms + 0.8 * landmarks)
    few = {CATEGORIES[1]: 2.0}
    signs = [
        Signs(1, 2 * float(np.expm1(term)), float(landmark), bool(is_there))
        for term, landmark, is_there in zip(terms, landmarks, there, strict=True)
    ]
    weights = existence_weights(list(zip(leads.tolist(), signs, strict=True)), few)
    assert weights == pytest.approx({"bias": -3, "lead": 1.2, "tokens": 1, "landmark": 0.8}, abs=0.3)
    yes, no = ({"choice": choice, "confidence": 0.9} for choice in "AB")
    assert lead_of(yes) == pytest.approx(np.log(9)) == pytest.approx(-lead_of(no))
