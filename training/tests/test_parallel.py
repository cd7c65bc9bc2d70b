"""Training in several processes: all take the same step, by the mean of what each found."""

import multiprocessing

import torch
from torch import nn

from training.parallel import join_group, leave_group, same_for_all, share_gradients


def shared(folder, rank: int, out) -> None:
    """One process of two: gradients of its own, but for a parameter that it did not use."""
    join_group(folder, "test", rank, 2)
    used, unused = nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(2))
    used.grad = torch.full((2, 3), 1.0 + 2 * rank)
    if rank:
        unused.grad = torch.ones(2)
    share_gradients([used, unused])
    out.put((rank, used.grad.tolist(), unused.grad.tolist(), same_for_all(10.0 + rank)))
    leave_group()


def test_two_processes_get_the_mean_of_their_gradients_and_the_first_ones_clock(tmp_path):
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    running = [context.Process(target=shared, args=(tmp_path, rank, out)) for rank in range(2)]
    for process in running:
        process.start()
    found = sorted(out.get(timeout=60) for _ in running)
    for process in running:
        process.join()
    # who did not use a parameter counts with a gradient of zero
    assert found == [(rank, [[2.0] * 3] * 2, [0.5] * 2, 10.0) for rank in range(2)]


def test_alone_a_process_keeps_its_own(tmp_path):
    join_group(tmp_path, "test", 0, 1)
    parameter = nn.Parameter(torch.zeros(2))
    share_gradients([parameter])
    assert parameter.grad is None and same_for_all(3.0) == 3.0
    leave_group()
    assert not list(tmp_path.iterdir())
