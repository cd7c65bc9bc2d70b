"""Questions and their targets as arrays: padded batches for the decoder."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from model.trace import NOTHING, write_target
from model.vocabulary import BOS, PAD, encode_text, prompt, task_of
from questions.records import Record, make_questions
from questions.scoring import TASKS
from world.scenes import Scene, make_scene
from world.walks import Walk

# Tasks whose options are sequences: every how many tokens an option has one of their words, and which of the
# two tokens that
# the trace writes for each is the word.
SEQUENCES = {"obj_appearance_order": (1, 0), "route_planning": (2, 1)}
LISTED = (
    "object_rel_distance",
    "camera_movement_direction",
    "camera_obj_rel_dist",
)  # tasks whose wording lists the options in their order


@dataclass(frozen=True)
class Texts:
    """A batch: question ids and mask [B, Q], written ids [B, A] (from <bos>), targets [B, A], per target the
    scene object it describes [B, A] (−1 none, −2 a room, −3 the camera), whether only the memory can tell it
    [B, A] and the second that it is about [B, A] (−1 none); the tokens of question and text that a written
    token is to look at [B, A, Q+A], see `_links`; padding is <pad>."""

    question: torch.Tensor
    question_mask: torch.Tensor
    written: torch.Tensor
    target: torch.Tensor
    objects: torch.Tensor
    grounded: torch.Tensor
    moments: torch.Tensor
    chosen: torch.Tensor


def _pad(rows: list[list], fill: int, dtype: torch.dtype) -> torch.Tensor:
    out = np.full((len(rows), max(len(row) for row in rows)), fill, np.float64)
    for index, row in enumerate(rows):
        out[index, : len(row)] = row
    return torch.from_numpy(out).to(dtype)


def shuffle_options(record: Record, rng: np.random.Generator) -> tuple[list[str] | None, str]:
    """The record's options in a new order, and the letter that is right then."""
    if record.options is None:
        return None, record.ground_truth
    order = rng.permutation(len(record.options))
    right = "ABCD".index(record.ground_truth)
    options = [f"{'ABCD'[place]}. {record.options[old][3:]}" for place, old in enumerate(order)]
    return options, "ABCD"[int(np.argmax(order == right))]


def _sequence_links(
    task: str, target: list[int], options: list[list[int]], starts: list[int]
) -> list[tuple[int, int]]:
    """Each written word of a sequence looks at the same word at the same rank of any option. The answer then
    looks at what was written (a written place p is −1 − p) and counts the options met."""
    step, after = SEQUENCES[task]
    ranks = range(step, len(options[0]), step)
    end = len(target) - 3
    written = range(end - 2 * len(ranks) + after, end, 2)
    return [(end + 1, -1 - (place + 1)) for place in written] + [
        (place + 1, start + rank)
        for rank, place in zip(ranks, written, strict=True)
        for start, option in zip(starts, options, strict=True)
        if option[rank] == target[place]
    ]


def _links(
    task: str, question: list[int], options: list[str] | None, truth: str, target: list[int]
) -> list[tuple[int, int]]:
    """Pairs of a written place and a place in the question that it should look at, to learn how options are
    told apart.

    Before the answer: the right option; for a sequence see `_sequence_links`.
    """
    if options is None:
        return []
    words = [encode_text(option) for option in options]
    starts = [len(question) - sum(len(w) for w in words[number:]) for number in range(len(words))]
    if task in SEQUENCES:
        return _sequence_links(task, target, words, starts)
    right = ord(truth) - ord("A")
    return [(len(target) - 2, starts[right] + i) for i in range(len(words[right]))]


def batch_texts(
    records: list[Record], motions: list[tuple[float, float, float]], rng: np.random.Generator | None = None
) -> Texts:
    """The batch of records whose worlds are moved by (turn, x, z); with `rng` the options of most are
    shuffled again.

    Options keep their order where the wording lists them in the same one.
    """
    questions, outs, chosen = [], [], []
    for record, (turn, x, z) in zip(records, motions, strict=True):
        options, truth = record.options, record.ground_truth
        if rng is not None and task_of(record.question_type) not in LISTED:
            options, truth = shuffle_options(record, rng)
        ids = encode_text(prompt(record.question, options))
        questions.append(ids)
        out = write_target(
            Record(**{**vars(record), "options": options, "ground_truth": truth}), turn, (x, z)
        )
        chosen.append(_links(record.question_type, ids, options, truth, out.ids))
        outs.append(out)
    question = _pad(questions, PAD, torch.long)
    count = max(len(out.ids) for out in outs)
    looks = torch.zeros(len(records), count, question.shape[1] + count, dtype=torch.bool)
    for row, links in enumerate(chosen):
        for place, column in links:
            looks[row, place, column if column >= 0 else question.shape[1] - 1 - column] = True
    return Texts(
        question=question,
        question_mask=question != PAD,
        written=_pad([[BOS, *out.ids[:-1]] for out in outs], PAD, torch.long),
        target=_pad([out.ids for out in outs], PAD, torch.long),
        objects=_pad([out.objects for out in outs], NOTHING, torch.long),
        grounded=_pad([out.grounded for out in outs], 0, torch.bool),
        moments=_pad([out.moments for out in outs], -1, torch.float32),
        chosen=looks,
    )


def imagined_walk(scene: Scene, seconds: float, rng: np.random.Generator) -> Walk:
    """A walk that heeds no furniture: from room to room, a new place and a new direction about every five
    seconds."""
    times = np.arange(0, 2 * seconds) / 2
    stays = max(2 * len(scene.rooms), int(seconds / 5)) + 1
    room = np.array(scene.rooms)[
        (np.arange(stays) * len(scene.rooms) // stays + rng.integers(len(scene.rooms))) % len(scene.rooms)
    ]
    places = room[:, :2] + rng.uniform(-0.4, 0.4, (stays, 2)) * room[:, 2:]
    corners = np.concatenate(
        [places, rng.normal(0, 1.2, (stays, 1)).cumsum(0) + rng.uniform(-np.pi, np.pi)], 1
    )
    when = np.linspace(0, times[-1], stays)
    return Walk(times, np.stack([np.interp(times, when, corner) for corner in corners.T], -1))


def imagined_visibility(scene: Scene, walk: Walk, rng: np.random.Generator) -> np.ndarray:
    """Pixels [F, objects] as if nothing hid anything: each thing shows at a random moment for a second, and
    from then on whenever the camera looks its way."""
    count = len(walk.times)
    frame, first = np.arange(count)[:, None], (count * 0.9 * rng.random(len(scene.objects)) ** 2).astype(int)
    column = np.array([(o.center[0], o.center[2]) for o in scene.objects]).reshape(-1, 2)
    x, z = np.moveaxis(column[None] - walk.poses[:, None, :2], -1, 0)
    ahead = np.sin(walk.poses[:, 2:]) * x + np.cos(walk.poses[:, 2:]) * z
    looked_at = ahead > 0.75 * np.hypot(x, z)
    return np.where((frame >= first) & (looked_at | (frame < first + 2)), 1000, 0).astype(np.int32)


def text_records(seeds: range, per_task: int = 4, tasks: Iterable[str] = TASKS) -> list[Record]:
    """Questions about imagined walks through scenes, in which everything is seen; nothing is drawn."""
    records: list[Record] = []
    for seed in seeds:
        scene = make_scene(seed)
        rng = np.random.default_rng([seed, 41])
        walk = imagined_walk(scene, rng.uniform(20, 160), rng)
        records += make_questions(
            scene, walk, imagined_visibility(scene, walk, rng), seed, per_task, tasks=tasks
        )
    return records
