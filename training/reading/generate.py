"""Questions made from templates, with how they should be read."""

from dataclasses import dataclass
from random import Random

from reading import choices, grammar
from reading.filling import filler, moment, place, unit_words
from reading.fragments import Draft, Example, Fragment, join, merged
from reading.grammar import Choice, Slot
from reading.labels import NONE, TASKS, THING_ROLES
from reading.noise import typed
from reading.qualifiers import qualified
from reading.things import PLURAL, name_passing, name_thing, plural

FILES = (
    "things.txt",
    "turns.txt",
    "camera.txt",
    "none.txt",
    "languages.txt",
    "logs.txt",
    "formal.txt",
    "spoken.txt",
    "near-misses.txt",
    "habits.txt",
    "people.txt",
)
# How often a task is drawn; the others once.
WEIGHTS = {
    "object_counting": 1.5,
    "object_abs_distance": 1.6,
    "object_size_estimation": 1.4,
    "room_size_estimation": 1.2,
    "object_rel_distance": 1.5,
    "route_planning": 1.3,
    "obj_appearance_order": 1.3,
    "object_existence": 0.9,
    "object_last_seen": 0.7,
    "object_counting_several": 0.7,
    "inventory": 0.9,
}
REASON_WEIGHTS = {
    "no_such_task": 3.2,
    "not_about_space": 2.4,
    "no_question": 1.1,
    "other_language": 1.3,
    "incomplete": 1.0,
}
LENGTHS = (
    "object_abs_distance",
    "object_size_estimation",
    "camera_displacement",
    "camera_obj_abs_dist",
    "camera_obj_dist_change",
)
# Tasks about the whole video: a moment that they name is that of the memory to answer from.
UNTIMED = [task for task in TASKS if task != NONE and not task.startswith(("camera", "obj_obj"))]
# Roles whose things people describe further.
SINGLED_OUT = ("target", "at", "facing", "goal", "first", "second", "anchor")
UNIT_ENDS = [
    " in {}",
    " ({})",
    ", in {}",
    ", {}",
    " - answer in {}",
    " - in {} please",
    " (in {})",
    " [{}]",
    ". in {}",
    " {}",
    " unit={}",
    ", unit: {}",
    ". {} please",
    " {} pls",
    " /{}",
    ", answer in {}",
    " in {} only",
    ", i think in {}",
    " expressed in {}",
    ", give it in {}",
    ". i need {}",
    " as {}",
    " in terms of {}",
    "? {}",
    "? in {}",
    ". units {}",
    " (answer in {})",
]
UNIT_STARTS = ["in {}, ", "in {}: ", "{}: ", "in {} please, ", "unit {}: ", "i need {}: ", "using {}, "]
STYLED = 0.4  # the share of questions that one of the styles is said around
HELD_OUT = 9  # one template in so many is kept for validation


def _templates() -> dict[tuple[str, str], list[Choice]]:
    found: dict[tuple[str, str], list[Choice]] = {}
    for name in FILES:
        for heading, lines in grammar.sections(name).items():
            task, _, reason = heading.partition(" ")
            found.setdefault((task, reason), []).extend(lines)
    return found


TEMPLATES = _templates()
WRAPPING = grammar.sections("wrapping.txt")
STYLES = grammar.sections("styles.txt")


@dataclass(frozen=True)
class Source:
    """Which templates are drawn from: all, or only those `held_out` for validation, or only the rest."""

    held_out: bool | None = None

    def lines(self, key: tuple[str, str]) -> list[Choice]:
        """The templates of a task (and reason)."""
        every = TEMPLATES[key]
        if self.held_out is None:
            return every
        return [line for number, line in enumerate(every) if (number % HELD_OUT == 4) == self.held_out]


