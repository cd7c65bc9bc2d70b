"""A question while it is made: pieces of text with what they name, joined at the end into text and
mentions."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Piece:
    """Some text, the label of the thing that it names ('' none), and its role ('' none). `fixed` keeps noise
    out."""

    text: str
    thing: str = ""
    role: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Mention:
    """Characters `start` to `end` of a text name a thing ('' none) in a role ('' none)."""

    start: int
    end: int
    thing: str
    role: str


@dataclass(frozen=True)
class Text:
    """A question, or one option, with what it mentions."""

    text: str
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True)
class Example:
    """A question as it is asked, and how it should be read. `reason` is '' where there is a task."""

    question: Text
    options: tuple[Text, ...]
    task: str
    reason: str
    unit: str


@dataclass
class Draft:
    """An example's parts so far."""

    task: str
    reason: str = ""
    pieces: list[Piece] = field(default_factory=list)
    options: list[list[Piece]] = field(default_factory=list)
    unit: str = ""
    named: dict[str, Piece] = field(default_factory=dict)  # per role, what it was called last
    taken: set[str] = field(default_factory=set)  # categories that the question names
    listed: list[Piece] = field(default_factory=list)  # candidates, in their order


def join(pieces: list[Piece]) -> Text:
    """Pieces as one text: white space once between words, none at the ends."""
    text = ""
    mentions = []
    for piece in pieces:
        words = piece.text
        if not text or text[-1].isspace():
            words = words.lstrip()
        text += " ".join(words.split(" ")) if piece.fixed else words
        if (piece.thing or piece.role) and words.strip():
            start = len(text) - len(words.lstrip())
            mentions.append(Mention(start, start + len(words.strip()), piece.thing, piece.role))
    while "  " in text:
        cut = text.index("  ")
        text = text[:cut] + text[cut + 1 :]
        mentions = [replace(m, start=m.start - (m.start > cut), end=m.end - (m.end > cut)) for m in mentions]
    return Text(text.rstrip(), tuple(mentions))


def merged(pieces: list[Piece | str]) -> list[Piece]:
    """The pieces with neighbouring plain text made one, so that noise sees whole words."""
    found: list[Piece] = []
    for piece in pieces:
        piece = Piece(piece) if isinstance(piece, str) else piece
        plain = not (piece.thing or piece.role or piece.fixed)
        if plain and found and not (found[-1].thing or found[-1].role or found[-1].fixed):
            found[-1] = Piece(found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
