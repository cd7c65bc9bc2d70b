"""Reading the memory and answering, one written token at a time: what `answer.onnx` does.

`Prepare` turns memory and question into keys and values, once; `Write` is one token, the loop body. What is
written keeps to the grammar (`model.grammar`).
`BatchDecoder` answers many questions about one memory side by side, token for token as the graph would each
alone.
"""

import torch
from torch import nn

from model.decoder import ASKING, HEADS, HIDDEN, READING, Decoder
from model.grammar import Grammar
from model.representation import CONTENT, STAMP_LENGTH, TIME_WAVES, sinusoids
from model.sizes import NANO
from model.trace import parse_output
from model.vocabulary import (
    BOS,
    EOS,
    PAD,
    SIZE,
    encode_text,
    expected_accuracy,
    prompt,
    task_token,
)
from questions.records import Record

KeysAndValues = list[tuple[torch.Tensor, torch.Tensor]]  # [B, heads, n, d] each, per layer

POINTING = 2  # the heads of each reading layer that are taught to point at the object being described


class Reader(nn.Module):
    """Memory entries → the tokens that the decoder looks into."""

    def __init__(self, width: int = NANO.d):
        super().__init__()
        self.mix = nn.Linear(width, width)
        self.moment = nn.Linear(2 * len(TIME_WAVES) + 1, width)
        self.kind = nn.Parameter(torch.zeros(2, width))

    def forward(self, entries: torch.Tensor, times: torch.Tensor, kind: int) -> torch.Tensor:
        """entries [..., L, N, D], times [..., L] in seconds, kind 0 working, 1 episodic → tokens [..., L·N,
        D]."""
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
    """Memory and question → keys and values of both, and what may be written."""

    def __init__(self, reader: Reader, decoder: Decoder):
        super().__init__()
        self.reader, self.decoder, self.grammar = reader, decoder, Grammar()

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
        task,
    ):
        """One video, one question and its task [1] → the grammar's state [], keys, values [layers, heads,
        Q+A, d] (written part empty), memory_keys, memory_values [reading layers, heads, tokens, d],
        memory_bias [tokens], text_bias [Q], the grammar's members [V, classes]."""
        decoder = self.decoder
        tokens, memory_bias = memory_tokens(
            self.reader, working, working_times, working_mask, episodic, episodic_times, episodic_mask
        )
        pairs = decoder.memory_heads(tokens)
        question_states = decoder.embed_question(question_ids.long(), question_mask)
        text_bias = torch.where(question_mask, 0.0, HIDDEN)
        keys, values = [], []
        for index, layer in enumerate(decoder.layers):
            q, k, v = layer.heads(question_states)
            keys.append(k)
            values.append(v)
            if index < ASKING:
                question_states = layer.feed_forward(layer.attend(question_states, q, k, v, text_bias)[0])
        empty = torch.zeros(len(keys), HEADS, NANO.answer, keys[0].shape[-1])
        return (
            self.grammar.begin(task)[0],
            torch.cat([torch.stack(keys), empty], 2),
            torch.cat([torch.stack(values), empty], 2),
            torch.stack([k for k, _ in pairs]),
            torch.stack([v for _, v in pairs]),
            memory_bias,
            text_bias,
            self.grammar.members(question_ids, question_mask),
        )


