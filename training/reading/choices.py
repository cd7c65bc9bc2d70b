"""Lists of candidates, routes' steps, and the options that come with a question."""

from collections.abc import Callable
from random import Random

from reading.fragments import Draft, Fragment

FORMS = {
    "lr": [["left"], ["right"]],
    "lrb": [["left"], ["right"], ["back", "behind", "behind me", "back"]],
    "quad": [
        ["front-left", "front left"],
        ["front-right", "front right"],
        ["back-left", "back left"],
        ["back-right", "back right"],
    ],
    "move": [["forward", "forwards"], ["backward", "backwards", "back"], ["left"], ["right"]],
    "turns": [["turn left", "left"], ["turn right", "right"], ["turn back", "back", "turn around"]],
    "nf": [["near", "nearer", "closer"], ["far", "farther", "further away"]],
    "ud": [["up", "higher", "above"], ["down", "lower", "below"]],
}
FORM_OF = {
    "object_rel_direction_easy": "lr",
    "object_rel_direction_medium": "lrb",
    "object_rel_direction_hard": "quad",
    "camera_movement_direction": "move",
    "obj_obj_relative_pos_nf": "nf",
    "obj_obj_relative_pos_ud": "ud",
    "obj_obj_relative_pos_lr": "lr",
}
LISTING = ("object_rel_distance", "camera_obj_rel_dist", "object_size_comparison")
BLANKS = [
    "[please fill in]",
    "[please fill in]",
    "[fill in]",
    "___",
    "____",
    "?",
    "(?)",
    "[?]",
    "[turn]",
    "[blank]",
    "(turn?)",
    "[turn?]",
    "turn ?",
    "turn ___",
    "(blank)",
    "<turn>",
    "[ ]",
    "...",
    "<fill in>",
    "*blank*",
    "[which turn]",
    "TURN",
    "turn (left/right/back)",
    "turn [?]",
    "??",
]
GOING = [
    "go forward until the ",
    "go forward until the ",
    "go forward until ",
    "go forward to the ",
    "walk to the ",
    "go straight to the ",
    "move forward until the ",
    "forward until ",
    "drive to the ",
    "walk until the ",
    "go on to the ",
    "go straight until the ",
    "go to ",
    "continue to the ",
    "forward to the ",
    "walk straight to the ",
    "walk forward till the ",
    "advance to ",
]
ODD = [
    "red",
    "blue",
    "yes",
    "no",
    "wood",
    "metal",
    "paris",
    "42",
    "monday",
    "a cat",
    "none of these",
    "berlin",
    "1999",
]
NUMBERED = [
    "object_counting",
    "object_abs_distance",
    "object_size_estimation",
    "room_size_estimation",
    "camera_displacement",
    "camera_obj_abs_dist",
    "camera_obj_dist_change",
]


def listed(things: list[Fragment], form: str, rng: Random) -> list[Fragment]:
    """Candidates as people list them."""
    last = (
        " and "
        if form == "&" and rng.random() < 0.85
        else rng.choice((" or ", " or ", ", or ", ", ", " and ", ", and "))
    )
    article = "the " if rng.random() < 0.3 else ""
    style = rng.random()
    found: list[Fragment] = []
    for number, thing in enumerate(things):
        if style < 0.04:
            before = f" {'abcde'[number]}) "
        elif style < 0.07:
            before = f"{', ' if number else ''}{'abcde'[number]}. "
        elif style < 0.09:
            before = f" {number + 1}. "
        elif number == 0:
            before = ""
        elif style < 0.13:
            before = rng.choice(("/", " / ")) if number else ""
        elif style < 0.2:
            before = " "
        elif style < 0.22:
            before = "; "
        else:
            before = last if number == len(things) - 1 else ", "
        found += [Fragment(before + article), thing]
    return found


def steps(draft: Draft, name: Callable[[str], Fragment], goal: Fragment, rng: Random) -> list[Fragment]:
    """A route's actions: turns to fill in, and things to go to; the last of them is the goal."""
    turns, first = rng.choice((1, 1, 2, 2, 3)), rng.random() < 0.6
    blank, going, numbered = rng.choice(BLANKS), rng.choice(GOING), rng.random() < 0.5
    between = rng.choice((", ", "; ", ", then ", " then ", " -> ", ". ", " > "))
    found: list[Fragment] = []
    stops = turns if first else turns + 1
    number = 1
    for stop in range(stops):
        if first or stop > 0:
            found += [
                Fragment(f"{number}. " if numbered else between if found else ""),
                Fragment(blank, role="blank", fixed=True),
                Fragment(" "),
            ]
            number += 1
        thing = Fragment(goal.text, goal.thing, "step") if stop == stops - 1 else name("step")
        found += [
            Fragment(f"{number}. {going}" if numbered else (between if found else "") + going),
            thing,
            Fragment(" " if numbered else ""),
        ]
        number += 1
    return found


def _fixed(form: str, rng: Random) -> list[list[Fragment]]:
    number = rng.randrange(3)
    words = [[names[min(number, len(names) - 1)]] for names in FORMS[form]]
    rng.shuffle(words)
    return [[Fragment(word, fixed=True) for word in option] for option in words]


def _orders(things: list[Fragment], rng: Random) -> list[list[Fragment]]:
    options = []
    for _ in range(rng.choice((2, 3, 4, 4, 4))):
        order = rng.sample(things, len(things))
        between = rng.choice((", ", ", ", ", ", " - ", " then ", "; "))
        fragments = [fragment for thing in order for fragment in (Fragment(between), thing)]
        options.append(fragments[1:])
    return options


def turn_options(rng: Random, turns: int) -> list[list[Fragment]]:
    """A route's options: so many turns each."""
    if turns == 1:
        return _fixed("turns", rng)
    words = ["turn left", "turn right", "turn back"]
    return [
        [Fragment(", ".join(rng.choice(words) for _ in range(turns)), fixed=True)]
        for _ in range(rng.choice((3, 4)))
    ]


def options(
    draft: Draft, given: str | None, name: Callable[[str], Fragment], rng: Random
) -> list[list[Fragment]]:
    """The options that come with a draft, or none. `given` is the form that the template asks for, None where
    it does not."""
    task = draft.task
    if task == "none":
        chosen = rng.sample(ODD, rng.choice((2, 3, 4))) if rng.random() < 0.06 else []
        return [[Fragment(word, fixed=True)] for word in chosen]
    wanted = rng.random() < (0.85 if given == "" else 0.3)
    if given in FORMS:
        if given in ("move", "turns") and not wanted:
            return []
        return _fixed(given, rng)
    if not wanted:
        return []
    if task in FORM_OF:
        return _fixed(FORM_OF[task], rng)
    if task == "route_planning":
        blanks = sum(fragment.role == "blank" for fragment in draft.fragments)
        return turn_options(rng, max(blanks, 1))
    if task in LISTING or task == "obj_appearance_order":
        things = draft.listed or [name("candidate") for _ in range(rng.choice((2, 3, 4, 4, 4)))]
        if task == "obj_appearance_order" and len(things) > 1:
            return _orders(things, rng)
        return [[thing] for thing in rng.sample(things, len(things))]
    if task in NUMBERED and rng.random() < 0.2:
        return [[Fragment(str(number), fixed=True)] for number in rng.sample(range(1, 9), 4)]
    return []
