"""The nano model's sizes: one place, read by the nets, the training, the export and the manifest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """T frames a chunk, the picture, the token grid, the widths of VLM² and the lengths of the two
    memories."""

    frames: int = 32
    overlap: int = 4
    height: int = 144
    width: int = 192
    rows: int = 6
    columns: int = 8
    view_tokens: int = 1
    d_visual: int = 96
    d_geometry: int = 64
    d: int = 128
    working: int = 8
    episodic: int = 32
    question: int = 160
    answer: int = 96

    @property
    def tokens(self) -> int:
        """N: one token per cell of the grid."""
        return self.rows * self.columns


NANO = Sizes()
FPS = 2.0  # sampled frames a second
FOV_DEG = 90  # horizontal, of every frame
METRIC_SCALE = True  # lengths are metres