class _Maker:
    """Makes one example."""

    def __init__(self, task: str, reason: str, line: Choice, rng: Random):
        self.rng = rng
        self.draft = Draft(task, reason)
        self.foreign = 0.4 if rng.random() < 0.42 else 0.0
        self.line = line
        self.given: str | None = None

    def name(self, role: str, form: str = "") -> Fragment:
        """A thing in a role. A role that only one thing has keeps it, sometimes by another word."""
        known = self.draft.named.get(role)
        if known is not None and role in ("at", "facing", "goal", "target", "anchor", "first", "second"):
            return known
        if role == "none":
            noun, label = name_passing(self.rng, self.draft.taken)
        else:
            noun, label = name_thing(self.rng, self.foreign, self.draft.taken)
        self.draft.taken.add(label)
        if form == "p":
            usual = PLURAL[label] if noun == label and self.rng.random() < 0.8 else None
            noun = usual or plural(noun, self.rng)
        elif form == "(s)":
            noun += "(s)"
        fragment = Fragment(noun, label, role if role in THING_ROLES else "")
        self.draft.named[role] = fragment
        if role == "candidate":
            self.draft.listed.append(Fragment(noun, label, role))
        return fragment

    def fill(self, slot: Slot) -> list[Fragment]:
        """What stands in a slot's place."""
        rng, name = self.rng, slot.name
        if name in THING_ROLES or name in ("any", "none"):
            fragment = self.name(name, slot.form)
            if fragment.text.endswith("(s)"):
                return [
                    Fragment(fragment.text[:-3], fragment.thing, fragment.role),
                    Fragment("(s)", fixed=True),
                ]
            if slot.form or name not in SINGLED_OUT:
                return [fragment]
            return qualified(fragment, lambda: self.name("none"), rng)
        if name in ("candidates", "list"):
            count = rng.choice((2, 3, 4, 4, 4, 4, 5))
            role = "candidate" if name == "candidates" else "any"
            return choices.listed([self.name(role) for _ in range(count)], slot.form, rng)
        if name == "again":
            faced = self.name("facing")
            return [Fragment(faced.text, faced.thing, "step")]
        if name == "steps":
            return choices.steps(self.draft, self.name, self.name("goal"), rng)
        if name == "blank":
            words = {"plain": "[please fill in]", "turn": "turn"}.get(slot.form) or rng.choice(choices.BLANKS)
            return [Fragment(words, role="" if slot.form == "plain" else "blank", fixed=True)]
        if name == "moment":
            return [Fragment(moment(slot.form, rng), role="moment", fixed=True)]
        if name == "frames":
            return [Fragment(str(rng.randint(16, 500)), role="frames", fixed=True)]
        if name == "place":
            return [Fragment(place(rng), role="place")]
        if name in ("unit", "footage"):
            words, unit = unit_words(slot.form, rng) if name == "unit" else ("footage", "ft2")
            self.draft.unit = self.draft.unit or unit
            return [Fragment(words, fixed=True)]
        if name == "given":
            self.given = slot.form
            return []
        text = filler(name, rng)
        if text is None:
            raise KeyError(f"no slot is called {name}")
        return [Fragment(text, fixed=True)]

    def say(self, line: Choice) -> list[Fragment]:
        """One way to say a template."""
        fragments: list[Fragment | str] = []
        for part in grammar.expand(line, self.rng):
            fragments += self.fill(part) if isinstance(part, Slot) else [part]
        return merged(fragments)

    def wrap(self, core: list[Fragment]) -> list[Fragment]:
        """The question with what people say around it."""
        rng, draft = self.rng, self.draft
        if not draft.unit and draft.task in (*LENGTHS, "room_size_estimation") and rng.random() < 0.12:
            words, draft.unit = unit_words("m2" if draft.task == "room_size_estimation" else "m", rng)
            if rng.random() < 0.25:
                core = [Fragment(rng.choice(UNIT_STARTS).format(words), fixed=True), *core]
            else:
                core = [*core, Fragment(rng.choice(UNIT_ENDS).format(words), fixed=True)]
        if draft.task in UNTIMED and rng.random() < 0.05:
            moment_said = self.say(grammar.MACROS["at"])
            early = rng.random() < 0.3
            core = [*moment_said, Fragment(", "), *core] if early else [*core, Fragment(" "), *moment_said]
        if draft.reason in ("other_language", "no_question"):
            return core + ([Fragment(rng.choice(("?", ".", "!")))] if rng.random() < 0.3 else [])
        end = rng.choice(("?", "?", "?", "?", "?", "??", ".", "", "", "", "", "!", " ?"))
        asked = [*core, Fragment(end)]
        if rng.random() < STYLED:
            return self.styled(asked)
        if rng.random() < 0.3:
            asked = [*self.said("before"), Fragment(" "), *asked]
        if rng.random() < 0.15:
            asked = [
                *asked[:-1],
                Fragment(rng.choice((" ", ", ", " ", " - "))),
                *self.said("after"),
                Fragment(end),
            ]
        elif rng.random() < 0.05:
            asked = [*asked, Fragment(" "), *self.said("after"), Fragment(rng.choice(("", ".", "!")))]
        if draft.reason != "incomplete" and rng.random() < 0.12:
            context, between = (
                self.said("context"),
                rng.choice((". ", ", ", " and ", " - ", " so ", "; ", "... ")),
            )
            asked = (
                [*context, Fragment(between), *asked]
                if rng.random() < 0.8
                else [*asked, Fragment(" "), *context, Fragment(".")]
            )
        return asked

    def styled(self, asked: list[Fragment]) -> list[Fragment]:
        """The question in one of the styles. What a style tells a story about has no role."""
        story = self.draft.reason != "incomplete" and self.rng.random() < 0.3
        line = self.rng.choice(STYLES["story" if story else "around"])
        fragments: list[Fragment] = []
        for part in grammar.expand(line, self.rng):
            if isinstance(part, Slot) and part.name == "question":
                fragments += asked
            elif isinstance(part, Slot):
                fragments += map(self.unlabelled, self.fill(part))
            else:
                fragments.append(Fragment(part))
        return fragments

    def said(self, heading: str) -> list[Fragment]:
        """A line of wrapping; what it names has no role."""
        lines = WRAPPING[heading]
        fragments = [self.unlabelled(fragment) for fragment in self.say(self.rng.choice(lines))]
        return fragments

    @staticmethod
    def unlabelled(fragment: Fragment) -> Fragment:
        """A place that is only talked about is no place to measure."""
        return Fragment(fragment.text) if fragment.role == "place" else fragment

    def make(self) -> Example:
        """The example."""
        draft = self.draft
        draft.fragments = self.say(self.line)
        draft.options = choices.options(draft, self.given, self.name, self.rng)
        asked = typed(merged(self.wrap(draft.fragments)), self.rng)
        offered = tuple(join(typed(option, self.rng)) for option in draft.options)
        return Example(join(asked), offered, draft.task, draft.reason, draft.unit or NONE)


KEYS = [key for key in TEMPLATES if key[0] != NONE]
REASON_KEYS = [key for key in TEMPLATES if key[0] == NONE]


ANY_SOURCE = Source()


def make_example(rng: Random, source: Source = ANY_SOURCE, none: float = 0.27) -> Example:
    """One question; with chance `none` one that has no task."""
    keys = REASON_KEYS if rng.random() < none else KEYS
    weights = [REASON_WEIGHTS[key[1]] if key[0] == NONE else WEIGHTS.get(key[0], 1.0) for key in keys]
    task, reason = rng.choices(keys, weights)[0]
    assert task in TASKS
    return _Maker(task, reason, rng.choice(source.lines((task, reason))), rng).make()