class Write(nn.Module):
    """One written token: reads the last one, looks, chooses the next of those that may stand here. Numbers
    are those that score best on average."""

    def __init__(self, decoder: Decoder):
        super().__init__()
        self.decoder, self.grammar = decoder, Grammar()
        table, ids = expected_accuracy()
        number = torch.zeros(SIZE)
        number[ids] = 1
        self.register_buffer("table", table)
        self.register_buffer("ids", torch.tensor(ids))
        self.register_buffer("is_number", number)

    def forward(
        self,
        place,
        token,
        state,
        keys,
        values,
        attention,
        memory_keys,
        memory_values,
        memory_bias,
        text_bias,
        members,
    ):
        """place [] (0 …), token [], attention [8+32] summed so far, the rest as `Prepare` gives it.

        → next token [], its log-probability (of a number: the log of the score it can expect) [], state,
        keys, values, attention.
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
                x, weights = layer.read_memory(x, memory_keys[index], memory_values[index], memory_bias)
                looked.append(weights[:POINTING].mean((0, 1)))
            x = layer.feed_forward(x)
        likely = torch.log_softmax(decoder.head(decoder.norm(x))[0], -1)
        likely = self.grammar.held(likely, state, members)
        best = likely.argmax(-1)
        score, place_of = (self.table @ likely[self.ids].exp()).max(-1)
        counted = self.is_number[best] > 0.5
        chosen = torch.where(counted, self.ids[place_of], best)
        sure = torch.where(counted, score.clamp(1e-6, 1.0).log(), likely[best])
        entries = torch.stack(looked).mean(0).view(-1, NANO.tokens).sum(-1)
        state = self.grammar.next(state, chosen, members)
        return chosen, sure, state, torch.stack(new_keys), torch.stack(new_values), attention + entries


class BatchDecoder:
    """Greedy answers from a memory's tokens [tokens, D] and their bias [tokens], which become keys and values
    once."""

    def __init__(self, write: Write, tokens: torch.Tensor, bias: torch.Tensor):
        self.write, self.decoder, self.bias = write, write.decoder, bias
        self.memory = self.decoder.memory_heads(tokens[None])

    @torch.no_grad()
    def ids(self, records: list[Record]) -> list[list[int]]:
        """What is written about each of the records, up to <eos>."""
        prompts = [torch.tensor(encode_text(prompt(record.question, record.options))) for record in records]
        question = nn.utils.rnn.pad_sequence(prompts, True, PAD)
        question_bias = torch.where(question != PAD, 0.0, HIDDEN)[:, None, None]
        grammar = self.write.grammar
        members = grammar.members(question, question != PAD)
        state = grammar.begin(torch.tensor([task_token(record.question_type) for record in records]))
        pairs = self._question_heads(question, question_bias)
        token, written = torch.full((len(records),), BOS), []
        ended = torch.zeros(len(records), dtype=torch.bool)
        for place in range(NANO.answer):
            likely = self._next(place, token, pairs, nn.functional.pad(question_bias, (0, place + 1)))
            token = self._choose(grammar.held(likely, state, members))
            state = grammar.next(state, token, members)
            written.append(token)
            ended |= token == EOS
            if ended.all():
                break
        rows = torch.stack(written, 1).tolist()
        return [row[: row.index(EOS)] if EOS in row else row for row in rows]

    def answers(self, records: list[Record]) -> list[str]:
        """The answers to the records, without the traces that lead there."""
        return [parse_output(ids)[1] for ids in self.ids(records)]

    def _question_heads(self, question: torch.Tensor, bias: torch.Tensor) -> KeysAndValues:
        """Keys and values of questions [B, Q] with their bias [B, 1, 1, Q]."""
        x, pairs = self.decoder.embed_question(question, question != PAD), []
        for index, layer in enumerate(self.decoder.layers):
            q, k, v = layer.heads(x)
            pairs.append((k, v))
            if index < ASKING:
                x = layer.feed_forward(layer.attend(x, q, k, v, bias)[0])
        return pairs

    def _next(
        self, place: int, token: torch.Tensor, pairs: KeysAndValues, bias: torch.Tensor
    ) -> torch.Tensor:
        """Log-probabilities [B, V] after the tokens [B] at a place; their keys and values join the pairs.
        `bias` [B, 1, 1, Q+place+1]."""
        decoder = self.decoder
        x = (decoder.embedding(token) + decoder.answer_place[place])[:, None]
        for index, layer in enumerate(decoder.layers):
            q, k, v = layer.heads(x)
            pairs[index] = tuple(torch.cat(both, -2) for both in zip(pairs[index], (k, v), strict=True))
            x, _ = layer.attend(x, q, *pairs[index], bias)
            if index < READING:  # the questions side by side are one query into the one memory
                x = layer.read_memory(x.transpose(0, 1), *self.memory[index], self.bias)[0].transpose(0, 1)
            x = layer.feed_forward(x)
        return torch.log_softmax(decoder.head(decoder.norm(x[:, 0])), -1)

    def _choose(self, likely: torch.Tensor) -> torch.Tensor:
        """The likeliest tokens of log-probabilities [B, V]; of a number the one that scores best on
        average."""
        write, best = self.write, likely.argmax(-1)
        number = (likely[:, write.ids].exp() @ write.table.T).argmax(-1)
        return torch.where(write.is_number[best] > 0.5, write.ids[number], best)
