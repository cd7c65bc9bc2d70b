"""Questions and their targets as arrays: padded batches for the decoder."""

from dataclasses import dataclass

import numpy as np
import torch

from .geometry import rectangle_distance
from .questions import Record, make_questions
from .scenes import Scene, make_scene
from .trace import write
from .vocabulary import BOS, ID, PAD, TASK_TOKENS, encode_text, prompt
from .walks import Walk


@dataclass(frozen=True)
class Texts:
    """A batch: question ids and mask [B, Q], written ids [B, A] (from <bos>), targets [B, A], per target the scene object
    it describes [B, A] (−1 none, −2 the room) and whether only the memory can tell it [B, A]; the tokens of question
    and text that a written token is to look at [B, A, Q+A], see `_links`; padding is <pad>."""

    question: torch.Tensor
    question_mask: torch.Tensor
    written: torch.Tensor
    target: torch.Tensor
    objects: torch.Tensor
    grounded: torch.Tensor
    chosen: torch.Tensor


def _pad(rows: list[list[int]], fill: int, dtype: torch.dtype) -> torch.Tensor:
    out = np.full((len(rows), max(len(row) for row in rows)), fill, np.int64)
    for index, row in enumerate(rows):
        out[index, : len(row)] = row
    return torch.from_numpy(out).to(dtype)


def shuffled(record: Record, rng: np.random.Generator) -> tuple[list[str] | None, str]:
    """The record's options in a new order, and the letter that is right then."""
    if record.options is None:
        return None, record.ground_truth
    order = rng.permutation(len(record.options))
    right = "ABCD".index(record.ground_truth)
    options = [f"{'ABCD'[place]}. {record.options[old][3:]}" for place, old in enumerate(order)]
    return options, "ABCD"[int(np.argmax(order == right))]


def _links(question: list[int], options: list[str] | None, truth: str, target: list[int]) -> list[tuple[int, int]]:
    """Pairs of a written place and a place in the question that it should look at, to learn how options are told apart.

    Before the answer: the right option. For an order, each sorted category as it is written: the same word at the same
    rank of any option; the answer then looks at these four (a written place p is −1 − p) and counts the options met.
    """
    if options is None:
        return []
    words = [encode_text(option) for option in options]
    starts = [len(question) - sum(len(w) for w in words[number:]) for number in range(len(words))]
    if not target[0] == ID[TASK_TOKENS["obj_appearance_order"]]:
        right = ord(truth) - ord("A")
        return [(len(target) - 2, starts[right] + i) for i in range(len(words[right]))]
    ranked = range(len(target) - 3 - 2 * 4, len(target) - 3, 2)
    return [(len(target) - 2, -1 - (place + 1)) for place in ranked] + [
        (place + 1, start + 1 + rank)
        for rank, place in enumerate(ranked) for start, option in zip(starts, words, strict=True) if option[1 + rank] == target[place]
    ]  # fmt: skip


def batch_texts(records: list[Record], motions: list[tuple[float, float, float]], rng: np.random.Generator | None = None) -> Texts:
    """The batch of records whose worlds are moved by (turn, x, z); with `rng` the options of most are shuffled again.

    Options of a nearest-object question keep their order: its wording lists them in the same one.
    """
    questions, targets, objects, grounded, chosen = [], [], [], [], []
    for record, (turn, x, z) in zip(records, motions, strict=True):
        options, truth = record.options, record.ground_truth
        if rng is not None and record.question_type != "object_rel_distance":
            options, truth = shuffled(record, rng)
        ids = encode_text(prompt(record.question, options))
        questions.append(ids)
        out = write(Record(**{**vars(record), "options": options, "ground_truth": truth}), turn, (x, z))
        chosen.append(_links(ids, options, truth, out.ids))
        targets.append(out.ids)
        objects.append(out.objects)
        grounded.append([int(told) for told in out.grounded])
    question = _pad(questions, PAD, torch.long)
    count = max(len(ids) for ids in targets)
    looks = torch.zeros(len(records), count, question.shape[1] + count, dtype=torch.bool)
    for row, links in enumerate(chosen):
        for place, at in links:
            looks[row, place, at if at >= 0 else question.shape[1] - 1 - at] = True
    return Texts(
        question=question, question_mask=question != PAD, written=_pad([[BOS, *ids[:-1]] for ids in targets], PAD, torch.long),
        target=_pad(targets, PAD, torch.long), objects=_pad(objects, -1, torch.long), grounded=_pad(grounded, 0, torch.bool),
        chosen=looks,
    )  # fmt: skip


def with_distances(records: list[Record], scene: Scene) -> list[Record]:
    """The same records; every grounded object but the first knows its distance (m) from the first."""
    for record in records:
        for thing in record.trace[1:]:
            first, other = (scene.objects[g["object"]].footprint for g in (record.trace[0], thing))
            thing["distance"] = rectangle_distance(first, other)  # type: ignore[typeddict-unknown-key]
    return records


def text_records(seeds: range, per_task: int = 4) -> list[Record]:
    """Questions about scenes as if everything had been seen, each thing from a random moment on; nothing is drawn."""
    records: list[Record] = []
    for seed in seeds:
        scene = make_scene(seed)
        rng = np.random.default_rng([seed, 41])
        times = np.arange(0, 2 * rng.uniform(20, 160)) / 2
        first = (len(times) * 0.9 * rng.random(len(scene.objects)) ** 2).astype(int)
        visible = np.where(np.arange(len(times))[:, None] >= first[None], 1000, 0).astype(np.int32)
        walk = Walk(times, np.zeros((len(times), 3)))
        records += with_distances(make_questions(scene, walk, visible, seed, per_task), scene)
    return records
