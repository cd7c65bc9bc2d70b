"""All tests compute on one thread: their tensors are small, and sums over threads come out in any order."""

import torch

torch.set_num_threads(1)
