"""What fills the templates' slots that are no things: moments, numbers, units, places, gibberish."""

from random import Random

from reading.labels import UNITS

HOMES = [
    "home",
    "house",
    "flat",
    "apartment",
    "condo",
    "villa",
    "dwelling",
    "bungalow",
    "cottage",
    "property",
    "residence",
    "penthouse",
    "duplex",
    "maisonette",
    "unit",
    "pad",
    "crib",
    "loft",
    "cabin",
    "abode",
    "digs",
    "place",
    "premises",
]
ROOMS = [
    "room",
    "bedroom",
    "living room",
    "kitchen",
    "office",
    "studio",
    "lounge",
    "hall",
    "bathroom",
    "dining room",
    "space",
    "area",
    "guest room",
    "hotel room",
    "workshop",
    "basement",
    "den",
    "suite",
    "chamber",
    "interior",
    "site",
    "environment",
]
ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
COUNTRIES = (
    (
        "france germany italy spain japan china brazil canada egypt kenya norway poland india peru turkey "
        "australia texas mexico sweden the_usa england russia greece"
    )
    .replace("_", " ")
    .split()
)
CITIES = [
    "paris",
    "london",
    "berlin",
    "tokyo",
    "new york",
    "rome",
    "madrid",
    "cairo",
    "sydney",
    "moscow",
    "vienna",
]
WORKS = [
    "hamlet",
    "the mona lisa",
    "penicillin",
    "the telephone",
    "america",
    "star wars",
    "the bible",
    "gravity",
    "faust",
    "the iliad",
    "the light bulb",
    "the lord of the rings",
    "google",
    "the piano",
    "television",
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYMBOLS = [
    "?",
    "??",
    "???",
    "!!!",
    "...",
    "#$%",
    "@@@",
    "***",
    ":-)",
    "<>",
    "[]",
    "{}",
    "&&",
    "%%",
    "---",
    "~",
    "🙂",
    "😀😀",
    "$$$",
    "/",
    "\\",
    "<eos>",
    "<pad>",
    "|||",
    "^_^",
    "+++",
    "==",
    "💡",
    "🛋️?",
]
SALAD = (
    "how far the is many of lamp what room between left order which near red seven go blue why table door is "
    "are it and not because over was bed the a to from does sky run happy quickly when up"
).split()


def number_word(value: int) -> str:
    """A number below a hundred in words."""
    if value < 1:
        return "zero"
    if value < 20:
        return ONES[value - 1]
    ten, one = divmod(value, 10)
    return TENS[ten - 2] + (("-" if value % 2 else " ") + ONES[one - 1] if one else "")


def _clock(seconds: int, rng: Random) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, small = divmod(minutes, 60)
    if hours:
        return f"{hours}:{small:02d}:{rest:02d}"
    return f"{minutes:02d}:{rest:02d}" if rng.random() < 0.3 else f"{minutes}:{rest:02d}"


def _minutes(seconds: int, rng: Random) -> str:
    whole, rest = divmod(seconds, 60)
    short = rng.random() < 0.4
    unit = rng.choice(("min", "mins", "m")) if short else "minute" if whole == 1 else "minutes"
    many = rng.choice((str(whole), number_word(whole) if 0 < whole < 20 else str(whole)))
    first = f"{many}{'' if unit == 'm' or rng.random() < 0.2 and many.isdigit() else ' '}{unit}"
    if rest == 0:
        return rng.choice((first, "a minute", "one minute")) if whole == 1 else first
    if rest == 30 and rng.random() < 0.5:
        return rng.choice(
            ("one and a half minutes", "a minute and a half")
            if whole == 1
            else (f"{whole} and a half minutes", f"{whole}.5 minutes")
        )
    second = rng.choice((f"{rest} seconds", f"{rest} sec", f"{rest}s", f"{rest}", f"{rest} secs"))
    return first + rng.choice((" ", " and ", " ") if not short else (" ", "")) + second


def moment(form: str, rng: Random) -> str:
    """A moment's words: '' as after `at`, `bare` a number alone, `mark` before "mark", `start`, `end`, a
    `part`
    or a `first` one."""
    seconds = rng.choice((rng.randint(0, 30), rng.randint(0, 120), rng.randint(0, 400), rng.randint(0, 4000)))
    if form == "bare":
        return f"{seconds}.{rng.randint(1, 9)}" if rng.random() < 0.08 else str(seconds)
    if form == "mark":
        return rng.choice(
            (
                f"{seconds} second",
                f"{seconds}s",
                _clock(seconds, rng),
                f"{seconds} sec",
                f"{seconds}-second",
                f"{seconds // 60 + 1} minute",
                number_word(seconds % 100) + " second",
            )
        )
    if form == "start":
        return rng.choice(
            ("the start", "the beginning", "the very beginning", "the first frame", "the outset")
        )
    if form == "end":
        return rng.choice(("the end", "the very end", "the last frame", "now", "the finish"))
    if form in ("part", "first"):
        some = rng.choice(
            (f"{seconds} seconds", f"{seconds}s", f"{seconds % 9 + 1} minutes", "minute", "ten seconds")
        )
        return ("first " if form == "first" else rng.choice(("first ", "last "))) + some
    chance = rng.random()
    if chance < 0.3:
        return f"{seconds} {rng.choice(('seconds', 'seconds', 'second', 'sec', 'secs', 's'))}"
    if chance < 0.42:
        return f"{seconds}{rng.choice(('s', 's', 'sec', 'secs'))}"
    if chance < 0.62:
        return _clock(seconds, rng)
    if chance < 0.8:
        return (
            _minutes(max(seconds, 30), rng)
            if seconds > 20
            else rng.choice(("half a minute", "a minute", "one minute", "1 min"))
        )
    if chance < 0.88:
        return f"{number_word(max(seconds % 100, 1))} seconds"
    if chance < 0.93:
        return rng.choice(
            (f"second {seconds}", f"{seconds}.{rng.randint(1, 9)} seconds", f"{seconds}.{rng.randint(0, 9)}s")
        )
    if chance < 0.95:
        return rng.choice(
            (
                f"{rng.randint(1, 3)} hours",
                "an hour",
                "1 hour",
                "half an hour",
                "1h 20m",
                "2 hours and 5 minutes",
            )
        )
    return rng.choice(
        ("the start", "the beginning", "the end", "the very end", "halfway", "the middle", "the end")
    )


def unit_words(base: str, rng: Random) -> tuple[str, str]:
    """A unit of length (`m`) or of area (`m2`) as people write it, and its name."""
    names = [name for name, (of, _, _) in UNITS.items() if of == base]
    name = rng.choices(names, [3 if name in ("m", "cm", "ft", "in", "m2", "ft2") else 1 for name in names])[0]
    if name == "in" and rng.random() < 0.2:  # a word of its own elsewhere, so that it stands in no table
        return rng.choice(("in", "ins")), name
    return rng.choice(UNITS[name][2]), name


def place(rng: Random) -> str:
    """What people call the whole."""
    return rng.choice(HOMES) if rng.random() < 0.35 else rng.choice(ROOMS) if rng.random() < 0.6 else "room"


def filler(name: str, rng: Random) -> str | None:
    """The text of a slot that carries no label; None where the slot is of another kind."""
    if name == "number":
        return rng.choice(
            (
                str(rng.randint(1, 20)),
                str(rng.randint(1, 400)),
                f"{rng.randint(1, 9)}.{rng.randint(1, 9)}",
                "two",
                "five",
                "135",
            )
        )
    if name in ("country", "city", "work", "symbols"):
        return rng.choice({"country": COUNTRIES, "city": CITIES, "work": WORKS, "symbols": SYMBOLS}[name])
    if name == "gibberish":
        return "".join(
            rng.choice(LETTERS if rng.random() < 0.9 else "0123456789") for _ in range(rng.randint(2, 9))
        )
    if name == "salad":
        return " ".join(rng.choice(SALAD) for _ in range(rng.randint(3, 9)))
    return None
