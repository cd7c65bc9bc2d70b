"""How long things usually are, by what the benchmark asks about them and by catalogues of furniture."""

import json
from pathlib import Path

import numpy as np
import pytest

from eyes.furniture import KINDS, category_of
from eyes.sizes import FEWEST, LEAST_SPREAD, asked, usual

THINGS = json.loads((Path(__file__).parents[2] / "models" / "eyes" / "things.json").read_text())["categories"]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Football table", "pool table"),
        ("Table with tablecloth", "table"),
        ("Tablet", None),
        ("Bar stool", "stool"),
        ("Pedestal vase lamp", "lamp"),
        ("Street lamp", None),
        ("Armchair ottoman", "stool"),
        ("Winchester armchair", "chair"),
        ("Double French window small panes", "window"),
        ("Window blind", "curtain"),
        ("Screen door", "door"),
        ("Piano bench", None),
        ("Toilet brush", None),
    ],
)
def test_a_model_is_what_its_name_says(name: str, category: str | None) -> None:
    assert category_of(name) == category


def test_furniture_is_called_as_eyes_call_things() -> None:
    names = {category["name"] for category in THINGS}
    assert {kind for kind, _ in KINDS if kind is not None} - names <= {"stool", "picture"}


def test_a_question_is_about_the_category_that_people_call_so(tmp_path: Path) -> None:
    def line(thing: str, kind: str = "object_size_estimation") -> str:
        words = (
            f"What is the length of the longest dimension (length, width, or height) of the {thing}, in cm?"
        )
        return json.dumps(
            {"dataset": "scans", "question_type": kind, "question": words, "ground_truth": "96"}
        )

    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join([line("tv"), line("unicorn"), line("tv", "object_counting")]))
    assert asked(path, THINGS) == [("scans", "television", 0.96)]


def test_what_is_usual_is_the_median_and_the_spread_of_logarithms() -> None:
    lengths = np.exp(np.random.default_rng(0).normal(np.log(2), 0.3, 4000))
    metres, spread = usual(("bed", length) for length in lengths)["bed"]
    assert metres == pytest.approx(2, abs=0.05)
    assert spread == pytest.approx(0.3, abs=0.02)
    # a few that are all alike are no proof that others are
    assert usual([("cup", 0.1)] * FEWEST)["cup"] == (0.1, LEAST_SPREAD)
    assert usual([("cup", 0.1)] * (FEWEST - 1)) == {}
