"""The pose graph: exact motions are kept, walls take the drift away, and nothing that was not seen pulls on
the way."""

import numpy as np
import pytest
import torch

from model import pose_graph
from model.perceive import BOUNDARY_DOUBT, MOST_DOUBT, correct_yaw, step_doubts
from model.pose_graph import (
    LEAST_SHIFT,
    LEAST_TURN,
    edges,
    solve,
    solve_positions,
    solve_yaw,
    wall_laplacian,
    wall_sighting,
    weights,
)
from model.walkthrough import chunk_ranges

ROOM = [("x", 2.5), ("x", -2.0), ("z", 3.0), ("z", -2.2)]
AXIS = torch.tensor([1.0, 0.0])
SURE = 0.98  # of being wall


def turned(yaw: torch.Tensor, x, z) -> tuple[torch.Tensor, torch.Tensor]:
    """A direction (x, z) of the scene as a camera of that yaw has it."""
    return yaw.cos() * x - yaw.sin() * z, yaw.sin() * x + yaw.cos() * z


class Way:
    """A random way of `count` cameras from frame 0's, and the exact motions of its pairs."""

    def __init__(self, count: int = 32, seed: int = 0):
        generator = torch.Generator().manual_seed(seed)
        steps = torch.randn(3, count, generator=generator) * torch.tensor([[0.15], [0.1], [0.1]])
        steps[:, 0] = 0
        self.yaw, self.x, self.z = steps.cumsum(-1)
        self.count, self.mask = count, torch.ones(count, dtype=torch.bool)
        earlier, later = edges(count)
        dx, dz = self.x[later] - self.x[earlier], self.z[later] - self.z[earlier]
        self.turn = self.yaw[later] - self.yaw[earlier]
        self.shift_x, self.shift_z = turned(self.yaw[earlier], dx, dz)

    def weight(self, least: float, doubt: float) -> torch.Tensor:
        """The weights of pairs that all doubt as much."""
        open_pair = torch.stack([self.mask[end] for end in edges(self.count)]).all(0)
        return weights(torch.full((len(self.turn),), float(np.log(doubt))), least, open_pair, self.count)

    def seen(self, walls: list) -> tuple[torch.Tensor, torch.Tensor]:
        """Points [T, N, 3] and normals [T, N, 2] in the cameras: four tokens on each wall (axis, place), or
        on those of each frame."""
        of_frame = walls if isinstance(walls[0], list) else [walls] * self.count
        points, normals = [], []
        for yaw, x, z, around in zip(self.yaw, self.x, self.z, of_frame, strict=True):
            for axis, place in around * 4:
                position, out = (place - x, 0.3 - z), (torch.sign(place - x), 0.0)
                if axis == "z":
                    position, out = (0.2 - x, place - z), (0.0, torch.sign(place - z))
                right, ahead = turned(yaw, *position)
                points.append(torch.stack([right, torch.tensor(0.0), ahead]))
                normals.append(torch.stack(turned(yaw, *out)))
        return torch.stack(points).unflatten(0, (self.count, -1)), torch.stack(normals).unflatten(
            0, (self.count, -1)
        )

    def found(
        self, walls: list | None = None, drift: float = 0.0, axis: torch.Tensor = AXIS
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Positions by the pose graph where each frame's step is off by `drift` metres along both of the
        scene's axes."""
        earlier, later = edges(self.count)
        off_x, off_z = turned(self.yaw[earlier], drift * (later - earlier), drift * (later - earlier))
        point, normal = self.seen(walls or ROOM)
        wall = torch.full(point.shape[:2], SURE if walls else 0.0)
        return solve_positions(
            self.yaw,
            self.shift_x + off_x,
            self.shift_z + off_z,
            self.weight(LEAST_SHIFT, 0.03),
            axis,
            point,
            normal,
            wall,
            self.mask,
            torch.ones(self.count, self.count),
        )

    def off(self, found: tuple[torch.Tensor, torch.Tensor]) -> float:
        """The largest distance from the true way, metres."""
        return torch.hypot(found[0] - self.x, found[1] - self.z).max().item()


@pytest.mark.parametrize("count", [1, 2, 3, 32])
def test_exact_motions_give_back_the_way_that_they_were_taken_from(count: int) -> None:
    way = Way(count)
    assert torch.allclose(solve_yaw(way.turn, way.weight(LEAST_TURN, 0.01), count), way.yaw, atol=1e-4)
    assert way.off(way.found()) < 1e-4
    assert way.off(way.found(ROOM)) < 1e-3


def test_the_way_does_not_hang_on_the_walls_angle_in_the_first_camera() -> None:
    way, angle = Way(), torch.tensor(0.4)
    assert way.off(way.found(axis=torch.stack([angle.cos(), angle.sin()]))) < 1e-4


def test_walls_that_stand_still_take_the_drift_away() -> None:
    way = Way()
    assert way.off(way.found(drift=0.02)) > 0.8
    assert way.off(way.found(ROOM, drift=0.02)) < 0.1


def test_a_wall_holds_only_the_axis_that_it_faces() -> None:
    way = Way()
    x, z = way.found([("x", 2.5)], drift=0.02)
    assert (x - way.x).abs().max() < 0.1
    assert (z - way.z).abs().max() > 0.5


def test_two_walls_a_metre_apart_that_face_the_same_way_are_told_apart() -> None:
    way = Way()
    near, far = [("x", 2.5), ("z", 3.0)], [("x", 3.5), ("z", 3.0)]
    through_the_opening = [far if 10 <= frame < 20 or frame % 7 == 0 else near for frame in range(way.count)]
    assert way.off(way.found(through_the_opening)) < 0.06
    assert way.off(way.found(through_the_opening, drift=0.005)) < 0.1


def test_a_few_wrong_sightings_are_doubted() -> None:
    way = Way()
    wrong = [[("x", 4.5), *ROOM[1:]] if 10 <= frame < 13 else ROOM for frame in range(way.count)]
    assert way.off(way.found(wrong, drift=0.01)) < 0.1


def test_one_motion_that_is_far_off_is_doubted_where_its_neighbours_disagree() -> None:
    way = Way()
    way.turn = way.turn.clone()
    way.turn[12] += 0.5
    found = solve_yaw(way.turn, way.weight(LEAST_TURN, 0.01), way.count)
    assert (found - way.yaw).abs().max() < 0.01


def test_a_drift_of_turns_beyond_an_eighth_turn_is_taken_back_where_walls_are_followed() -> None:
    way = Way()
    index = torch.arange(way.count)
    walls = torch.stack([(-4 * way.yaw).cos(), (-4 * way.yaw).sin()], -1)
    fixed, seen = correct_yaw(way.yaw + 0.05 * index, walls, torch.ones(way.count, way.count))
    assert (0.05 * index).max() > torch.pi / 4 and (fixed - way.yaw).abs().max() < 0.25
    assert (seen - walls).abs().max() < 0.9


def test_walls_are_not_smoothed_over_a_cut() -> None:
    yaw, walls = torch.zeros(32), torch.ones(32, 1) * torch.tensor([[1.0, 0.0]])
    walls[16:] = torch.tensor([0.0, 1.0])
    part = (torch.arange(32) >= 16).float()
    fixed, _ = correct_yaw(yaw, walls, (part.unsqueeze(1) == part).float())
    assert torch.allclose(fixed[:16], torch.zeros(16), atol=1e-3) and torch.allclose(
        fixed[16:], fixed[16:17].expand(16), atol=1e-3
    )


def test_a_steps_doubt_is_none_at_the_first_frame_and_at_padding_and_bounded_elsewhere() -> None:
    certain, sure, wild = -9.0, float(np.log(BOUNDARY_DOUBT)), 9.0
    doubt = step_doubts(
        torch.tensor([certain, sure, wild, wild]),
        torch.tensor([certain, sure + 0.1, wild, wild]),
        torch.tensor([True, True, True, False]),
    )
    assert (
        doubt[0] == 0 and doubt[1] < 0.01 and 1 < doubt[2] < 1.1 and doubt[3] == MOST_DOUBT and doubt[4] == 0
    )


def test_what_stands_behind_a_cut_ties_no_wall_to_what_stands_before_it() -> None:
    together = torch.block_diag(torch.ones(2, 2), torch.ones(2, 2))
    tie = wall_laplacian(torch.ones(4), torch.ones(4), torch.zeros(4), together)
    assert (tie[:2, 2:] == 0).all() and tie[0, 1] < 0


def test_padded_frames_stand_still_and_change_nothing_of_the_others() -> None:
    whole, way = Way(), Way()
    way.mask = torch.arange(32) < 20
    open_pair = torch.stack([way.mask[end] for end in edges(32)]).all(0)
    way.turn, way.shift_x, way.shift_z = (part * open_pair for part in (way.turn, way.shift_x, way.shift_z))
    yaw = solve_yaw(way.turn, way.weight(LEAST_TURN, 0.01), 32)
    assert torch.allclose(yaw[:20], whole.yaw[:20], atol=1e-4)
    assert torch.allclose(yaw[20:], yaw[19].expand(12), atol=1e-4)
    way.yaw = yaw
    for part, true in zip(way.found(ROOM), (whole.x, whole.z), strict=True):
        assert torch.allclose(part[:20], true[:20], atol=2e-3)
        assert torch.allclose(part[20:], part[19].expand(12), atol=1e-3)


def test_frame_0_stands_at_0_whatever_is_measured() -> None:
    way = Way()
    x, z = way.found(ROOM, drift=0.3)
    assert x[0] == z[0] == solve_yaw(way.turn + 1, way.weight(LEAST_TURN, 0.1), 32)[0] == 0


@pytest.mark.parametrize("seed", range(3))
def test_conjugate_gradients_solve_what_plain_elimination_solves(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 8
    factor = rng.normal(size=(size, size))
    spread = 10.0 ** rng.uniform(-1, 1, size)
    matrix, wanted = (
        (factor @ factor.T + size * np.eye(size)) * np.outer(spread, spread),
        rng.normal(size=size) * spread,
    )
    exact = np.linalg.solve(matrix, wanted)
    found = solve(
        *(torch.from_numpy(part.astype(np.float32)) for part in (matrix, wanted)), torch.zeros(size)
    ).numpy()
    assert np.allclose(found * spread, exact * spread, atol=1e-5)


def test_a_chunks_way_is_where_many_more_iterations_would_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    way, generator = Way(), torch.Generator().manual_seed(1)
    way.shift_x = way.shift_x + 0.05 * torch.randn(len(way.turn), generator=generator)
    found = way.found(ROOM, drift=0.02)
    monkeypatch.setattr(pose_graph, "ITERATIONS", 200)
    for part, exact in zip(found, way.found(ROOM, drift=0.02), strict=True):
        assert (part - exact).abs().max() < 1e-3


def test_a_wall_is_seen_where_most_of_its_tokens_agree() -> None:
    place = torch.tensor([[3.0, 3.02, 2.98, 3.0, 1.0, 5.0]])
    position, sure = wall_sighting(place, torch.ones(1, 6), torch.full((1, 6), 0.9))
    assert position.item() == pytest.approx(3.0, abs=0.02) and sure.item() > 0.7
    assert wall_sighting(place, -torch.ones(1, 6), torch.full((1, 6), 0.9))[1].item() < 1e-6


def test_doubts_without_bounds_give_weights_that_are_finite() -> None:
    wild = torch.tensor([-500.0, 500.0, 89.0, 0.0, 0.0])
    for least in (LEAST_TURN, LEAST_SHIFT):
        found = weights(wild, least, torch.ones(5, dtype=torch.bool), 4)
        assert torch.isfinite(found).all() and (found > 0).all()


def test_of_pairs_with_a_padded_frame_only_neighbours_count_and_as_surely_as_can_be() -> None:
    found = weights(torch.zeros(5), 0.1, torch.tensor([True, True, False, True, False]), 4)
    assert torch.allclose(found, torch.tensor([1 / 1.21, 1 / 1.21, 100.0, 1 / 1.21, 0.0]))


def test_chunks_share_their_overlap_and_leave_no_frame_out() -> None:
    assert list(chunk_ranges(20)) == [(0, 20)]
    assert list(chunk_ranges(32)) == [(0, 32)]
    assert list(chunk_ranges(33)) == [(0, 32), (28, 33)]
    assert list(chunk_ranges(90)) == [(0, 32), (28, 60), (56, 88), (84, 90)]
