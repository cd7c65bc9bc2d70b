"""How well questions in people's own words are read, which no template made.

`python -m reading.evaluate --graph ../models/loci-nano --own-words FILE --wordings FILE`
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from random import Random

from reading import own_words as validation_lines
from reading.canonical import FIXED, task_section
from reading.decode import Found, Read
from reading.graph import ReadGraph
from reading.labels import NONE, NOTHING, OTHER, THING_ROLES
from reading.things import SYNONYMS
from reading.train import restore
from reading.validation import read as read_by_net

Reader = Callable[[list[str]], Read]
# What the records call the roles.
ROLE_NAMES = {
    "counted": "target",
    "measured": "target",
    "standing": "at",
    "start": "at",
    "listed": "candidate",
}
BACKGROUND = ("wall", "floor", "ceiling")


def unlettered(options: Sequence[str] | None) -> list[str]:
    """Options without `A. `, as the runtime gives them to the reader."""
    return [option.partition(". ")[2] if option[1:3] == ". " else option for option in options or []]


def label_of(read: Read, options: list[str]) -> str:
    """The task's label; where the options are those of a direction, they say which one it is."""
    if read.task.startswith("object_rel_direction"):
        given = {option.lower() for option in options}
        return next((label for label, fixed in FIXED.items() if set(fixed) == given), read.task)
    return read.task


def things_of(mentions: list[Found]) -> set[tuple[str, str]]:
    """Categories with their roles."""
    return {(m.thing, m.role) for m in mentions if m.thing != NOTHING and m.role in THING_ROLES}


def refusal(read: Read, options: list[str], moments_known: bool = True) -> str:
    """Why the runtime would not answer ('' where it would): by the reader's reason, by a thing, by a slot
    left empty."""
    if read.task == NONE:
        return read.reason
    mentions = [m for text in read.mentions for m in text]
    things = {m.thing for m in mentions if m.role in THING_ROLES and m.thing != NOTHING}
    if things & {OTHER, *BACKGROUND}:
        return "unknown_thing"
    if not moments_known and any(m.role == "moment" for m in mentions):
        return "moment_outside"
    section = task_section(label_of(read, options))
    for slot in section["slots"].values():
        named = {m.thing for m in mentions if m.role == slot.get("role")}
        if not named and "else" in slot:
            named = set([m.thing for m in mentions if m.role == slot["else"]][-1:])
        if "role" in slot and not slot.get("min", 1) <= len(named) <= slot.get("max", 1):
            return "needs_options" if "min" in slot else "incomplete"
    return ""


def with_goal(things: set[tuple[str, str]], mentions: list[Found]) -> set[tuple[str, str]]:
    """A route's things, of which the last stop is the goal where none is named as such; a goal is no stop.

    Two things that the model does not know have one label: by their words, one may be a stop all the same.
    """
    stops = [m for m in mentions if m.role == "step"]
    arrivals = [m for m in mentions if m.role == "goal"] or stops[-1:]
    goals = {thing for thing, role in things if role == "goal"} or {m.thing for m in arrivals}
    words = {m.text.lower() for m in arrivals}
    others_on_the_way = any(m.thing == OTHER and m.text.lower() not in words for m in stops)
    no_stops = goals - {OTHER} if others_on_the_way else goals
    return {(t, r) for t, r in things if r not in ("goal", "step")} | {
        *((thing, "goal") for thing in goals),
        *((thing, "step") for thing, role in things if role == "step" and thing not in no_stops),
    }


def wanted_things(record: dict, read: Read) -> set[tuple[str, str]]:
    """The record's things with the reader's names of the roles; routes' stops are steps."""
    route = record["question_type"] == "route_planning"
    found = set()
    for thing in record["things"]:
        if thing["role"] is not None:
            role = ROLE_NAMES.get(thing["role"], thing["role"])
            found.add((thing["category"] or OTHER, "step" if route and role == "candidate" else role))
    return found


def same_things(record: dict, read: Read) -> bool:
    """Whether the question's things are found in their roles. The two of a distance may change places; a
    route's last step may
    be its goal; and of a list it does not matter whether question or options named it."""
    wanted, got = wanted_things(record, read), things_of(read.mentions[0])
    if record["question_type"] == "route_planning":
        wanted, got = (with_goal(part, read.mentions[0]) for part in (wanted, got))
    if record["question_type"] == "object_abs_distance":
        got, wanted = (
            {(t, "pair" if r in ("first", "second") else r) for t, r in part} for part in (got, wanted)
        )
    if "candidate" in {role for _, role in wanted} and "candidate" not in {role for _, role in got}:
        got |= {pair for text in read.mentions[1:] for pair in things_of(text)}
    if record["options"] and "candidate" not in {role for _, role in wanted}:
        got = {(t, r) for t, r in got if r != "candidate"}
    return wanted == got


