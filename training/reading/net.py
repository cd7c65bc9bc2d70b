"""The reader's net: all-MiniLM-L6-v2 (Apache-2.0) with linear heads for the whole question and for each
token."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn.functional import gelu, log_softmax

from reading.labels import REASONS, ROLES, TASKS, THINGS, UNIT_LABELS
from reading.words import packaged

WIDTH, HEADS, HIDDEN, LAYERS = 384, 12, 1536, 6
WORDS, POSITIONS = 30522, 512
EPSILON = 1e-12


class Reading(NamedTuple):
    """Logits: task, reason and unit [B, …], things and roles [B, R, …], starts [B, R]."""

    task: Tensor
    reason: Tensor
    unit: Tensor
    things: Tensor
    roles: Tensor
    starts: Tensor


@dataclass(frozen=True)
class Tokens:
    """Ids and segments [B, R] (int64), and which of them are none of the filling [B, R] (bool)."""

    ids: Tensor
    segments: Tensor
    mask: Tensor


class Layer(nn.Module):
    """One post-norm transformer layer, as BERT has it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.wide, self.narrow = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """x [B, R, WIDTH]; bias [B, 1, 1, R] keeps attention from the filling, None where there is none.

        Attention is written out: its fused form has a slow backward on CPUs, and no 8-bit form in ONNX.
        """
        batch, length, _ = x.shape
        q, k, v = (
            part(x).view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        weights = q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        weights = (weights if bias is None else weights + bias).softmax(-1)
        seen = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm(x + self.dropout(self.out(seen)))
        return self.norm_out(x + self.dropout(self.narrow(gelu(self.wide(x)))))


class Reader(nn.Module):
    """The encoder with its heads. The word, position and segment tables stay as the package has them."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.kinds = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)
        self.task, self.reason, self.unit = (
            nn.Linear(2 * WIDTH, len(labels)) for labels in (TASKS, REASONS, UNIT_LABELS)
        )
        self.things, self.roles, self.starts = (nn.Linear(WIDTH, n) for n in (len(THINGS), len(ROLES), 1))
        for table in (self.words, self.positions, self.kinds):
            table.weight.requires_grad_(False)

    def embed(self, tokens: Tokens) -> Tensor:
        """[B, R, WIDTH]: what the first layer takes."""
        places = self.positions.weight[: tokens.ids.shape[1]]
        return self.norm(self.words(tokens.ids) + places + self.kinds(tokens.segments))

    def encode(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """[B, R, WIDTH]: what the last layer gives."""
        bias = None if mask is None else (~mask[:, None, None]).to(x.dtype) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def heads(self, x: Tensor, mask: Tensor | None) -> Reading:
        """The heads on the encoded tokens. What is told of the whole reads the first token and the mean of
        all."""
        if mask is None:
            mean = x.mean(1)
        else:
            weight = mask.unsqueeze(-1).to(x.dtype)
            mean = (x * weight).sum(1) / weight.sum(1)
        whole = self.dropout(torch.cat([x[:, 0], mean], -1))
        return Reading(
            self.task(whole),
            self.reason(whole),
            self.unit(whole),
            self.things(x),
            self.roles(x),
            self.starts(x).squeeze(-1),
        )

    def forward(self, tokens: Tokens) -> Reading:
        """The reading of a batch."""
        return self.heads(self.encode(self.embed(tokens), tokens.mask), tokens.mask)


def told(reading: Reading) -> dict[str, Tensor]:
    """The graph's outputs: log-probabilities, and the probability that a mention starts."""
    logs = {name: log_softmax(value, -1) for name, value in reading._asdict().items() if name != "starts"}
    return logs | {"starts": reading.starts.sigmoid()}


def pretrained(dropout: float = 0.1) -> Reader:
    """The reader with the package's weights; its heads are new."""
    reader = Reader(dropout)
    names = {
        "embeddings.word_embeddings": "words",
        "embeddings.position_embeddings": "positions",
        "embeddings.token_type_embeddings": "kinds",
        "embeddings.LayerNorm": "norm",
        "attention.self.query": "query",
        "attention.self.key": "key",
        "attention.self.value": "value",
        "attention.output.dense": "out",
        "attention.output.LayerNorm": "norm",
        "intermediate.dense": "wide",
        "output.dense": "narrow",
        "output.LayerNorm": "norm_out",
    }
    state = reader.state_dict()
    for key, value in load(packaged("model.safetensors")).items():
        if key.startswith("pooler") or key.endswith("position_ids"):
            continue
        module, _, kind = key.rpartition(".")
        if module.startswith("encoder.layer."):
            number, _, part = module.removeprefix("encoder.layer.").partition(".")
            state[f"layers.{number}.{names[part]}.{kind}"] = value
        else:
            state[f"{names[module]}.{kind}"] = value
    reader.load_state_dict(state)
    return reader
