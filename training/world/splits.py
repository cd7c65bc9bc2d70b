"""Disjoint ranges of scene seeds. A scene, its walks and its questions belong to exactly one split."""

TRAIN = range(0, 800_000)
VALIDATION = range(800_000, 900_000)
TEST = range(900_000, 1_000_000)
SPLITS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


def split_of(seed: int) -> str:
    """The split that a scene seed belongs to. Raises ValueError outside all of them."""
    for name, seeds in SPLITS.items():
        if seed in seeds:
            return name
    raise ValueError(f"seed {seed} belongs to no split")
