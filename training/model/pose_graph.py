"""The cameras' way through a chunk, from motions between frames 1 and 2 apart and from walls that stand
still.

Motions add up to a drift; the distances to walls do not, and hold it back. Turns first, then positions along
each of the walls' two axes: each a small least-squares problem over the steps between frames, solved by
conjugate gradients inside the graph. Nothing is taken for granted about a room's shape but that walls stand
in two directions; where sightings place a wall tells which of them are of the same one.
"""

import torch

GAPS = (1, 2)  # frames; motions over more are no better than the sum of these (docs/research/training.md)
ROUNDS, ITERATIONS = 3, 16  # a trained net's ways end within 0.04 mm of where 200 iterations take them
LEAST_TURN, LEAST_SHIFT = 0.003, 0.02  # radians, metres: no motion is known better
LOG_SCALES = (-12.0, 2.0)  # an untrained net's doubts stay finite when squared; a trained one's lie within
SEEN = 0.05  # metres, one sighting of a wall
DOUBT = 0.25  # metres: sightings farther apart are of two walls
FAR = 3.0  # a motion off by so many times its doubt counts a quarter


def edges(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Earlier and later frames [E] of all pairs that are GAPS apart, in the order of GAPS."""
    gaps = [gap for gap in GAPS if gap < count] or [0]
    return torch.cat([torch.arange(count - gap) for gap in gaps]), torch.cat(
        [torch.arange(gap, count) for gap in gaps]
    )


def step_incidence(count: int) -> torch.Tensor:
    """[E, T]: which steps (of a frame from the one before) each pair's motion is the sum of."""
    earlier, later = edges(count)
    step = torch.arange(count)
    return ((step > earlier.unsqueeze(1)) & (step <= later.unsqueeze(1))).float()


def prefix_sums(count: int) -> torch.Tensor:
    """[T, T]: positions are the sums of the steps so far; frame 0 stands at 0."""
    index = torch.arange(count)
    return ((index.unsqueeze(1) >= index.unsqueeze(0)) & (index.unsqueeze(0) > 0)).float()


def solve(matrix: torch.Tensor, wanted: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """Conjugate gradients on matrix [T, T] · steps = wanted [T] from a first guess, preconditioned by the
    diagonal."""
    scale = (torch.diagonal(matrix) + 1e-6).rsqrt()
    system = matrix * scale.unsqueeze(1) * scale
    steps = found / scale
    left = wanted * scale - system @ steps
    direction, size = left, (left * left).sum()
    for _ in range(ITERATIONS):
        image = system @ direction
        length = size / (direction * image).sum().clamp(min=1e-12)
        steps = steps + length * direction
        left = left - length * image
        fresh = (left * left).sum()
        direction, size = left + fresh / size.clamp(min=1e-12) * direction, fresh
    return steps * scale


def robust_fit(
    span: torch.Tensor, measured: torch.Tensor, weight: torch.Tensor, found: torch.Tensor, prior=None
) -> torch.Tensor:
    """Steps [T] that fit measured sums [E] with weights [E] (1 / variance), robustly; `prior` adds a matrix
    and a vector."""
    trusted = weight
    for _ in range(ROUNDS):
        matrix = span.T @ (trusted.unsqueeze(1) * span)
        wanted = span.T @ (trusted * measured)
        if prior is not None:
            tie, pull = prior(found)
            matrix, wanted = matrix + tie, wanted + pull
        found = solve(matrix, wanted, found)
        trusted = weight / (1 + (span @ found - measured).square() * weight / FAR**2).square()
    return found


def wall_sighting(
    place: torch.Tensor, facing: torch.Tensor, sure: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the wall that faces an axis is seen from each frame, and how well, [T] each: where most of its
    tokens agree.

    place [T, N] of the tokens along the axis, facing [T, N] the cosine of their walls' outward normal with
    it, sure [T, N].
    """
    weight = sure * facing.clamp(min=0).pow(8)
    near = (1 + ((place.unsqueeze(-1) - place.unsqueeze(-2)) / 0.15).square()).reciprocal().square()
    agreed = weight * (near @ weight.unsqueeze(-1)).squeeze(-1).pow(3)
    total = agreed.sum(-1)
    position = (agreed * place).sum(-1) / total.clamp(min=1e-9)
    close = (weight * (1 + ((place - position.unsqueeze(-1)) / 0.15).square()).reciprocal()).sum(-1)
    return position, close / (close + 1.0)


def wall_laplacian(
    distance: torch.Tensor, weight: torch.Tensor, position: torch.Tensor, together: torch.Tensor
) -> torch.Tensor:
    """The Laplacian [T, T] that draws together sightings (distance [T], weight [T]) of what seems one wall
    from positions [T], of frames that are `together` [T, T]."""
    place = position + distance
    same = (1 + ((place.unsqueeze(1) - place) / DOUBT).square()).reciprocal().square()
    tie = weight.unsqueeze(1) * weight * same * together
    share = tie.sum(-1).clamp(min=1e-6).rsqrt()
    tie = tie * share.unsqueeze(1) * share * (weight.unsqueeze(1) * weight).sqrt()
    return torch.eye(len(position)) * tie.sum(-1) - tie


def wall_ties(walls: list[tuple[torch.Tensor, torch.Tensor]], sums: torch.Tensor, together: torch.Tensor):
    """What `robust_fit` takes as `prior`: walls as (distance, weight) [T] each."""

    def prior(found: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ties = [
            (wall_laplacian(distance, weight, sums @ found, together) / SEEN**2, distance)
            for distance, weight in walls
        ]
        matrix = sum(sums.T @ tie @ sums for tie, _ in ties)
        return matrix, -sum(sums.T @ (tie @ distance) for tie, distance in ties)

    return prior


def weights(log_scale: torch.Tensor, least: float, open_pair: torch.Tensor, count: int) -> torch.Tensor:
    """1 / variance [E] for T = `count` frames; of pairs with a padded frame only neighbours count, and stand
    still."""
    sure = (log_scale.clamp(*LOG_SCALES).exp() + least).square().reciprocal()
    neighbours = torch.arange(log_scale.shape[0]) < count - 1
    return torch.where(open_pair, sure, torch.where(neighbours, 1 / least**2, 0.0))


def solve_yaw(measured: torch.Tensor, weight: torch.Tensor, count: int) -> torch.Tensor:
    """Yaw [T] from the turns of all pairs [E]."""
    return prefix_sums(count) @ robust_fit(
        step_incidence(count), measured, weight, measured_steps(measured, count)
    )


def measured_steps(measured: torch.Tensor, count: int) -> torch.Tensor:
    """The first guess: motions from one frame to the next [T]; entry 0 is 0."""
    return torch.cat([torch.zeros_like(measured[:1]), measured[: count - 1]])


def solve_positions(
    yaw, shift_x, shift_z, weight, axis, point, normal, wall, mask, together
) -> tuple[torch.Tensor, torch.Tensor]:
    """Positions x, z [T] of a chunk's cameras.

    yaw [T]; shifts [E] of all pairs in the earlier camera, weight [E]; axis [2] = (cos, sin) of the walls'
    angle in the chunk's frame; point [T, N, 3] and normal [T, N, 2] (x, z) in the cameras, wall [T, N] the
    probability of being wall, mask [T], together [T, T]: 1 where no shot boundary lies between two frames.
    """
    count = yaw.shape[0]
    earlier, _ = edges(count)
    span, sums = step_incidence(count), prefix_sums(count)
    ec, es = yaw.cos()[earlier], yaw.sin()[earlier]
    dx, dz = ec * shift_x + es * shift_z, ec * shift_z - es * shift_x
    cos, sin = yaw.cos().unsqueeze(-1), yaw.sin().unsqueeze(-1)
    px, pz = cos * point[..., 0] + sin * point[..., 2], cos * point[..., 2] - sin * point[..., 0]
    nx, nz = cos * normal[..., 0] + sin * normal[..., 1], cos * normal[..., 1] - sin * normal[..., 0]
    sure = wall.square() / (1 + point[..., 2].square() / 4) * mask.to(wall.dtype).unsqueeze(-1)
    c, s = axis[0], axis[1]
    found = []
    for ax, az in ((s, c), (c, -s)):
        place, facing, along = px * ax + pz * az, nx * ax + nz * az, dx * ax + dz * az
        walls = [wall_sighting(place, facing, sure), wall_sighting(place, -facing, sure)]
        found.append(
            sums
            @ robust_fit(span, along, weight, measured_steps(along, count), wall_ties(walls, sums, together))
        )
    u, v = found
    return u * s + v * c, u * c - v * s
