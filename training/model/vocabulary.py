"""The decoder's words: one table of tokens, most of them numbers in order.

| tokens               | what                                         | steps                |
| -------------------- | -------------------------------------------- | -------------------- |
| `x-1.2` `z3.4`       | positions, metres                            | 0.2 m                |
| `r-1.2` `f3.4`       | ways between positions, metres               | 0.2 m                |
| `y-0.5`              | heights, metres below frame 0's camera       | 0.1 m                |
| `e4.2`               | extents, metres                              | 0.2 m                |
| `d1.4`               | distances, metres                            | 0.1 m                |
| `a-35`               | bearings, degrees                            | 10°                  |
| `s85`                | sizes, centimetres                           | 4 %                  |
| `m23.5`              | areas, square metres                         | 3 %                  |
| `t12`                | times, seconds                               | 1 s                  |
| `2.35` `23.5` `235`  | answers                                      | 3 %                  |
| `3`                  | counts                                       | 1                    |
| `136`                | moments that a question names, seconds       | 1 s                  |

A token of an ordered family is a near miss of its neighbours: the losses and the read-out know it.
"""

import re

import numpy as np
import torch

from questions.scoring import mean_relative_accuracy
from questions.wording import GO_STEP, TURN_STEP, WORDINGS
from world.categories import CATEGORIES, PLURALS

SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>", "<answer>"]
TASK_TOKENS = {
    "object_counting": "<count>",
    "object_abs_distance": "<distance>",
    "object_size_estimation": "<size>",
    "room_size_estimation": "<room>",
    "object_rel_distance": "<nearest>",
    "object_rel_direction": "<direction>",
    "obj_appearance_order": "<order>",
    "route_planning": "<route>",
    "camera_displacement": "<displacement>",
    "camera_movement_direction": "<movement>",
    "camera_obj_abs_dist": "<camera-distance>",
    "camera_obj_dist_change": "<camera-change>",
    "camera_obj_rel_dist": "<camera-nearest>",
    "obj_obj_relative_pos_nf": "<near-far>",
    "obj_obj_relative_pos_ud": "<up-down>",
    "obj_obj_relative_pos_lr": "<left-right>",
}
LETTERS = ["a", "b", "c", "d"]
SECONDS = 400  # the last whole second that has a word
# How far, in steps, a family's near misses reach in the loss.
REACH = {
    "x": 0.7,
    "z": 0.7,
    "r": 0.7,
    "f": 0.7,
    "e": 0.8,
    "d": 1.0,
    "a": 0.8,
    "s": 1.0,
    "t": 0.7,
    "number": 1.3,
    "y": 0.8,
    "m": 1.3,
}
RATIOS = ("s", "number", "m")  # families whose steps are ratios


def task_of(question_type: str) -> str:
    """The task of a question type: the three relative directions are one, and so are the camera's nearest of
    four, three, two."""
    return re.sub(r"_(easy|medium|hard|v[123])$", "", question_type)


def task_token(question_type: str) -> int:
    """The id of the token of a question type's task."""
    return ID[TASK_TOKENS[task_of(question_type)]]


