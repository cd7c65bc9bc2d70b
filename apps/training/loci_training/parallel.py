"""Several processes that train one net: each on batches of its own, all with the mean of their gradients."""

from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn


def join_group(folder: Path, name: str, rank: int, processes: int) -> None:
    """Makes this process one of a group, found through a file in the folder; alone it does nothing."""
    if processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{(folder / f'group-{name}').absolute()}", rank=rank, world_size=processes)


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
    given = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
    flat = torch.cat([g.flatten() for g in given])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for parameter, part in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        parameter.grad = part.view_as(parameter)
