"""Reading the memory and answering, one written token at a time: what `answer.onnx` does.

`Prepare` turns memory and question into keys and values, once; `Write` is one token, the loop body.
"""

import torch
from torch import nn

from .decoder import ASKING, HEADS, HIDDEN, READING, Decoder
from .representation import CONTENT, STAMP_LENGTH, TIME_WAVES, sinusoids
from .sizes import NANO
from .vocabulary import SIZE, expected_accuracy

POINTING = 2  # the heads of each reading layer that are taught to point at the object being described


class Reader(nn.Module):
    """Memory entries → the tokens that the decoder looks into."""

    def __init__(self, width: int = NANO.d):
        super().__init__()
        self.mix = nn.Linear(width, width)
        self.moment = nn.Linear(2 * len(TIME_WAVES) + 1, width)
        self.kind = nn.Parameter(torch.zeros(2, width))

    def forward(self, entries: torch.Tensor, times: torch.Tensor, kind: int) -> torch.Tensor:
        """entries [..., L, N, D], times [..., L] in seconds, kind 0 working, 1 episodic → tokens [..., L·N, D]."""
        scaled = torch.cat([entries[..., :CONTENT], entries[..., CONTENT:] / STAMP_LENGTH], -1)
        clock = times.unsqueeze(-1)
        moment = self.moment(torch.cat([sinusoids(clock, TIME_WAVES), clock / 60], -1))
        return (self.mix(scaled) + moment.unsqueeze(-2) + self.kind[kind]).flatten(-3, -2)


def memory_tokens(
    reader: Reader, working, working_times, working_mask, episodic, episodic_times, episodic_mask
):
    """Tokens [..., (8+32)·48, D], working first, and their additive bias [..., (8+32)·48]."""
    tokens = torch.cat([reader(working, working_times, 0), reader(episodic, episodic_times, 1)], -2)
    mask = (
        torch.cat([working_mask, episodic_mask], -1)
        .unsqueeze(-1)
        .expand(*working_mask.shape[:-1], -1, NANO.tokens)
    )
    return tokens, torch.where(mask, 0.0, HIDDEN).flatten(-2)


class Prepare(nn.Module):
    """Memory and question → keys and values of both."""

    def __init__(self, reader: Reader, decoder: Decoder):
        super().__init__()
        self.reader, self.decoder = reader, decoder

    def forward(
        self,
        working,
        working_times,
        working_mask,
        episodic,
        episodic_times,
        episodic_mask,
        question_ids,
        question_mask,
    ):
        """One video and one question → keys, values [layers, heads, Q+A, d] (written part empty), memory_keys,
        memory_values [reading layers, heads, tokens, d], memory_bias [tokens], text_bias [Q]."""
        decoder = self.decoder
        tokens, memory_bias = memory_tokens(
            self.reader, working, working_times, working_mask, episodic, episodic_times, episodic_mask
        )
        pairs = decoder.memory_heads(tokens)
        asked = decoder.ask(question_ids.long(), question_mask)
        text_bias = torch.where(question_mask, 0.0, HIDDEN)
        keys, values = [], []
        for index, layer in enumerate(decoder.layers):
            q, k, v = layer.heads(asked)
            keys.append(k)
            values.append(v)
            if index < ASKING:
                asked = layer.think(layer.attend(asked, q, k, v, text_bias)[0])
        empty = torch.zeros(len(keys), HEADS, NANO.answer, keys[0].shape[-1])
        return (
            torch.cat([torch.stack(keys), empty], 2), torch.cat([torch.stack(values), empty], 2),
            torch.stack([k for k, _ in pairs]), torch.stack([v for _, v in pairs]), memory_bias, text_bias,
        )  # fmt: skip


class Write(nn.Module):
    """One written token: reads the last one, looks, chooses the next. Numbers are those that score best on average."""

    def __init__(self, decoder: Decoder):
        super().__init__()
        self.decoder = decoder
        table, ids = expected_accuracy()
        number = torch.zeros(SIZE)
        number[ids] = 1
        self.register_buffer("table", table)
        self.register_buffer("ids", torch.tensor(ids))
        self.register_buffer("is_number", number)

    def forward(
        self, place, token, keys, values, attention, memory_keys, memory_values, memory_bias, text_bias
    ):
        """place [] (0 …), token [], keys, values and the rest as `Prepare` gives them, attention [8+32] summed so far.

        → next token [], its log-probability (of a number: the log of the score it can expect) [], keys, values, attention.
        """
        decoder = self.decoder
        x = decoder.embedding(token.view(1)) + torch.index_select(decoder.answer_place, 0, place.view(1))
        column = torch.arange(NANO.answer)
        bias = torch.cat([text_bias, torch.where(column <= place, 0.0, HIDDEN)])
        here = (torch.arange(NANO.question + NANO.answer) == place + NANO.question).view(1, -1, 1)
        new_keys, new_values, looked = [], [], []
        for index, layer in enumerate(decoder.layers):
            q, k, v = layer.heads(x)
            k, v = torch.where(here, k, keys[index]), torch.where(here, v, values[index])
            new_keys.append(k)
            new_values.append(v)
            x, _ = layer.attend(x, q, k, v, bias)
            if index < READING:
                x, weights = layer.look(x, memory_keys[index], memory_values[index], memory_bias)
                looked.append(weights[:POINTING].mean((0, 1)))
            x = layer.think(x)
        likely = torch.log_softmax(decoder.head(decoder.norm(x))[0], -1)
        best = likely.argmax(-1)
        score, place_of = (self.table @ likely[self.ids].exp()).max(-1)
        counted = self.is_number[best] > 0.5
        chosen = torch.where(counted, self.ids[place_of], best)
        sure = torch.where(counted, score.clamp(1e-6, 1.0).log(), likely[best])
        entries = torch.stack(looked).mean(0).view(-1, NANO.tokens).sum(-1)
        return chosen, sure, torch.stack(new_keys), torch.stack(new_values), attention + entries
