"""Checkpoints: atomic files of at most 16 MiB each, and the last one found again after a kill.

A checkpoint is a dictionary of tensors and plain values. It is written to parts `name.<part>.pt` of a new
folder, and the folder takes its final name in one rename; a kill leaves the older one as it was.
"""

import os
import shutil
from pathlib import Path

import torch

PART_BYTES = 15 * 2**20


def _flatten(tree, prefix: str, tensors: dict[str, torch.Tensor]):
    if isinstance(tree, torch.Tensor):
        tensors[prefix] = tree.detach().cpu().clone()
        return ("tensor", prefix)
    if isinstance(tree, dict):
        return ("dict", [(key, _flatten(value, f"{prefix}/{key}", tensors)) for key, value in tree.items()])
    if isinstance(tree, (list, tuple)):
        return ("list", [_flatten(value, f"{prefix}/{index}", tensors) for index, value in enumerate(tree)])
    return ("value", tree)


def _restore(skeleton, tensors: dict[str, torch.Tensor]):
    kind, content = skeleton
    if kind == "tensor":
        return tensors[content]
    if kind == "dict":
        return {key: _restore(value, tensors) for key, value in content}
    if kind == "list":
        return [_restore(value, tensors) for value in content]
    return content


def save(folder: Path, name: str, state: dict) -> Path:
    """Writes the state as `folder/name`, replacing an older one of that name. Returns the path."""
    tensors: dict[str, torch.Tensor] = {}
    skeleton = _flatten(state, "", tensors)
    fresh, final, old = folder / f"{name}.new", folder / name, folder / f"{name}.old"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    part: dict[str, torch.Tensor] = {}
    parts, used = 0, 0
    for key, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        if part and used + size > PART_BYTES:
            torch.save(part, fresh / f"part-{parts}.pt")
            part, parts, used = {}, parts + 1, 0
        part[key] = tensor
        used += size
    torch.save(part, fresh / f"part-{parts}.pt")
    torch.save({"skeleton": skeleton, "parts": parts + 1}, fresh / "index.pt")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.replace(final, old)
    os.replace(fresh, final)
    shutil.rmtree(old, ignore_errors=True)
    return final


def load(folder: Path, name: str) -> dict | None:
    """Reads what `save` wrote, or None where there is none. A kill between the two renames leaves `.old`:
    that is read."""
    for path in (folder / name, folder / f"{name}.old"):
        if (path / "index.pt").exists():
            index = torch.load(path / "index.pt", weights_only=True)
            tensors: dict[str, torch.Tensor] = {}
            for part in range(index["parts"]):
                tensors.update(torch.load(path / f"part-{part}.pt", weights_only=True, map_location="cpu"))
            return _restore(index["skeleton"], tensors)
    return None
