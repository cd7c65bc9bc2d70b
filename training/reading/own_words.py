"""Questions in own words for validation (`own-words.txt`): how they are to be read, and how many are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reading.decode import Read
from reading.grammar import lines_of
from reading.labels import NONE, NOTHING, OTHER, THING_ROLES, UNIT_LABELS

FILE = "own-words.txt"
TURNED = ["at", "facing", "target"]
TWO = ["first", "second"]
# The roles of a task's things in their order; the last one is that of all further things.
ROLES_OF: dict[str, list[str]] = {
    "object_abs_distance": TWO,
    "object_rel_distance": ["anchor", "candidate"],
    "object_rel_direction": TURNED,
    "object_rel_direction_easy": TURNED,
    "object_rel_direction_medium": TURNED,
    "object_rel_direction_hard": TURNED,
    "route_planning": ["at", "facing", "goal", "step"],
    "obj_appearance_order": ["candidate"],
    "camera_obj_rel_dist": ["candidate"],
    "obj_obj_relative_pos_nf": TWO,
    "obj_obj_relative_pos_ud": TWO,
    "obj_obj_relative_pos_lr": TWO,
    "object_size_comparison": ["candidate"],
    "object_counting_several": ["candidate"],
}
# Of these it does not matter which of two things is the first.
EITHER = ("object_abs_distance", "obj_obj_relative_pos_lr")


@dataclass(frozen=True)
class Line:
    """A question with its options, and how it is to be read. `task` is `object_rel_direction` where any of
    its labels will do; `things` are categories with their roles."""

    question: str
    options: tuple[str, ...]
    task: str
    things: frozenset[tuple[str, str]] = frozenset()
    unit: str = NONE
    moments: int = 0

    @property
    def texts(self) -> list[str]:
        """The question and its options."""
        return [self.question, *self.options]

    @property
    def answerable(self) -> bool:
        """Whether it has a task, and names known things alone."""
        return self.task != NONE and all(thing != OTHER for thing, _ in self.things)


def _parsed(line: str, task: str) -> Line:
    text, _, wanted = line.partition(" ##")
    question, *options = (part.strip() for part in text.split(" / "))
    words = wanted.split()
    things = [word for word in words if word not in UNIT_LABELS and not word.startswith("@")]
    roles = ROLES_OF.get(task, ["target"])
    return Line(
        question,
        tuple(options),
        task,
        frozenset((thing, roles[min(place, len(roles) - 1)]) for place, thing in enumerate(things)),
        next((word for word in words if word in UNIT_LABELS), NONE),
        next((int(word[1:]) for word in words if word.startswith("@")), 0),
    )


def lines() -> list[Line]:
    """The questions of the file."""
    found: list[Line] = []
    task = ""
    for line in lines_of(FILE, Path(__file__).parent):
        if line.startswith("== "):
            task = line.removeprefix("== ").split()[0]
        else:
            found.append(_parsed(line, task))
    return found


def _things(read: Read) -> frozenset[tuple[str, str]]:
    found = {
        (m.thing, m.role)
        for text in read.mentions
        for m in text
        if m.thing != NOTHING and m.role in THING_ROLES
    }
    goals = {thing for thing, role in found if role == "goal"}
    return frozenset(pair for pair in found if not (pair[1] == "step" and pair[0] in goals))


def faults(line: Line, read: Read) -> list[str]:
    """What is read otherwise than it should be: `task`, `things`, `unit`, `moments`."""
    moments = sum(m.role == "moment" and m.thing == NOTHING for m in read.mentions[0])
    got, wanted = _things(read), line.things
    if line.task in EITHER:
        got, wanted = (
            frozenset((t, "first" if r == "second" else r) for t, r in part) for part in (got, wanted)
        )
    if not line.answerable and read.task == NONE:
        return []
    task = read.task if line.task != "object_rel_direction" else read.task.rpartition("_")[0]
    checks = {
        "task": task == line.task,
        "things": line.answerable and got == wanted or OTHER in {thing for thing, _ in got & wanted},
        "unit": not line.answerable or read.unit == line.unit,
        "moments": not line.answerable or moments == line.moments,
    }
    return [name for name, is_right in checks.items() if not is_right]


def report(reader: Callable[[list[str]], Read], show: bool = False) -> dict[str, float]:
    """How many of the questions are read right, and of which tasks those are that are not."""
    tally: dict[str, float] = {"answerable": 0, "read right": 0, "unanswerable": 0, "refused": 0}
    for line in lines():
        read = reader(line.texts)
        found = faults(line, read)
        tally["answerable" if line.answerable else "unanswerable"] += 1
        if not found:
            tally["read right" if line.answerable else "refused"] += 1
        for fault in found:
            tally[f"  {line.task}: {fault}"] = tally.get(f"  {line.task}: {fault}", 0) + 1
        if found and show:
            told = [(m.text, m.thing, m.role) for text in read.mentions for m in text]
            print(
                f"{' / '.join(line.texts)}\n   {found}: {read.task} {read.probability:.2f} {told} {read.unit}"
            )
    return tally