def _three_digits(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _families() -> dict[str, tuple[list[str], np.ndarray]]:
    positions, heights = (
        np.round(np.arange(-80, 81) * 0.2, 1) + 0.0,
        np.round(np.arange(-25, 26) * 0.1, 1) + 0.0,
    )
    extents = np.round(np.arange(1, 61) * 0.2, 1)
    sizes = np.unique(np.round(10 * 1.04 ** np.arange(103)))
    distances, bearings = np.round(np.arange(201) * 0.1, 1), np.arange(-175.0, 180.0, 10.0)
    numbers = list(dict.fromkeys(_three_digits(value) for value in 0.1 * 1.03 ** np.arange(0, 296)))
    areas = [word for word in numbers if 4 <= float(word) <= 250]
    moments = [str(second) for second in range(21, SECONDS + 1) if str(second) not in numbers]
    return {
        "x": ([f"x{value:g}" for value in positions], positions),
        "z": ([f"z{value:g}" for value in positions], positions),
        "e": ([f"e{value:g}" for value in extents], extents),
        "d": ([f"d{value:g}" for value in distances], distances),
        "a": ([f"a{value:g}" for value in bearings], bearings),
        "s": ([f"s{value:g}" for value in sizes], sizes),
        "t": ([f"t{value}" for value in range(SECONDS + 1)], np.arange(SECONDS + 1.0)),
        "count": ([str(value) for value in range(21)], np.arange(21.0)),
        "number": (numbers, np.array([float(word) for word in numbers])),
        "y": ([f"y{value:g}" for value in heights], heights),
        "m": ([f"m{word}" for word in areas], np.array([float(word) for word in areas])),
        "r": ([f"r{value:g}" for value in positions], positions),
        "f": ([f"f{value:g}" for value in positions], positions),
        "moment": (moments, np.array([float(word) for word in moments])),
    }


def words_of(text: str) -> list[str]:
    """A text's words as the tokenizer cuts them: lower case, runs of letters and digits."""
    return re.findall(r"[a-z0-9]+", text.lower())


def _question_words() -> list[str]:
    wordings = [*(wording for group in WORDINGS.values() for wording in group), TURN_STEP, GO_STEP]
    text = " ".join(w.replace("{", " ").replace("}", " ") for w in wordings)
    more = (
        "options left right back front behind category categories object objects meters metres "
        "centimeters centimetres camera forward backward up down near far home homes room rooms robot turn "
        "second seconds "
        "direct instance instances multiple refer quadrants cartesian plane origin along positive axis "
        "frame frames"
    )
    found = set(words_of(text)) | set(words_of(more)) | set(CATEGORIES) | set(PLURALS) | set(LETTERS)
    found |= set(
        words_of(
            "where is are was were the a an how long wide tall big far near close which what when first seen"
        )
    )
    return sorted(word for word in found if not word.isdigit())


FAMILIES = _families()
_START: dict[str, int] = {}
TOKENS: list[str] = [*SPECIAL, *TASK_TOKENS.values(), *_question_words()]
for _name, (_words, _) in FAMILIES.items():
    _START[_name] = len(TOKENS)
    TOKENS += _words
ID = {token: number for number, token in enumerate(TOKENS)}
SIZE = len(TOKENS)
PAD, BOS, EOS, UNKNOWN, ANSWER = range(len(SPECIAL))
assert len(ID) == SIZE, "two tokens share a name"


def number_token(family: str, value: float) -> int:
    """The id of the family's token nearest to a value (nearest in ratio for sizes, areas and answers)."""
    values = FAMILIES[family][1]
    if family in RATIOS:
        return _START[family] + int(np.abs(np.log(values) - np.log(max(value, 1e-3))).argmin())
    return _START[family] + int(np.abs(values - value).argmin())


def token_range(family: str) -> range:
    """The ids of a family, in order."""
    return range(_START[family], _START[family] + len(FAMILIES[family][0]))


def encode_text(text: str) -> list[int]:
    """Ids of a question; unknown words become <unk>. The same as tokenizer.json gives."""
    return [ID.get(word, UNKNOWN) for word in words_of(text)]


def prompt(question: str, options: list[str] | None) -> str:
    """What the tokenizer is given: the question, then the options one a line."""
    return question if not options else question + "\nOptions:\n" + "\n".join(options)


def decode_text(ids: list[int]) -> str:
    """Tokens joined by spaces, up to <eos>."""
    ids = ids[: ids.index(EOS)] if EOS in ids else ids
    return " ".join(TOKENS[i] for i in ids if i != PAD)


def soft_targets() -> torch.Tensor:
    """[V, V]: row i is what to aim at where the truth is token i; ordered tokens share with their
    neighbours."""
    target = torch.eye(SIZE)
    for family, reach in REACH.items():
        ids = token_range(family)
        place = torch.arange(len(ids), dtype=torch.float32)
        gap = (place.unsqueeze(0) - place.unsqueeze(1)).abs()
        gap = torch.minimum(gap, len(ids) - gap) if family == "a" else gap  # bearings meet at ±180°
        near = (-0.5 * (gap / reach).square()).exp()
        target[ids.start : ids.stop, ids.start : ids.stop] = near / near.sum(-1, keepdim=True)
    return target


def expected_accuracy() -> tuple[torch.Tensor, list[int]]:
    """The ids that answer with a number, and [n, n]: the mean relative accuracy of saying i where the truth
    is j."""
    ids = [*token_range("count"), *token_range("number")]
    values = np.concatenate([FAMILIES["count"][1], FAMILIES["number"][1]])
    group = np.array([0] * len(token_range("count")) + [1] * len(token_range("number")))
    table = mean_relative_accuracy(values[:, None], values[None]) * (group[:, None] == group[None])
    return torch.from_numpy(table).float(), ids


def ordered_embedding(width: int) -> torch.Tensor:
    """Initial embeddings [V, width]: ordered families begin as sinusoids of their values, the rest at
    random."""
    table = torch.randn(SIZE, width) * 0.5
    for family, (_, values) in FAMILIES.items():
        v = torch.from_numpy(np.log(values) * 4 if family in RATIOS else values.astype(np.float64)).float()
        longest = {"e": 20.0, "a": 360.0, "t": 640.0, "moment": 640.0, "y": 10.0}.get(family, 40.0)
        shortest = {
            "x": 0.8,
            "z": 0.8,
            "r": 0.8,
            "f": 0.8,
            "e": 0.8,
            "d": 0.8,
            "a": 30.0,
            "t": 4.0,
            "moment": 4.0,
            "count": 2.0,
        }.get(family, 0.5)
        waves = shortest * (longest / shortest) ** torch.linspace(0, 1, width // 4)
        angle = 2 * torch.pi * v.unsqueeze(1) / waves
        ids = token_range(family)
        table[ids.start : ids.stop, : width // 2] = torch.cat([angle.sin(), angle.cos()], -1) * 0.7
        table[ids.start : ids.stop, width // 2 :] = torch.randn(width - width // 2) * 0.5
    return table
