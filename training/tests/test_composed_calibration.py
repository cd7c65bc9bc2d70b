"""Composed answers are asked for by their things, and calibrated by how sure their parts are."""

from random import Random

import numpy as np

from evaluation.composed import things_of
from export.calibrate import sigmoid
from export.calibrate_composed import composed_weights, odds
from questions.drafts import Draft


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
    scored = [("object_location", 0.3 + 0.4 * rng.random(), float(rng.random() < 0.9)) for _ in range(600)]
    weights = composed_weights([*scored, ("object_existence", 0.5, 1.0)])
    assert set(weights) == {"object_location"}
    claimed = [
        sigmoid(np.float64(weights["object_location"]["bias"] + weights["object_location"]["odds"] * odds(p)))
        for _, p, _ in scored
    ]
    assert abs(np.mean(claimed) - np.mean([score for *_, score in scored])) < 0.02
