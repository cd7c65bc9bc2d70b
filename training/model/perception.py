"""What a single frame shows.

Each of its 48 tokens gets a category, the point it lies on, a vote for its object's centre, the object's
size, a wall's normal, and how sure it is. Each of 192 cells gets a depth and a feature, from which the
motion between frames is read. A convolutional stem, attention blocks over the token grid, and one linear
head.
"""

import torch
from torch import nn
from torch.nn import functional as F

from model.sizes import NANO
from world.categories import CATEGORIES

CLASSES = len(CATEGORIES)
PATCH = NANO.height // (4 * NANO.rows)  # pixels of a stem cell's side; a cell is 2×2 of those, a token 4×4
CELLS = (2 * NANO.rows, 2 * NANO.columns)
HEADS = {
    "category": CLASSES,
    "log_depth": 1,
    "ray_offset": 2,
    "vote": 3,
    "log_size": 3,
    "log_scale": 1,
    "normal": 2,
}
FOCAL = NANO.width / 2  # 90° horizontal field of view


def rays(rows: int, columns: int) -> torch.Tensor:
    """Directions (x/z, y/z) [rows·columns, 2] through the centres of a grid's cells."""
    step = NANO.width / columns
    u = ((torch.arange(columns) + 0.5) * step - NANO.width / 2) / FOCAL
    v = ((torch.arange(rows) + 0.5) * step - NANO.height / 2) / FOCAL
    return torch.stack([u.repeat(rows), v.repeat_interleave(columns)], -1)


class Residual(nn.Module):
    """Two 3×3 convolutions with batch norm around a skip."""

    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, width, h, w] → the same."""
        return F.relu(x + self.norm2(self.second(F.relu(self.norm1(self.first(x))))))


class Attention(nn.Module):
    """A pre-norm transformer block over tokens [B, n, width]; plain bmm and softmax, whose backward is fast
    on a CPU."""

    def __init__(self, width: int, heads: int = 4, expansion: int = 3):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, expansion * width), nn.Linear(expansion * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, n, width] → the same."""
        batch, count, width = x.shape
        qkv = (
            self.qkv(self.norm1(x))
            .view(batch, count, 3, self.heads, width // self.heads)
            .permute(2, 0, 3, 1, 4)
        )
        q, k, v = qkv[0], qkv[1], qkv[2]
        weights = torch.softmax(q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5, -1)
        x = x + self.out((weights.to(v.dtype) @ v).transpose(1, 2).reshape(batch, count, width))
        return x + self.down(F.relu(self.up(self.norm2(x))))


class Perception(nn.Module):
    """Frames → per-token readings and per-cell depth and features."""

    def __init__(
        self,
        stem: int = 48,
        middle: int = 96,
        width: int = 192,
        match: int = 48,
        depth: tuple[int, int, int] = (2, 4, 4),
    ):
        """`depth`: residual blocks on stem cells and on cells, attention blocks on tokens."""
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3 * PATCH * PATCH, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem), nn.ReLU()
        )
        self.stem_blocks = nn.Sequential(*(Residual(stem) for _ in range(depth[0])))
        self.to_cells = nn.Sequential(
            nn.Conv2d(4 * stem, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU()
        )
        self.cell_blocks = nn.Sequential(*(Residual(middle) for _ in range(depth[1])))
        self.to_tokens = nn.Linear(4 * middle, width)
        self.position = nn.Parameter(torch.randn(NANO.tokens, width) * 0.02)
        self.blocks = nn.Sequential(*(Attention(width) for _ in range(depth[2])))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, sum(HEADS.values()))
        self.back = nn.Linear(width, 4 * middle)  # token context returned to its 2×2 cells
        self.cell_head = nn.Conv2d(middle, 1, 1)
        self.cell_match = nn.Conv2d(middle, match, 1)
        self.register_buffer("token_rays", rays(NANO.rows, NANO.columns))
        self.register_buffer("cell_rays", rays(*CELLS))
        nn.init.normal_(self.head.weight, std=0.01)

    def forward(self, frames: torch.Tensor) -> dict[str, torch.Tensor]:
        """Frames [B, 3, H, W] in about (−2, 2) → readings; lengths in metres, in each frame's own camera.

        category [B,N,16] logits, point [B,N,3], center [B,N,3], log_size [B,N,3], log_scale [B,N] (log
        metres), normal [B,N,2] (x, z; unit), trunk [B,N,192], cell_depth [B,192] (z), cell_feature [B,192,48]
        (unit), look [B,96] (pooled cells, for the novelty score).
        """
        return self.read(F.pixel_unshuffle(frames, PATCH))

    def read(self, patches: torch.Tensor) -> dict[str, torch.Tensor]:
        """As forward, of frames whose stem cells' pixels are channels [B, 3·PATCH², 4·rows, 4·columns]."""
        batch = patches.shape[0]
        x = self.stem_blocks(self.stem(patches))
        cells = self.cell_blocks(self.to_cells(F.pixel_unshuffle(x, 2)))
        tokens = F.pixel_unshuffle(cells, 2).flatten(2).transpose(1, 2)
        trunk = self.norm(self.blocks(self.to_tokens(tokens) + self.position))
        parts = self.head(trunk).float().split(list(HEADS.values()), -1)
        reading = dict(zip(HEADS, parts, strict=True))
        context = self.back(trunk).transpose(1, 2).reshape(batch, -1, NANO.rows, NANO.columns)
        cells_seen = F.relu(cells + F.pixel_shuffle(context, 2))
        depth = (reading["log_depth"].clamp(-3, 4) + 1.0).exp()
        point = torch.cat([(self.token_rays + reading["ray_offset"]) * depth, depth], -1)
        normal = reading["normal"]
        feature = self.cell_match(cells_seen).float().flatten(2).transpose(1, 2)
        return {
            "category": reading["category"],
            "point": point,
            "center": point + reading["vote"],
            "log_size": reading["log_size"],
            "log_scale": reading["log_scale"].squeeze(-1) - 1.5,
            "normal": normal / (normal.square().sum(-1, keepdim=True) + 1e-6).sqrt(),
            "trunk": trunk,
            "cell_depth": (self.cell_head(cells_seen).float().flatten(1).clamp(-3, 4) + 1.0).exp(),
            "cell_feature": feature / (feature.square().sum(-1, keepdim=True) + 1e-6).sqrt(),
            "look": cells.float().mean((2, 3)),
        }


def normalise(frames: torch.Tensor) -> torch.Tensor:
    """uint8 [B, H, W, 3] → float32 [B, 3, H, W], centred on mid grey."""
    return (frames.permute(0, 3, 1, 2).float() - 127.5) / 64.0


def normalised_patches(frames: torch.Tensor) -> torch.Tensor:
    """uint8 [B, H, W, 3] → the stem's input, bit for bit as of `normalise`: bytes are faster to move."""
    return (F.pixel_unshuffle(frames.permute(0, 3, 1, 2), PATCH).float() - 127.5) / 64.0
