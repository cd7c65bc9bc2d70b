"""Holding on to the walls: a chunk's positions, drawn towards those at which its walls stand still.

Steps between frames add up to a drift; the distance to a wall does not. Along each of the room's two axes a chunk's
positions u and the two walls' places D are those that agree best with the steps (0.05 m a step) and with what is seen of
the walls, u + d = D (0.04 m a frame). It is a small least-squares problem; conjugate gradients solve it inside the graph.
"""

import torch

STEP, SEEN = 0.05, 0.04  # metres, standard deviations
ROUNDS, ITERATIONS = 2, 20
DOUBT = 0.3  # metres: a wall seen farther than this from its place counts less


def seen_along(place: torch.Tensor, facing: torch.Tensor, sure: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the wall ahead along an axis is seen from each frame, and how well, [T] each.

    place [T, N] of the tokens along the axis, facing [T, N] the cosine of their walls' outward normal with it, sure [T, N].
    """
    weight = sure * facing.clamp(min=0).pow(8)
    total = weight.sum(-1)
    return (weight * place).sum(-1) / (total + 1e-6), total / (total + 1.0)


def still(weight: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Weighted values less their weighted mean, weighted again: the gradient of their spread, [T]."""
    mean = (weight * values).sum() / (weight.sum() + 1e-6)
    return weight * (values - mean)


def hold(steps: torch.Tensor, walls: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """Positions [T] along an axis from steps [T] (entry 0 is 0) and what each of its walls shows: (distance, weight) [T]."""
    count = steps.shape[0]
    index = torch.arange(count)
    sums = ((index.unsqueeze(1) >= index.unsqueeze(0)) & (index.unsqueeze(0) > 0)).to(steps.dtype)
    pull = (STEP / SEEN) ** 2
    found = steps
    for _ in range(ROUNDS):
        held = []
        for distance, weight in walls:
            at = sums @ found + distance
            gap = at - (weight * at).sum() / (weight.sum() + 1e-6)
            held.append((distance, weight / (1 + (gap / DOUBT).square())))
        wanted = steps - pull * sum(sums.T @ still(weight, distance) for distance, weight in held)

        def system(s: torch.Tensor, held=held) -> torch.Tensor:
            u = sums @ s
            return s + pull * sum(sums.T @ still(weight, u) for _, weight in held)

        left = wanted - system(found)
        way, size = left, (left * left).sum()
        for _ in range(ITERATIONS):
            ahead = system(way)
            length = size / (way * ahead).sum().clamp(min=1e-9)
            found = found + length * way
            left = left - length * ahead
            fresh = (left * left).sum()
            way, size = left + fresh / size.clamp(min=1e-9) * way, fresh
    return sums @ found


def anchored(yaw, x, z, axis, point, normal, wall, mask) -> tuple[torch.Tensor, torch.Tensor]:
    """Positions x, z [T] of a chunk, held by its walls.

    yaw, x, z [T] as chained, axis [2] = (cos, sin) of the walls' angle in the chunk's frame, point [T, N, 3] and normal
    [T, N, 2] (x, z) in the cameras, wall [T, N] the probability of being wall, mask [T].
    """
    cos, sin = yaw.cos().unsqueeze(-1), yaw.sin().unsqueeze(-1)
    px, pz = cos * point[..., 0] + sin * point[..., 2], cos * point[..., 2] - sin * point[..., 0]
    nx, nz = cos * normal[..., 0] + sin * normal[..., 1], cos * normal[..., 1] - sin * normal[..., 0]
    sure = wall.square() / (1 + point[..., 2].square() / 4) * mask.to(wall.dtype).unsqueeze(-1)
    c, s = axis[0], axis[1]
    found = []
    for ax, az in ((s, c), (c, -s)):
        place, facing, along = px * ax + pz * az, nx * ax + nz * az, x * ax + z * az
        steps = torch.cat([torch.zeros_like(along[:1]), along[1:] - along[:-1]])
        found.append(hold(steps, [seen_along(place, facing, sure), seen_along(place, -facing, sure)]))
    u, v = found
    return u * s + v * c, u * c - v * s
