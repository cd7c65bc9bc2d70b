"""Muon: momentum whose step is orthogonalised, for the matrices of the trunk; AdamW for everything else."""

from collections import defaultdict

import torch


def orthogonalise(matrix: torch.Tensor, rounds: int = 5) -> torch.Tensor:
    """The nearest semi-orthogonal matrices to [..., r, c], roughly, by a quintic Newton–Schulz iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.mT if tall else matrix
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Orthogonalised Nesterov momentum over parameters of two or more dimensions (a convolution is
    flattened)."""

    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.01):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        """One update of every parameter that has a gradient; matrices of one shape at once."""
        for group in self.param_groups:
            alike = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike[parameter.flatten(1).shape].append(parameter)
            for (rows, columns), parameters in alike.items():
                updates = orthogonalise(
                    torch.stack(
                        [self._nesterov(parameter, group["momentum"]).flatten(1) for parameter in parameters]
                    )
                )
                torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
                for parameter, update in zip(parameters, updates, strict=True):
                    parameter.add_(
                        update.view_as(parameter), alpha=-group["lr"] * max(1.0, rows / columns) ** 0.5
                    )

    def _nesterov(self, parameter: torch.Tensor, momentum: float) -> torch.Tensor:
        """The gradient as Nesterov's momentum sees it, which it joins."""
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer = state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(buffer, momentum)


class OptimiserPair:
    """Two optimisers that step, clear and save as one."""

    def __init__(self, *optimisers: torch.optim.Optimizer):
        self.optimisers = optimisers
        self.base = [[group["lr"] for group in optimiser.param_groups] for optimiser in optimisers]

    def add_adamw_group(self, parameters: list[torch.nn.Parameter], rate: float) -> None:
        """Lets the last optimiser, AdamW, step further parameters at a learning rate of their own."""
        self.optimisers[-1].add_param_group({"params": parameters, "lr": rate})
        self.base[-1].append(rate)

    def step(self, scale: float) -> None:
        """Steps all with their learning rates scaled, then clears the gradients."""
        for optimiser, rates in zip(self.optimisers, self.base, strict=True):
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    def state_dict(self) -> list:
        """The states of all, in order."""
        return [optimiser.state_dict() for optimiser in self.optimisers]

    def load_state_dict(self, states: list) -> None:
        """Restores what `state_dict` gave."""
        for optimiser, state in zip(self.optimisers, states, strict=True):
            optimiser.load_state_dict(state)


def muon_and_adamw(
    modules: list[torch.nn.Module], head: list[torch.nn.Module], lr: float, adam_lr: float
) -> OptimiserPair:
    """Muon on the matrices of modules, AdamW on their vectors and on everything in head."""
    matrices, others = [], [p for module in head for p in module.parameters()]
    for module in modules:
        for parameter in module.parameters():
            (matrices if parameter.dim() >= 2 else others).append(parameter)
    return OptimiserPair(
        Muon(matrices, lr), torch.optim.AdamW(others, adam_lr, betas=(0.9, 0.98), weight_decay=0.0)
    )


def learning_rate_factor(done: float, warm: float = 0.01, flat: float = 0.25) -> float:
    """Learning-rate factor at the fraction done of a run: a short warm-up, flat, then linear to 0."""
    if done < warm:
        return max(done / warm, 0.02)
    return 1.0 if done < flat else max((1.0 - done) / (1.0 - flat), 0.0)
