"""How people type: slips of the finger, short forms, words left out."""

import re
from dataclasses import replace
from random import Random

from reading.fragments import Fragment

ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
NEIGHBOURS = {
    letter: [row[k] for k in (place - 1, place + 1) if 0 <= k < len(row)]
    for row in ROWS
    for place, letter in enumerate(row)
}
SHORT = {
    "you": "u",
    "are": "r",
    "please": "pls",
    "the": "da",
    "and": "n",
    "that": "dat",
    "to": "2",
    "what": "wat",
    "there": "ther",
    "your": "ur",
    "between": "btw",
    "with": "w",
    "is": "s",
    "how": "hw",
    "many": "mny",
    "from": "frm",
    "closest": "closst",
    "number": "nr",
    "because": "cuz",
    "want": "wanna",
}
SLIPPED = {"the": ["teh", "hte", "th"], "and": ["an", "adn", "&", "nd"], "for": ["fro"], "how": ["hwo", "ho"]}
SOUNDS = [
    ("ph", "f"),
    ("ght", "t"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("ie", "ei"),
    ("ll", "l"),
    ("ss", "s"),
    ("tt", "t"),
    ("ai", "ay"),
    ("ck", "k"),
    ("oo", "ou"),
    ("igh", "i"),
    ("er", "ar"),
    ("or", "er"),
    ("c", "k"),
    ("ou", "u"),
    ("wh", "w"),
    ("dg", "g"),
    ("mb", "m"),
    ("bb", "b"),
    ("rr", "r"),
    ("pp", "p"),
    ("ey", "y"),
]


FILLERS = ["um", "uh", "er", "like", "you know", "well", "erm", "i mean", "so", "kind of"]


def hesitated(text: str, rng: Random) -> str:
    """Text as somebody dictates it: now and then a filler, or a word said twice."""
    found: list[str] = []
    for word in text.split(" "):
        found.append(word)
        if word and rng.random() < 0.1:
            found.append(word if word.isalpha() and rng.random() < 0.3 else rng.choice(FILLERS))
    return " ".join(found)


def unpunctuated(text: str) -> str:
    """Text without the signs that end a sentence or part one."""
    return re.sub(r"[,.;:?!]+(?=\s|$)", "", text)


def misspell(word: str, rng: Random) -> str:
    """A word with one slip: two letters swapped, one lost, doubled, hit beside, or written as it sounds."""
    place = rng.randrange(1, len(word) - 1) if len(word) > 3 else 0
    kind = rng.choice(("swap", "drop", "double", "beside", "sound", "drop", "swap"))
    if kind == "sound":
        found = [(a, b) for a, b in SOUNDS if a in word]
        if found:
            a, b = rng.choice(found)
            return word.replace(a, b, 1)
        kind = "drop"
    if len(word) < 4:
        return word
    if kind == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    return word[:place] + rng.choice(NEIGHBOURS.get(word[place], [word[place]])) + word[place + 1 :]


def _words(text: str, change) -> str:
    return re.sub(r"[a-z]+", lambda found: change(found.group()), text)


def typed(fragments: list[Fragment], rng: Random) -> list[Fragment]:
    """The fragments as somebody types them; most people type well."""
    chance = rng.random()
    slips = 0.35 if chance < 0.04 else 0.14 if chance < 0.2 else 0.0
    short, dropped = rng.random() < 0.06, rng.random() < 0.14
    articles, verbs = rng.random() < 0.08, rng.random() < 0.03
    plain, dictated = rng.random() < 0.15, rng.random() < 0.06

    def change(word: str) -> str:
        if short and word in SHORT and rng.random() < 0.6:
            return SHORT[word]
        if word in SLIPPED and rng.random() < max(slips, 0.01):
            return rng.choice(SLIPPED[word])
        if (articles and word in ("the", "a", "an")) or (verbs and word in ("is", "are", "do", "does")):
            return ""
        return misspell(word, rng) if len(word) > 3 and rng.random() < slips else word

    def name(word: str) -> str:
        return misspell(word, rng) if len(word) > 3 and rng.random() < 0.14 + 0.8 * slips else word

    found = []
    for fragment in fragments:
        text = fragment.text
        if not fragment.fixed:
            text = text.replace("'", "") if dropped and not fragment.thing else text
            text = unpunctuated(text) if plain else text
            text = hesitated(text, rng) if dictated and not fragment.thing and " " in text.strip() else text
            text = _words(text, name if fragment.thing else change)
        found.append(replace(fragment, text=text))
    return found
