"""What an exported graph must hold to before anything is written: the model, and the comparison with it."""

from pathlib import Path

import numpy as np
from safetensors import numpy as safetensors

from export.manifest import TOLERANCE
from model.localizer import Arrays
from model.loci import Loci
from training.checkpoints import load


class ParityError(RuntimeError):
    """An exported graph does not do what PyTorch does, or is not of the code that describes it."""


def load_model(folder: Path, name: str = "loci") -> Loci:
    """The model of a checkpoint folder. Raises FileNotFoundError where there is none."""
    state = load(folder, name)
    if state is None:
        raise FileNotFoundError(f"no checkpoint {name} in {folder}")
    loci = Loci()
    loci.load_state_dict(state["loci"])
    return loci.eval()


def compare(name: str, wanted: Arrays, got: Arrays) -> float:
    """The largest absolute difference; whole numbers and masks must be equal. Raises ParityError."""
    worst = 0.0
    for key, value in wanted.items():
        if got[key].shape != value.shape or got[key].dtype != value.dtype:
            found = f"{got[key].dtype}{got[key].shape}"
            raise ParityError(f"{name}.{key}: {found}, wanted {value.dtype}{value.shape}")
        if value.dtype != np.float32:
            if not np.array_equal(got[key], value):
                raise ParityError(f"{name}.{key} differs")
            continue
        if not (np.isfinite(value).all() and np.isfinite(got[key]).all()):
            raise ParityError(f"{name}.{key} is not finite")
        worst = max(worst, float(np.abs(got[key] - value).max()))
    if not worst <= TOLERANCE:
        raise ParityError(f"{name} differs by {worst:.2e}; at most {TOLERANCE:.0e} is allowed")
    return worst


def write_tensors(path: Path, arrays: Arrays) -> None:
    """Writes arrays as a safetensors file."""
    path.write_bytes(safetensors.save({name: np.ascontiguousarray(value) for name, value in arrays.items()}))
