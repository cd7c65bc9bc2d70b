"""A question while it is made: fragments of text with what they name, joined at the end into text and
mentions."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Fragment:
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
    fragments: list[Fragment] = field(default_factory=list)
    options: list[list[Fragment]] = field(default_factory=list)
    unit: str = ""
    named: dict[str, Fragment] = field(default_factory=dict)  # per role, what it was called last
    taken: set[str] = field(default_factory=set)  # categories that the question names
    listed: list[Fragment] = field(default_factory=list)  # candidates, in their order


def join(fragments: list[Fragment]) -> Text:
    """Pieces as one text: white space once between words, none at the ends."""
    text = ""
    mentions = []
    for fragment in fragments:
        words = fragment.text
        if not text or text[-1].isspace():
            words = words.lstrip()
        text += " ".join(words.split(" ")) if fragment.fixed else words
        if (fragment.thing or fragment.role) and words.strip():
            start = len(text) - len(words.lstrip())
            mentions.append(Mention(start, start + len(words.strip()), fragment.thing, fragment.role))
    while "  " in text:
        double_space = text.index("  ")
        text = text[:double_space] + text[double_space + 1 :]
        mentions = [
            replace(m, start=m.start - (m.start > double_space), end=m.end - (m.end > double_space))
            for m in mentions
        ]
    return Text(text.rstrip(), tuple(mentions))


def merged(fragments: list[Fragment | str]) -> list[Fragment]:
    """The fragments with neighbouring plain text made one, so that noise sees whole words."""
    found: list[Fragment] = []
    for fragment in fragments:
        fragment = Fragment(fragment) if isinstance(fragment, str) else fragment
        plain = not (fragment.thing or fragment.role or fragment.fixed)
        if plain and found and not (found[-1].thing or found[-1].role or found[-1].fixed):
            found[-1] = Fragment(found[-1].text + fragment.text)
        else:
            found.append(fragment)
    return found
