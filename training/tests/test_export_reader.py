"""A bundle that is exported anew keeps the reader that it has."""

import json
from pathlib import Path

import pytest

from export.parity import ParityError
from export.reader import FORMAT, described, keep_reader
from reading.canonical import GRAPH, TOKENIZER, section

MANIFEST = {"format": 1, "name": "new"}


def bundle_with_reader(folder: Path, labels: dict) -> Path:
    folder.mkdir()
    (folder / GRAPH).write_bytes(b"graph")
    (folder / TOKENIZER).write_text("words")
    reading = section() | {"labels": labels}
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT, "reading": reading}))
    return folder


def test_its_files_and_todays_section_go_with_it(tmp_path: Path) -> None:
    bundle = bundle_with_reader(tmp_path / "bundle", section()["labels"])
    staged = tmp_path / "staged"
    staged.mkdir()
    kept = keep_reader(bundle, staged, MANIFEST)
    assert kept == described(MANIFEST) == {"format": FORMAT, "name": "new", "reading": section()}
    assert (staged / GRAPH).read_bytes() == b"graph" and (staged / TOKENIZER).read_text() == "words"


def test_one_that_tells_other_labels_than_the_code_is_refused(tmp_path: Path) -> None:
    bundle = bundle_with_reader(tmp_path / "bundle", section()["labels"] | {"units": ["none"]})
    with pytest.raises(ParityError, match="other labels"):
        keep_reader(bundle, tmp_path, MANIFEST)


def test_a_bundle_without_one_gets_none(tmp_path: Path) -> None:
    assert keep_reader(tmp_path / "nothing", tmp_path, MANIFEST) == MANIFEST
