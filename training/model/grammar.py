"""Holds what is written to the tasks' patterns: an automaton over classes of tokens, as tables of the answer
graph.

Which category stands in which class, and which letters are offered, is read from the question.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import nn

from model.patterns import PATTERNS, THINGS, Pattern
from model.vocabulary import FAMILIES, ID, LETTERS, PAD, SIZE, TASK_TOKENS, token_range
from world.categories import CATEGORIES, OBJECT_CATEGORIES, PLURALS

FORBIDDEN = -1e9
NO_TASK = -1  # where nobody has read which task it is
END: Pattern = ("<pad>",)  # stands for ever
NOWHERE = 1 << 16  # the place of a word that a question lacks
OBJECTS = [CATEGORIES[number] for number in OBJECT_CATEGORIES]
FIRST, LAST = ([f"{order}{place}" for place in range(THINGS)] for order in ("first", "last"))
PLACED = [*FIRST, *LAST, "any"]

State = frozenset[Pattern]


def _following(pattern: Pattern) -> list[tuple[str, Pattern]]:
    """The classes that a pattern may begin with, and what is left of it after each."""
    if not pattern:
        return []
    head, rest = pattern[0], pattern[1:]
    if isinstance(head, str):
        return [(head, END if pattern == END else rest)]
    return [step for way in head for step in _following((*way, *rest))]


def _moves(state: State) -> dict[str, State]:
    """The automaton's state after each class that may stand here."""
    moves: dict[str, set[Pattern]] = {}
    for pattern in state:
        for name, rest in _following(pattern):
            moves.setdefault(name, set()).add(rest)
    return {name: frozenset(rests) for name, rests in moves.items()}


def whole(task: str) -> Pattern:
    """All that is written for a task."""
    return (TASK_TOKENS[task], *PATTERNS[task], "<eos>", *END)


def automaton(starts: Iterable[State]) -> list[dict[str, int]]:
    """The states reached from some starts, which come first: per state the number of that after each
    class."""
    states = list(starts)
    numbers = {state: number for number, state in enumerate(states)}
    found: list[dict[str, int]] = []
    for state in states:
        moves = _moves(state)
        for after in moves.values():
            if after not in numbers:
                numbers[after] = len(states)
                states.append(after)
        found.append({name: numbers[after] for name, after in moves.items()})
    return found


def _members(name: str) -> list[int]:
    """The tokens of a class; of one that the question fills none."""
    if name in PLACED or name == "letter":
        return []
    return list(token_range(name)) if name in FAMILIES else [ID[name]]


class Grammar(nn.Module):
    """Which tokens may stand where. The leading axes `...` are questions side by side."""

    def __init__(self) -> None:
        super().__init__()
        starts = [frozenset(map(whole, PATTERNS)), *(frozenset([whole(task)]) for task in PATTERNS)]
        states = automaton(starts)
        used = {name for moves in states for name in moves} - {*PLACED, "letter"}
        names = [*PLACED, "letter", *sorted(used)]
        after = np.zeros((len(states), len(names)), np.float32)
        legal = np.zeros_like(after)
        for state, moves in enumerate(states):
            for name, number in moves.items():
                after[state, names.index(name)], legal[state, names.index(name)] = number, 1
        member = np.zeros((SIZE, len(names)), np.float32)
        for column, name in enumerate(names):
            member[_members(name), column] = 1
        start = np.zeros(SIZE, np.int64)
        start[[ID[TASK_TOKENS[task]] for task in PATTERNS]] = 1 + np.arange(len(PATTERNS))
        filled = np.zeros((SIZE, len(OBJECTS) + len(LETTERS)), np.float32)  # tokens that the question places
        filled[[ID[word] for word in (*OBJECTS, *LETTERS)], np.arange(filled.shape[1])] = 1
        for key, table in {"after": after, "legal": legal, "member": member, "start": start}.items():
            self.register_buffer(key, torch.from_numpy(table))
        self.register_buffer("filled", torch.from_numpy(filled))
        self.register_buffer("is_thing", torch.from_numpy(filled[:, : len(OBJECTS)].any(-1)))
        plurals = [ID[PLURALS[number]] for number in OBJECT_CATEGORIES]
        self.register_buffer("words", torch.tensor([[ID[word] for word in OBJECTS], plurals]))
        self.register_buffer("letters", torch.tensor([ID[letter] for letter in LETTERS]))

    def begin(self, task: torch.Tensor) -> torch.Tensor:
        """The state before a task's token; `task` [...] is that token's id, NO_TASK where any may come."""
        return self.start[task.long().clamp(min=0)]

    def members(self, question_ids: torch.Tensor, question_mask: torch.Tensor) -> torch.Tensor:
        """Of a question [..., Q]: [..., V, classes], 1 where a token belongs to a class."""
        ids = torch.where(question_mask, question_ids.long(), PAD).unsqueeze(-1)
        place = torch.arange(question_ids.shape[-1], device=ids.device).unsqueeze(-1)
        hit = (ids == self.words[0]) | (ids == self.words[1])
        first = torch.where(hit, place, NOWHERE).amin(-2)
        last = torch.where(hit, place, -1).amax(-2)
        mentioned = last >= 0
        columns = [self._ranked(first, mentioned), self._ranked(last, mentioned), mentioned.unsqueeze(-1)]
        offered_from = torch.where(ids == ID["options"], place, -1).amax(-2, keepdim=True)
        offered = ((ids == self.letters) & (place > offered_from)).any(-2)
        things = torch.cat(columns, -1).float()
        letters = (offered | ~offered.any(-1, keepdim=True)).float().unsqueeze(-1)
        placed = nn.functional.pad(things, (0, 1, 0, len(LETTERS))) + nn.functional.pad(
            letters, (len(PLACED), 0, len(OBJECTS), 0)
        )
        return self.member + nn.functional.pad(
            self.filled @ placed, (0, self.member.shape[-1] - placed.shape[-1])
        )

    @staticmethod
    def _ranked(place: torch.Tensor, mentioned: torch.Tensor) -> torch.Tensor:
        """[..., things, THINGS]: whether a thing is the k-th of those mentioned."""
        before = (place.unsqueeze(-2) < place.unsqueeze(-1)) & mentioned.unsqueeze(-2)
        rank = before.sum(-1, keepdim=True)
        return (rank == torch.arange(THINGS, device=place.device)) & mentioned.unsqueeze(-1)

    def held(self, likely: torch.Tensor, state: torch.Tensor, members: torch.Tensor) -> torch.Tensor:
        """Log-probabilities [..., V], FORBIDDEN where a token cannot stand in a state [...]. Any thing may
        stand where the question names too few."""
        legal = self.legal[state]
        allowed = (members @ legal.unsqueeze(-1)).squeeze(-1) > 0.5
        any_thing = ~allowed.any(-1, keepdim=True) & (legal[..., : len(PLACED)].amax(-1, keepdim=True) > 0.5)
        return torch.where(allowed | (any_thing & self.is_thing), likely, FORBIDDEN)

    def next(self, state: torch.Tensor, token: torch.Tensor, members: torch.Tensor) -> torch.Tensor:
        """The state after a token [...] that may stand in a state."""
        index = token[..., None, None].expand(*token.shape, 1, members.shape[-1])
        reached = self.after[state] * self.legal[state]
        by_class = (members.gather(-2, index).squeeze(-2) * reached).amax(-1)
        by_any = reached[..., : len(PLACED)].amax(-1)
        return torch.where(by_class > 0.5, by_class, by_any).long()
