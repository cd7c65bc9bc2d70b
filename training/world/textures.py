"""Procedural textures: tileable 128×128 RGB mixing weights with their mip levels, made once a process.

A texture says per channel how far a surface goes from its material's first colour to its second.
"""

from functools import cache

import numpy as np

SIZE = 128
NAMES = [
    "flat",
    "plaster",
    "wood",
    "planks",
    "fabric",
    "carpet",
    "tiles",
    "checks",
    "stripes",
    "brick",
    "books",
    "leaves",
    "cardboard",
    "picture",
    "view",
    "brushed",
    "marble",
    "rug",
    "screen",
    "dots",
]
NUMBER = {name: number for number, name in enumerate(NAMES)}


def smooth_noise(rng: np.random.Generator, across: float, along: float) -> np.ndarray:
    """Periodic Gaussian-filtered noise in [0, 1], [SIZE, SIZE]; widths in texels along columns and rows."""
    frequency = np.fft.fftfreq(SIZE)
    envelope = np.exp(
        -2 * (np.pi * across * frequency[None, :]) ** 2 - 2 * (np.pi * along * frequency[:, None]) ** 2
    )
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(SIZE, SIZE))) * envelope).real
    low, high = np.quantile(field, [0.02, 0.98])
    return np.clip((field - low) / (high - low), 0, 1)


def _grid(
    rng: np.random.Generator, rows: int, columns: int, gap: int, shift: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Cells with joints: a random value per cell and the mask of the joints, both [SIZE, SIZE]."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    row = y * rows // SIZE
    x = (x + (row % 2) * (SIZE // columns // 2)) % SIZE if shift else x
    column = x * columns // SIZE
    value = rng.random((rows, columns))[row, column]
    return value, (y % (SIZE // rows) < gap) | (x % (SIZE // columns) < gap)


def _wood(rng: np.random.Generator) -> np.ndarray:
    rings = smooth_noise(rng, 1.5, 40) * 0.6 + smooth_noise(rng, 5, 60) * 0.5
    return np.clip(rings + 0.15 * smooth_noise(rng, 0.6, 8) - 0.1, 0, 1)


def _planks(rng: np.random.Generator) -> np.ndarray:
    value, joint = _grid(rng, 2, 8, 1, True)
    value = _grid(rng, 1, 8, 0, False)[0] * 0.5 + value * 0.3
    return np.where(joint, 1.0, np.clip(0.75 * value + 0.25 * _wood(rng), 0, 1))


def _books(rng: np.random.Generator) -> np.ndarray:
    out = np.zeros((SIZE, SIZE, 3))
    left = 0
    while left < SIZE:
        width = int(rng.integers(4, 12))
        out[:, left : left + width] = rng.random(3) * 0.9
        out[:, left : left + 1] *= 0.3
        out[: int(rng.integers(0, 30)), left : left + width] = 0.05
        left += width
    return out


def _picture(rng: np.random.Generator) -> np.ndarray:
    out = np.stack([smooth_noise(rng, 14, 10) for _ in range(3)], axis=-1)
    return np.round(out * 4) / 4


def _view(rng: np.random.Generator) -> np.ndarray:
    """What a window shows: sky above, blurred trees below."""
    y = np.linspace(0, 1, SIZE)[:, None] + 0.25 * (smooth_noise(rng, 9, 9) - 0.5)
    green = np.clip((y - 0.6) * 5, 0, 1)
    return np.stack([green, green * 0.55, green], axis=-1)


def _blobs(rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE] % 32 - 16
    return ((x * x + y * y) < 60).astype(float)


def _rug(rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    diamonds = (np.abs(x % 64 - 32) + np.abs(y % 64 - 32)) // 8 % 2
    return np.clip(0.75 * diamonds + 0.25 * rng.random((SIZE, SIZE)), 0, 1)


def _one(name: str, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    if name == "flat":
        return np.zeros((SIZE, SIZE))
    if name in ("plaster", "cardboard"):
        return 0.6 * smooth_noise(rng, 8, 8) + 0.4 * smooth_noise(rng, 1, 1)
    if name in ("tiles", "brick"):
        value, joint = _grid(rng, 4, 4, 2, False) if name == "tiles" else _grid(rng, 8, 4, 2, True)
        return np.where(joint, 1.0, (0.3 if name == "tiles" else 0.6) * value)
    if name == "fabric":
        return (
            0.5 * ((x // 2 + y // 2) % 2) + 0.3 * rng.random((SIZE, SIZE)) + 0.2 * smooth_noise(rng, 10, 10)
        )
    if name == "carpet":
        return 0.6 * rng.random((SIZE, SIZE)) + 0.4 * smooth_noise(rng, 6, 6)
    if name == "checks":
        return ((x // 32 + y // 32) % 2) * 0.95
    if name == "stripes":
        return (x // 16 % 2) * 0.95
    if name == "leaves":
        return np.round(smooth_noise(rng, 3, 3) * 3) / 3
    if name == "brushed":
        return smooth_noise(rng, 0.5, 30)
    if name == "marble":
        return np.abs(np.sin(12 * smooth_noise(rng, 12, 12))) ** 4
    makers = {
        "wood": _wood,
        "planks": _planks,
        "books": _books,
        "picture": _picture,
        "view": _view,
        "rug": _rug,
    }
    makers |= {"screen": lambda r: 0.5 * smooth_noise(r, 30, 30), "dots": _blobs}
    return makers[name](rng)


@cache
def texture_atlas() -> np.ndarray:
    """All textures with their mip levels, float32 [T, texels of all levels, 4], 16-byte aligned for the
    renderer."""
    rng = np.random.default_rng(7)
    rows = []
    for name in NAMES:
        level = _one(name, rng)
        level = np.repeat(level[:, :, None], 3, axis=2) if level.ndim == 2 else level
        levels = []
        while True:
            levels.append(np.concatenate([level, np.zeros_like(level[:, :, :1])], axis=2).reshape(-1, 4))
            if level.shape[0] == 1:
                break
            half = level.shape[0] // 2
            level = level.reshape(half, 2, half, 2, 3).mean((1, 3))
        rows.append(np.concatenate(levels))
    atlas = np.stack(rows).astype(np.float32)
    buffer = np.empty(atlas.nbytes + 16, np.uint8)
    offset = -buffer.ctypes.data % 16
    aligned = buffer[offset : offset + atlas.nbytes].view(np.float32).reshape(atlas.shape)
    aligned[:] = atlas
    return aligned
