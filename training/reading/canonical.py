"""The canonical question of each task: its wording with slots, as the manifest gives it to the runtime.

The wordings are those that training asks first (`questions.wording`); here their places get the reader's
names.
"""

from questions.wording import CAMERA_NEAREST, GO_STEP, TURN_STEP, WORDINGS
from reading.decode import THRESHOLDS
from reading.filling import HOMES
from reading.labels import LENGTH, NONE, REASONS, ROLES, TASKS, THINGS, UNIT_LABELS, UNITS
from reading.things import PLURAL, SYNONYMS

GRAPH, TOKENIZER = "read.onnx", "reading-tokenizer.json"

# Tasks that the answer graph has not been trained on: the runtime composes their answers, where it can.
FURTHER = {
    "object_existence": "Is there a {target} in this {place}?",
    "object_location": "Where is the {target}?",
    "object_first_seen": "When is the {target} first seen, in seconds?",
    "object_last_seen": "When is the {target} last seen, in seconds?",
    "inventory": "Which things are there in this {place}, and how many of each?",
    "object_size_comparison": "Which is {extreme}: {candidates}?",
    "object_counting_several": "How many {candidates} are there in this {place}?",
}
# Words that tell whether a room or a home is meant. Others, such as "space" or "area", may be either.
PLACES_TOLD = {
    "home": HOMES,
    "room": "room bedroom kitchen office lounge hall bathroom workshop basement den chamber".split(),
}
TURNED = {"{a}": "{at}", "{b}": "{facing}", "{c}": "{target}"}
COMPARED = {"{a}": "{first}", "{b}": "{second}", "{s}": "{moment}"}
BETWEEN = {"{r}": "{earlier}", "{s}": "{later}"}
# Per task what stands in the places of its wording.
PLACES: dict[str, dict[str, str]] = {
    "object_counting": {"{plural}": "{target}"},
    "object_abs_distance": {"{a}": "{first}", "{b}": "{second}"},
    "object_size_estimation": {"{a}": "{target}"},
    "room_size_estimation": {},
    "object_rel_distance": {"{a}": "{anchor}", "{b}, {c}, {d} or {e}": "{candidates}"},
    "object_rel_direction_easy": TURNED,
    "object_rel_direction_medium": TURNED,
    "object_rel_direction_hard": TURNED,
    "route_planning": {"{a}": "{at}", "{b}": "{facing}", "{c}": "{goal}"},
    "obj_appearance_order": {"{a}, {b}, {c}, {d}": "{candidates}"},
    "camera_displacement": BETWEEN,
    "camera_movement_direction": {"{a}": "{options}"} | BETWEEN,
    "camera_obj_abs_dist": {"{a}": "{target}", "{s}": "{moment}"},
    "camera_obj_dist_change": {"{a}": "{target}"} | BETWEEN,
    "camera_obj_rel_dist": {"{a}": "{candidates}", "{s}": "{moment}"},
    "obj_obj_relative_pos_nf": COMPARED,
    "obj_obj_relative_pos_ud": COMPARED,
    "obj_obj_relative_pos_lr": COMPARED,
}
COMMAS, OR, AND = [", ", ", "], [", ", " or "], [", ", " and "]
CANDIDATES: dict[str, dict] = {
    "object_rel_distance": {"min": 4, "max": 4, "join": OR, "order": "options"},
    "obj_appearance_order": {"min": 4, "max": 4, "join": COMMAS, "order": "categories"},
    "camera_obj_rel_dist": {"min": 2, "max": 4, "join": COMMAS, "order": "options"},
    "object_size_comparison": {"min": 2, "max": 4, "join": OR, "order": "options"},
    "object_counting_several": {"min": 2, "max": 3, "join": AND, "order": "question", "form": "plural"},
}
# Per task the wording of a question that does not say whether it is about a room or a home. Training asks it
# of both.
UNPLACED = {"room_size_estimation": WORDINGS["room_size_estimation"][3]}
FIXED: dict[str, list[str]] = {
    "object_rel_direction_easy": ["left", "right"],
    "object_rel_direction_medium": ["left", "right", "back"],
    "object_rel_direction_hard": ["front-left", "front-right", "back-left", "back-right"],
    "camera_movement_direction": ["Forward", "Backward", "Left", "Right"],
    "obj_obj_relative_pos_nf": ["Near", "Far"],
    "obj_obj_relative_pos_ud": ["Up", "Down"],
    "obj_obj_relative_pos_lr": ["Left", "Right"],
}


def task_of(label: str) -> str:
    """The manifest's task of a reader's label."""
    return "object_rel_direction" if label.startswith("object_rel_direction") else label


def wording(label: str) -> str:
    """A task's canonical wording with the slots' names. Raises ValueError where a place is left over."""
    if label in FURTHER:
        return FURTHER[label]
    text = WORDINGS[CAMERA_NEAREST[0] if label == "camera_obj_rel_dist" else label][0]
    for place, slot in PLACES[label].items():
        if place not in text:
            raise ValueError(f"{label}: no {place} in {text}")
        text = text.replace(place, slot)
    return text


def _slot(label: str, name: str) -> dict:
    if name == "place":
        return {"place": True}
    if name == "moment":
        return {"moment": "only", "default": "end"}
    if name in ("earlier", "later"):
        return {"moment": name, "default": "start" if name == "earlier" else "end"}
    if name == "options":
        return {"options": True, "join": COMMAS}
    if name == "steps":
        return {"steps": True}
    if name == "extreme":
        return {"extreme": ["larger", "smaller"]}
    if name == "candidates":
        return {"role": "candidate"} | CANDIDATES[label]
    if name == "goal":
        return {"role": name, "else": "step"}
    return {"role": name} | ({"form": "plural"} if label == "object_counting" else {})


def _options(label: str) -> dict:
    if label in FIXED:
        return {"options": {"fixed": FIXED[label]}}
    if label == "route_planning":
        return {"options": {"given": True, "one": ["Turn Left", "Turn Right", "Turn Back"]}}
    if label == "obj_appearance_order":
        return {"options": {"given": True}}
    return {"options": {"of": "candidate"}} if CANDIDATES.get(label, {}).get("order") == "options" else {}


def task_section(label: str) -> dict:
    """What the manifest says of a task's question."""
    text = wording(label)
    names = [part.partition("}")[0] for part in text.split("{")[1:]]
    slots = {name: _slot(label, name) for name in dict.fromkeys(names)}
    symmetric = {"symmetric": ["first", "second"]} if label == "object_abs_distance" else {}
    unplaced = {"unplaced": UNPLACED[label]} if label in UNPLACED else {}
    return (
        {"task": task_of(label), "wording": text} | unplaced | {"slots": slots} | symmetric | _options(label)
    )


def section() -> dict:
    """The manifest's `reading`."""
    return {
        "graph": GRAPH,
        "tokenizer": TOKENIZER,
        "length": LENGTH,
        "labels": {
            "tasks": TASKS,
            "reasons": REASONS,
            "units": UNIT_LABELS,
            "things": THINGS,
            "roles": ROLES,
        },
        "thresholds": THRESHOLDS,
        "tasks": {label: task_section(label) for label in TASKS if label != NONE},
        "steps": {"blank": TURN_STEP, "go": GO_STEP},
        "places": PLACES_TOLD,
        "units": {
            name: {"of": base, "factor": factor, "words": words}
            for name, (base, factor, words) in UNITS.items()
        },
        "categories": {
            category: {"plural": PLURAL[category], "synonyms": words[1:]}
            for category, words in SYNONYMS.items()
        },
    }
