"""Homes: their walls stand whole, their openings stay free, and one can walk from any room into any other."""

from random import Random

import pytest

from world.geometry import apart, overlap
from world.homes import MARGIN, THICK, Plan, make_plan
from world.scenes import Scene, make_scene
from world.walks import make_walk

SEEDS = range(60)
SIZES = [(4.4, 5.6), (6.0, 6.0), (11.5, 4.4), (9.0, 9.0)]


@pytest.fixture(scope="module")
def homes() -> list[Scene]:
    return [scene for scene in map(make_scene, SEEDS) if len(scene.rooms) > 1]


@pytest.fixture(scope="module")
def plans() -> list[tuple[Plan, tuple[float, float]]]:
    made = [
        (make_plan(Random(f"{seed}-{count}"), *size, count), size)
        for seed in range(8)
        for size in SIZES
        for count in (2, 3, 4)
    ]
    return [(plan, size) for plan, size in made if len(plan.rooms) > 1]


def middle_line(wall: tuple) -> tuple[bool, float]:
    """Whether a wall is passed along x, and where it stands on that axis."""
    x, z, width, depth, _ = wall
    along_x = width == THICK and depth != THICK
    return along_x, round(x if along_x else z, 6)


def test_a_fair_share_of_scenes_are_homes_of_two_to_four_rooms(homes: list[Scene]) -> None:
    assert 0.3 <= len(homes) / len(SEEDS) <= 0.6
    assert {len(scene.rooms) for scene in homes} == {2, 3, 4}
    assert all(
        len(make_scene(seed).rooms) == 1 for seed in SEEDS if seed not in {scene.seed for scene in homes}
    )


def test_a_plan_of_one_room_is_the_whole_box_without_inner_walls() -> None:
    assert make_plan(Random(0), 5.0, 4.0, 1) == Plan([(0.0, 0.0, 5.0, 4.0)])


def test_rooms_fill_the_box_but_for_the_walls_between_them(plans: list) -> None:
    for plan, (width, depth) in plans:
        rooms = [(*room, 0.0) for room in plan.rooms]
        assert all(apart(a, b, THICK - 1e-6) for i, a in enumerate(rooms) for b in rooms[:i])
        assert all(
            abs(x) + w / 2 <= width / 2 + 1e-9 and abs(z) + d / 2 <= depth / 2 + 1e-9
            for x, z, w, d in plan.rooms
        )
        assert all(min(w, d) >= 2.4 - THICK - 1e-9 for _, _, w, d in plan.rooms)
        assert sum(w * d for _, _, w, d in plan.rooms) > 0.9 * width * depth
        shrunk = [(x, z, w - 1e-6, d - 1e-6, 0.0) for x, z, w, d, _ in plan.walls]
        assert not any(overlap(wall, room) for wall in shrunk for room in rooms)


def test_walls_and_openings_together_tile_the_lines_that_cut_the_box(plans: list) -> None:
    for plan, (width, depth) in plans:
        lines: dict[tuple[bool, float], list[tuple[float, float]]] = {}
        for wall in plan.walls:
            middle, half = (wall[1], wall[3] / 2) if middle_line(wall)[0] else (wall[0], wall[2] / 2)
            lines.setdefault(middle_line(wall), []).append((middle - half, middle + half))
        for o in plan.openings:
            across, middle = (o.x, o.z) if o.along_x else (o.z, o.x)
            lines.setdefault((o.along_x, round(across, 6)), []).append(
                (middle - o.width / 2, middle + o.width / 2)
            )
        for spans in lines.values():
            for (_, end), (begin, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
                assert begin == pytest.approx(end, abs=0.021)
        # every end of a line stands at the box or at another line
        for (along_x, _), spans in lines.items():
            outer = (depth if along_x else width) / 2
            stops = [at for other, at in lines if other != along_x] + [-outer, outer]
            for end in (min(spans)[0], max(spans)[1]):
                assert min(abs(end - stop) for stop in stops) < 1e-5


def test_openings_are_wide_enough_and_connect_every_room_with_every_other(plans: list) -> None:
    for plan, _ in plans:
        reached = {0}
        for _ in plan.rooms:
            for opening in plan.openings:
                ends = {plan.room_at(*end) for end in opening.beside(0.5)}
                assert len(ends) == 2 and opening.width >= 0.99
                reached |= ends if ends & reached else set()
        assert reached == set(range(len(plan.rooms)))


def test_an_opening_leaves_some_wall_on_both_sides(plans: list) -> None:
    for plan, (width, depth) in plans:
        for o in plan.openings:
            low, half = (o.z, depth / 2) if o.along_x else (o.x, width / 2)
            assert abs(low) + o.width / 2 <= half - MARGIN + 1e-9


def test_furniture_cuts_no_wall_and_leaves_the_openings_free(homes: list[Scene]) -> None:
    for scene in homes:
        for thing in scene.objects:
            assert not any(overlap(thing.footprint, wall) for wall in scene.walls)
            assert not any(overlap(thing.footprint, opening.zone(0.85)) for opening in scene.openings)


def test_walks_of_most_homes_go_through_openings_into_other_rooms(homes: list[Scene]) -> None:
    entered = []
    for scene in homes:
        walk = make_walk(scene, 0, 120)
        entered.append(len({scene.plan.room_at(x, z) for x, z, _ in walk.poses}))
    assert sum(count > 1 for count in entered) >= 0.8 * len(entered)
    assert max(entered) == 4


def test_from_one_room_to_the_next_leads_only_an_opening(homes: list[Scene]) -> None:
    for scene in homes[:8]:
        walk = make_walk(scene, 1, 90, fps=10)
        rooms = [scene.plan.room_at(x, z) for x, z, _ in walk.poses]
        for at, (before, after) in enumerate(zip(rooms, rooms[1:], strict=False)):
            if before != after:
                x, z, _ = walk.poses[at]
                assert any(overlap((x, z, 0.01, 0.01, 0.0), opening.zone(0.2)) for opening in scene.openings)
