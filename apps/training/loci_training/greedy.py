"""All questions about a video answered side by side, in PyTorch: token for token what `Loci.answer` writes for each alone."""

import torch
from torch import nn

from .answer import Write
from .decoder import ASKING, HIDDEN, READING
from .questions import Record
from .sizes import NANO
from .trace import read
from .vocabulary import BOS, EOS, PAD, encode_text, prompt

Pairs = list[tuple[torch.Tensor, torch.Tensor]]  # keys and values [B, heads, n, d] per layer


class Greedy:
    """Answers from a memory's tokens [tokens, D] and their bias [tokens], which are turned into keys and values once."""

    def __init__(self, write: Write, tokens: torch.Tensor, bias: torch.Tensor):
        self.write, self.decoder, self.bias = write, write.decoder, bias
        self.memory = self.decoder.memory_heads(tokens[None])

    @torch.no_grad()
    def ids(self, records: list[Record]) -> list[list[int]]:
        """What is written about each of the records, up to <eos>."""
        asked = [torch.tensor(encode_text(prompt(record.question, record.options))) for record in records]
        question = nn.utils.rnn.pad_sequence(asked, True, PAD)
        hidden = torch.where(question != PAD, 0.0, HIDDEN)[:, None, None]
        pairs = self._asked(question, hidden)
        token, written = torch.full((len(records),), BOS), []
        ended = torch.zeros(len(records), dtype=torch.bool)
        for place in range(NANO.answer):
            token = self._next(place, token, pairs, nn.functional.pad(hidden, (0, place + 1)))
            written.append(token)
            ended |= token == EOS
            if ended.all():
                break
        rows = torch.stack(written, 1).tolist()
        return [row[: row.index(EOS)] if EOS in row else row for row in rows]

    def answers(self, records: list[Record]) -> list[str]:
        """The answers to the records, without the traces that lead there."""
        return [read(ids)[1] for ids in self.ids(records)]

    def _asked(self, question: torch.Tensor, hidden: torch.Tensor) -> Pairs:
        """Keys and values of questions [B, Q] with their bias [B, 1, 1, Q]."""
        x, pairs = self.decoder.ask(question, question != PAD), []
        for index, layer in enumerate(self.decoder.layers):
            q, k, v = layer.heads(x)
            pairs.append((k, v))
            if index < ASKING:
                x = layer.think(layer.attend(x, q, k, v, hidden)[0])
        return pairs

    def _next(self, place: int, token: torch.Tensor, pairs: Pairs, bias: torch.Tensor) -> torch.Tensor:
        """The tokens after those [B] at a place; their keys and values join the pairs. `bias` [B, 1, 1, Q+place+1]."""
        decoder = self.decoder
        x = (decoder.embedding(token) + decoder.answer_place[place])[:, None]
        for index, layer in enumerate(decoder.layers):
            q, k, v = layer.heads(x)
            pairs[index] = tuple(torch.cat(both, -2) for both in zip(pairs[index], (k, v), strict=True))
            x, _ = layer.attend(x, q, *pairs[index], bias)
            if index < READING:  # the questions side by side are one query into the one memory
                x = layer.look(x.transpose(0, 1), *self.memory[index], self.bias)[0].transpose(0, 1)
            x = layer.think(x)
        return self._chosen(torch.log_softmax(decoder.head(decoder.norm(x[:, 0])), -1))

    def _chosen(self, likely: torch.Tensor) -> torch.Tensor:
        """The likeliest tokens of log-probabilities [B, V]; of a number the one that scores best on average."""
        write, best = self.write, likely.argmax(-1)
        place = (likely[:, write.ids].exp() @ write.table.T).argmax(-1)
        return torch.where(write.is_number[best] > 0.5, write.ids[place], best)
