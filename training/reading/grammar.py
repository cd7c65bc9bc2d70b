"""The templates' grammar: `(a|b)` chooses, `[a]` may be left out, `<name>` is a part from macros.txt,
`{role:form}` a slot.

A backslash takes the next sign as it is. A line that begins with two spaces continues the line before it, a
space between.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Slot:
    """A place for a thing, a moment, a unit …: `{name:form}`."""

    name: str
    form: str = ""


@dataclass(frozen=True)
class Macro:
    """A named part."""

    name: str


@dataclass(frozen=True)
class Choice:
    """One of several sequences of parts."""

    options: tuple[tuple["Part", ...], ...]


Part = str | Slot | Macro | Choice
CLOSING = {"(": ")", "[": "]"}


def _parse(text: str, position: int, closing: str) -> tuple[Choice, int]:
    """The alternatives from a position up to `closing` ('' is the text's end), and where they end."""
    options: list[tuple[Part, ...]] = []
    parts: list[Part] = []
    while True:
        sign = text[position] if position < len(text) else ""
        position += 1
        if sign == closing or sign == "":
            if sign != closing:
                raise ValueError(f"{closing} is missing in {text}")
            return Choice((*options, tuple(parts))), position
        if sign == "|":
            options.append(tuple(parts))
            parts = []
        elif sign in CLOSING:
            inner, position = _parse(text, position, CLOSING[sign])
            parts.append(inner if sign == "(" else Choice((*inner.options, ())))
        elif sign in "{<":
            end = text.index("}" if sign == "{" else ">", position)
            name, _, form = text[position:end].partition(":")
            parts.append(Slot(name, form) if sign == "{" else Macro(name))
            position = end + 1
        else:
            if sign == "\\":
                sign, position = text[position], position + 1
            parts.append(sign)


def parse(text: str) -> Choice:
    """A template's alternatives. Raises ValueError where a bracket is not closed."""
    return _parse(text, 0, "")[0]


def lines_of(name: str, folder: Path = FOLDER) -> list[str]:
    """A template file's lines, put together, without comments."""
    lines: list[str] = []
    for line in (folder / name).read_text().splitlines():
        if line.startswith("  "):
            lines[-1] += " " + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    return lines


def sections(name: str) -> dict[str, list[Choice]]:
    """A template file's sections: heading (`== heading`) to templates."""
    found: dict[str, list[Choice]] = {}
    heading = ""
    for line in lines_of(name):
        if line.startswith("== "):
            heading = line.removeprefix("== ")
            found[heading] = []
        else:
            found[heading].append(parse(line))
    return found


def _macros() -> dict[str, Choice]:
    pairs = (line.split(" = ", 1) for line in lines_of("macros.txt"))
    return {name: parse(text) for name, text in pairs}


MACROS = _macros()


def expand(part: Part, rng: Random) -> list[str | Slot]:
    """One way to say a part, as literal text and slots. Raises KeyError for a macro that nobody wrote."""
    if isinstance(part, Macro):
        return expand(MACROS[part.name], rng)
    if isinstance(part, Choice):
        return [fragment for inner in rng.choice(part.options) for fragment in expand(inner, rng)]
    return [part]


def slots_of(part: Part) -> set[Slot]:
    """Every slot that a part may hold."""
    if isinstance(part, Slot):
        return {part}
    if isinstance(part, Macro):
        return slots_of(MACROS[part.name])
    if isinstance(part, Choice):
        return {slot for option in part.options for inner in option for slot in slots_of(inner)}
    return set()
