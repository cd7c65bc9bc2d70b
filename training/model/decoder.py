"""The language decoder: reads the question, looks into the memory while it writes, one token at a time.

Question tokens see each other; written tokens see the question, what was written before, and (in the first
layers) the memory's tokens by cross-attention. All attention is bmm and softmax with additive masks, so that
the same lines train here and run as an ONNX graph.
"""

import torch
from torch import nn
from torch.nn import functional as F

from model.sizes import NANO
from model.vocabulary import SIZE, ordered_embedding

LAYERS, HEADS = 4, 4
READING = 3  # how many of the first layers look into the memory
CHOOSING = 2  # the layer that is taught to look at the right option before it answers
ASKING = 2  # how many of the first layers work on the question; the later ones only read it
HIDDEN = -1e9


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """[..., n, width] → [..., heads, n, width / heads]."""
    return x.unflatten(-1, (heads, x.shape[-1] // heads)).transpose(-2, -3)


def merge_heads(x: torch.Tensor) -> torch.Tensor:
    """[..., heads, n, d] → [..., n, heads · d]."""
    return x.transpose(-2, -3).flatten(-2)


class Layer(nn.Module):
    """Self-attention, a look into the memory (where `reads`), and a two-layer perceptron; pre-norm."""

    def __init__(self, width: int, memory: int, reads: bool):
        super().__init__()
        self.norm, self.norm_out = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        self.reads = reads
        if reads:
            self.norm_read = nn.LayerNorm(width)
            self.ask, self.key, self.value = (
                nn.Linear(width, width),
                nn.Linear(memory, width),
                nn.Linear(memory, width),
            )
            self.told = nn.Linear(width, width)
            self.sharpness = nn.Parameter(torch.zeros(HEADS, 1, 1))

    def heads(self, x: torch.Tensor):
        """Queries, keys and values [..., heads, n, d] of x [..., n, width]."""
        return (split_heads(part, HEADS) for part in self.qkv(self.norm(x)).chunk(3, -1))

    def attend(self, x: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias: torch.Tensor):
        """x plus what its queries find, and the attention [..., heads, n, m], over which bias broadcasts."""
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias, -1)
        return x + self.mix(merge_heads(weights @ v)), weights

    def read_memory(self, x: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, bias: torch.Tensor):
        """x plus what it reads in the memory, and the attention [..., heads, n, tokens]."""
        q = split_heads(self.ask(self.norm_read(x)), HEADS) * self.sharpness.exp()
        weights = torch.softmax(q @ keys.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias, -1)
        return x + self.told(merge_heads(weights @ values)), weights

    def feed_forward(self, x: torch.Tensor) -> torch.Tensor:
        """x through the perceptron."""
        return x + self.down(F.relu(self.up(self.norm_out(x))).square())


class Decoder(nn.Module):
    """Question and memory → trace and answer."""

    def __init__(self, width: int = 96, memory: int = NANO.d):
        super().__init__()
        self.embedding = nn.Embedding(SIZE, width)
        self.embedding.weight.data.copy_(ordered_embedding(width))
        self.question_place = nn.Parameter(torch.randn(NANO.question, width) * 0.1)
        self.answer_place = nn.Parameter(torch.randn(NANO.answer, width) * 0.1)
        self.layers = nn.ModuleList(Layer(width, memory, index < READING) for index in range(LAYERS))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, SIZE)
        self.head.weight.data.copy_(self.embedding.weight.data * 0.1)

    def memory_heads(self, memory: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Keys and values [..., heads, tokens, d] of memory tokens [..., tokens, D], per reading layer."""
        layers = [layer for layer in self.layers if layer.reads]
        return [
            (split_heads(layer.key(memory), HEADS), split_heads(layer.value(memory), HEADS))
            for layer in layers
        ]

    def embed_question(self, question: torch.Tensor, question_mask: torch.Tensor) -> torch.Tensor:
        """Question ids and mask [..., Q] → [..., Q, width]. Places count from the end: options are where they
        always are."""
        held = question_mask.to(torch.int64).sum(-1, keepdim=True)
        place = (held - 1 - torch.arange(question.shape[-1], device=question.device)).clamp(min=0)
        return self.embedding(question) + self.question_place[place]

    def forward(self, question, question_mask, written, memory=None, memory_bias=None):
        """Logits [B, A, V] of what follows each written token, the attention [W, heads, n·A, tokens] per
        reading layer, and that of written tokens [B, heads, A, Q+A]: the choosing layer's on the question,
        the last layer's on what is written.

        question ids [B, Q], mask [B, Q], written ids [B, A] (beginning with <bos>); memory [W, tokens, D]
        with its additive bias [W, tokens], where each of the W walks has B / W consecutive questions. Without
        a memory the decoder works from text alone.
        """
        batch, count = written.shape
        question_states = self.embed_question(question, question_mask)
        x = self.embedding(written) + self.answer_place[:count]
        question_bias = torch.where(question_mask, 0.0, HIDDEN)[:, None, None, :]
        later = torch.full((count, count), HIDDEN, device=x.device).triu(1).expand(batch, 1, -1, -1)
        bias = torch.cat([question_bias.expand(-1, 1, count, -1), later], -1)
        pairs = self.memory_heads(memory) if memory is not None else []
        looks, choice = [], None
        for index, layer in enumerate(self.layers):
            aq, ak, av = layer.heads(question_states)
            q, k, v = layer.heads(x)
            x, weights = layer.attend(x, q, torch.cat([ak, k], -2), torch.cat([av, v], -2), bias)
            choice = weights[..., : question.shape[1]] if index == CHOOSING else choice
            counted = weights[..., question.shape[1] :]
            if index < len(pairs):
                per_walk = x.view(memory.shape[0], -1, x.shape[-1])
                seen, weights = layer.read_memory(per_walk, *pairs[index], memory_bias[:, None, None])
                looks.append(weights)
                x = seen.view(batch, count, -1)
            x = layer.feed_forward(x)
            if index < ASKING:
                question_states = layer.feed_forward(
                    layer.attend(question_states, aq, ak, av, question_bias)[0]
                )
        return self.head(self.norm(x)), looks, torch.cat([choice, counted], -1)
