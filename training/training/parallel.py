"""Several processes that train one net: each on batches of its own, all with the mean of their gradients."""

import os
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn


def keep_freed_memory() -> None:
    """Lets the processes that are started from now on hand freed memory to their allocator, not to the
    system: page faults cost a fifth of the time otherwise."""
    for name, value in {
        "MALLOC_TRIM_THRESHOLD_": "4000000000",
        "MALLOC_MMAP_THRESHOLD_": "4000000000",
        "MALLOC_TOP_PAD_": "500000000",
    }.items():
        os.environ.setdefault(name, value)


def join_group(folder: Path, name: str, rank: int, processes: int) -> None:
    """Makes this process one of a group, found through a file in the folder; alone it does nothing."""
    if processes > 1:
        dist.init_process_group(
            "gloo",
            init_method=f"file://{(folder / f'group-{name}').absolute()}",
            rank=rank,
            world_size=processes,
        )


def leave_group() -> None:
    """Ends what `join_group` began."""
    if dist.is_initialized():
        dist.destroy_process_group()


def same_for_all(value: float) -> float:
    """The first process's value."""
    held = torch.tensor([value], dtype=torch.float64)
    if dist.is_initialized():
        dist.broadcast(held, 0)
    return held.item()


def share_gradients(parameters: list[nn.Parameter]) -> None:
    """Averages gradients over the processes of a group; alone it does nothing."""
    if not dist.is_initialized():
        return
    gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for parameter, part in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        parameter.grad = part.view_as(parameter)
