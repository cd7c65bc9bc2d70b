"""The whole model, and its three calls on arrays: the reference that the exported graphs must equal."""

import numpy as np
import torch
from torch import nn

from model.answer import Prepare, Reader, Write
from model.decoder import Decoder
from model.memory import Memory, State
from model.perceive import Perceive
from model.representation import Representation
from model.sizes import NANO
from model.vocabulary import BOS, EOS, PAD
from model.walkthrough import STATE, TOKENS, Arrays


class Loci(nn.Module):
    """Perceive, remember, answer."""

    def __init__(self):
        super().__init__()
        self.see = Perceive()
        self.representation, self.memory = Representation(), Memory()
        self.reader, self.decoder = Reader(), Decoder()

    @torch.no_grad()
    def perceive(self, inputs: Arrays) -> Arrays:
        """frames uint8 [T,H,W,3], frame_mask bool [T] → the outputs named in the bundle format."""
        out = self.see(torch.from_numpy(inputs["frames"]), torch.from_numpy(inputs["frame_mask"]))
        return {name: value.numpy() for name, value in out.items()}

    @torch.no_grad()
    def remember(self, inputs: Arrays) -> Arrays:
        """Tokens in the world, frame_mask and frame_times [T], the state → the next state, episodic_slot and
        gate [T]."""
        given = {name: torch.from_numpy(value) for name, value in inputs.items()}
        h = self.representation(*(given[name] for name in TOKENS), given["frame_times"])
        state, slots, gates = State(*(given[name] for name in STATE)), [], []
        for t in range(len(h)):
            state, slot, gate = self.memory.step(h[t], given["frame_times"][t], given["frame_mask"][t], state)
            slots.append(slot.to(torch.int32))
            gates.append(gate)
        out = {f"next_{name}": value.numpy() for name, value in zip(STATE, state, strict=True)}
        return out | {"episodic_slot": torch.stack(slots).numpy(), "gate": torch.stack(gates).numpy()}

    @torch.no_grad()
    def answer(self, inputs: Arrays) -> Arrays:
        """The state, question_ids int32 [Q], question_mask bool [Q] and task int32 [1] → token_ids,
        log_probabilities [A], attention [40]."""
        given = [torch.from_numpy(inputs[name]) for name in (*STATE, "question_ids", "question_mask", "task")]
        state, keys, values, *constants = Prepare(self.reader, self.decoder)(*given)
        write = Write(self.decoder)
        token, attention = torch.tensor(BOS), torch.zeros(NANO.working + NANO.episodic)
        ids, sures = np.full(NANO.answer, PAD, np.int32), np.zeros(NANO.answer, np.float32)
        for place in range(NANO.answer):
            token, sure, state, keys, values, attention = write(
                torch.tensor(place), token, state, keys, values, attention, *constants
            )
            ids[place], sures[place] = int(token), float(sure)
            if int(token) == EOS:
                break
        return {
            "token_ids": ids,
            "log_probabilities": sures,
            "attention": (attention / attention.sum()).numpy(),
        }