def own_words(reader: Reader, path: Path, show: bool) -> dict[str, float]:
    """Shares of a record file (JSON lines) that are read right, refused right, and refused wrongly."""
    tally: Counter[str] = Counter()
    for line in path.read_text().splitlines():
        record = json.loads(line)
        options = unlettered(record["options"])
        read = reader([record["question"], *options])
        answerable = record["question_type"] != NONE
        no = refusal(read, options, moments_known=record.get("reason") != "moment-outside")
        if not answerable:
            good = bool(no)
            tally["unanswerable"] += 1
            tally["unanswerable refused"] += good
            tally[f"  {record['reason']}"] += 1
            tally[f"  {record['reason']} refused"] += good
        else:
            task = label_of(read, options) == record["question_type"]
            things = task and same_things(record, read)
            unit = read.unit == (record["unit"] or NONE)
            good = task and things and not no
            tally["answerable"] += 1
            tally["task right"] += task
            tally["task and things right"] += things
            tally["read right, not refused"] += good
            tally["refused"] += bool(no)
            tally["unit right"] += unit
            tally["all right"] += good and unit
            good = good and unit
        if show and not good:
            found = [(m.text, m.thing, m.role) for text in read.mentions for m in text]
            print(
                f"{record['question']!r} {options}"
                f"\n   wanted {record['question_type']} {record.get('reason')}"
                f" {[(t['text'], t['category'], t['role']) for t in record['things']]} {record['unit']}"
                f"\n   got {read.task} {read.probability:.2f} {no} {found} {read.unit}"
            )
    return dict(tally)


def _right_wording(task: str, read: Read, wanted: list[tuple[str, str]], options: list[str]) -> bool:
    got = {(m.thing, m.role) for text in read.mentions for m in text if m.thing != NOTHING and m.role != NONE}
    if task == "object_abs_distance":
        got = {(thing, "first" if role == "second" else role) for thing, role in got}
        wanted = [(thing, "first" if role == "second" else role) for thing, role in wanted]
    if task == "route_planning":
        got = with_goal(got, read.mentions[0])
    return label_of(read, options) == task and got == set(wanted)


BENCHMARK_ROLES = {
    "object_counting": ["target"],
    "object_abs_distance": ["first", "second"],
    "object_size_estimation": ["target"],
    "room_size_estimation": [],
    "object_rel_distance": ["anchor", *["candidate"] * 4],
    "object_rel_direction_easy": ["at", "facing", "target"],
    "object_rel_direction_medium": ["at", "facing", "target"],
    "object_rel_direction_hard": ["at", "facing", "target"],
    "obj_appearance_order": ["candidate"] * 4,
    "route_planning": ["at", "facing", "goal", "step"],
    "camera_displacement": [],
    "camera_obj_abs_dist": ["target"],
    "camera_obj_dist_change": ["target"],
}  # the roles of {a}, {b} …


def benchmark(reader: Reader, path: Path, show: bool, times: int = 60) -> dict[str, float]:
    """Shares of the benchmarks' own wordings that are read right, filled with known and with unknown
    things."""
    described = json.loads(path.read_text())
    known = {word: category for category, words in SYNONYMS.items() for word in words}
    tally: Counter[str] = Counter()
    rng = Random(0)
    for wordings in (described["vsi-bench"], described["vsti-bench"]):
        for task, texts in wordings.items():
            for text in texts * times:
                words = rng.sample(described["things"], 5)
                labels = [known.get(word, OTHER) for word in words]
                while len({label for label in labels if label != OTHER}) < sum(
                    label != OTHER for label in labels
                ):
                    words = rng.sample(described["things"], 5)
                    labels = [known.get(word, OTHER) for word in words]
                frames = sorted(rng.sample(range(1, 32), 2))
                question = text.format(
                    **dict(zip("abcde", words, strict=True)), r=frames[0], s=frames[1], n=32
                )
                options = []
                if task == "object_rel_distance":
                    options = words[1:5]
                if task == "obj_appearance_order":
                    options = [", ".join(order) for order in list(permutations(words[:4]))[:4]]
                roles = BENCHMARK_ROLES[task]
                read = reader([question, *options])
                good = _right_wording(task, read, list(zip(labels, roles, strict=False)), options)
                tally["wordings"] += 1
                tally["right"] += good
                if show and not good:
                    found = [(m.text, m.thing, m.role) for t in read.mentions for m in t]
                    print(f"{question!r}\n   wanted {task}\n   got {read.task} {found}")
    return dict(tally)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, help="a bundle's folder; its read.onnx is run")
    parser.add_argument("--checkpoint", type=Path, help="a folder of reading.train; PyTorch is run")
    parser.add_argument("--own-words", type=Path)
    parser.add_argument("--wordings", type=Path)
    parser.add_argument("--validation", action="store_true", help="read the questions of own-words.txt")
    parser.add_argument("--show", action="store_true", help="print what is read wrongly")
    options = parser.parse_args(arguments)
    if options.graph is not None:
        graph = ReadGraph.of(options.graph)

        def reader(texts: list[str]) -> Read:
            return graph.read(texts)
    else:
        net = restore(options.checkpoint)

        def reader(texts: list[str]) -> Read:
            return read_by_net(net, texts)

    if options.validation:
        print(json.dumps(validation_lines.report(reader, options.show), indent=1))
    if options.own_words is not None:
        print(json.dumps(own_words(reader, options.own_words, options.show), indent=1))
    if options.wordings is not None:
        print(json.dumps(benchmark(reader, options.wordings, options.show), indent=1))


if __name__ == "__main__":
    main()
