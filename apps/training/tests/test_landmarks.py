"""Landmarks hold a walk together, a cut is found to lead back, and what was never seen is nowhere found.

`python tests/test_landmarks.py` writes the fixture that the TypeScript in libs/memory is held to.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from loci_training.landmarks import (
    HEAVIEST,
    KEPT,
    NOTHING,
    SAME,
    STAY,
    Motion,
    Shared,
    Things,
    fitted,
    located,
    merged,
    odds,
    relocated,
    sighted,
    things,
)  # fmt: skip
from loci_training.placing import PATIENCE, TRIES, Adrift, Known, cut_from, place, settle, spans
from loci_training.sizes import NANO
from loci_training.walkthrough import perceive_walk

FIXTURE = Path(__file__).parents[3] / "libs/memory/test/fixtures/landmarks.json"


def motion(yaw: float, x: float, z: float) -> Motion:
    """A turn to the right and a shift."""
    return Motion(complex(np.exp(1j * yaw)), z + 1j * x)


def back(of: Motion) -> Motion:
    """The way back."""
    return Motion(of.turn.conjugate(), -of.turn.conjugate() * of.shift)


def room(seed: int, count: int = 8) -> Things:
    """Objects in a room of 6 m, none near another, two of most kinds."""
    rng = np.random.default_rng(seed)
    places: list[complex] = []
    while len(places) < count:
        at = complex(*rng.uniform(-3, 3, 2).round(3))
        if all(abs(at - other) > 1 for other in places):
            places.append(at)
    return things([(3 + i // 2, at, round(rng.uniform(20, 200), 2)) for i, at in enumerate(places)])


def glimpsed(world: Things, seed: int, truth: Motion, count: int, noise: float = 0.05) -> Things:
    """Some of a world's objects from where `truth` leads back."""
    rng = np.random.default_rng([seed, 1])
    chosen = rng.permutation(len(world.place))[:count]
    at = world.place[chosen] + noise * (rng.normal(size=count) + 1j * rng.normal(size=count))
    found = back(truth).carry(at).round(4)
    return things(
        [
            (int(c), complex(p), float(w))
            for c, p, w in zip(world.category[chosen], found, rng.uniform(5, 60, count).round(2), strict=True)
        ]
    )


def overlap(seed: int, truth: Motion, noise: float = 0.02, count: int = 40) -> Shared:
    """Shared points of which a few are far off."""
    rng = np.random.default_rng([seed, 2])
    known = (rng.uniform(-3, 3, count) + 1j * rng.uniform(-3, 3, count)).round(4)
    seen = back(truth).carry(known + noise * (rng.normal(size=count) + 1j * rng.normal(size=count)))
    seen[:4] += 2
    return Shared(seen.round(4), known, rng.uniform(0.1, 1, count).round(3))


def off(found: Motion, truth: Motion) -> float:
    """How far apart two motions carry the corners of a room of 6 m at most."""
    corners = np.array([3 + 3j, 3 - 3j, -3 + 3j, -3 - 3j])
    return float(np.abs(found.carry(corners) - truth.carry(corners)).max())


def test_votes_become_one_sighting_an_object_and_stray_ones_none() -> None:
    rng = np.random.default_rng(0)
    world = room(0)
    category, place_of = (
        np.repeat(world.category, 30),
        np.repeat(world.place, 30) + rng.normal(0, 0.08, 240) + 1j * rng.normal(0, 0.08, 240),
    )
    found = sighted(np.append(category, 5), np.append(place_of, 9 + 9j), np.append(np.full(240, 0.5), 0.5))
    assert sorted(found.category) == sorted(world.category) and np.allclose(found.weight, 15)
    assert all(
        np.abs(found.place[found.category == c] - at).min() < 0.08
        for c, at in zip(world.category, world.place, strict=True)
    )


def test_a_landmark_seen_again_is_the_same_and_no_more_than_the_heaviest_are_kept() -> None:
    world = room(1)
    again = merged(world, world._replace(place=world.place + 0.3))
    assert (
        len(again.place) == len(world.place)
        and (np.abs(again.place - world.place) < 0.3).all()
        and (again.weight <= HEAVIEST).all()
    )
    assert len(merged(world, world._replace(place=world.place + 20)).place) == 2 * len(world.place)
    many = things([(3, complex(2 * SAME * i), 1.0 + i) for i in range(KEPT + 20)])
    assert merged(NOTHING, many).weight.min() == 21


def test_landmarks_take_away_the_drift_that_shared_frames_cannot_see() -> None:
    world, drift = room(2), motion(0.05, 0.3, -0.2)
    shared = overlap(2, STAY)
    drifted_known = shared._replace(known=drift.carry(shared.known))
    assert off(fitted(drifted_known, NOTHING, NOTHING), drift) < 0.05
    assert off(fitted(drifted_known, glimpsed(world, 2, STAY, 7, 0.02), world), STAY) < 0.15


def test_two_objects_out_of_place_do_not_pull_the_rest_away() -> None:
    world = room(3)
    seen = glimpsed(world, 3, STAY, 7, 0.02)
    seen.place[:2] += 0.9
    assert off(fitted(overlap(3, STAY), seen, world), STAY) < 0.25


@pytest.mark.parametrize("seed", range(10))
def test_where_enough_objects_are_known_they_tell_where_one_is(seed: int) -> None:
    truth = motion(seed - 5.0, 4.0 - seed, 0.5 * seed)
    found = located(glimpsed(room(seed), seed, truth, 6), room(seed))
    assert found is not None and off(found, truth) < 0.3


@pytest.mark.parametrize("seed", range(10))
def test_objects_of_another_room_are_found_nowhere(seed: int) -> None:
    assert located(glimpsed(room(seed + 50), seed, STAY, 6), room(seed)) is None
    assert located(NOTHING, room(seed)) is None and located(room(seed), NOTHING) is None


def test_a_slipped_heading_is_put_right_and_a_right_one_left_alone() -> None:
    world, slip = room(4), motion(np.pi / 2, 0.5, 0.2)
    seen = glimpsed(world, 4, slip, 8)
    assert off(relocated(STAY, seen, world), slip) < 0.3
    assert relocated(slip, seen, world) == slip
    assert odds(seen.moved(slip), world)[0] > odds(seen, world)[0] + 10


def test_what_is_adrift_is_looked_for_again_with_all_that_was_seen_since_and_then_believed_to_be_new() -> (
    None
):
    world, truth = room(5), motion(2.0, 1.0, -3.0)
    seen = glimpsed(world, 5, truth, 6)
    first, second = Things(*(part[:2] for part in seen)), Things(*(part[2:] for part in seen))
    moved, known = settle(first, first, None, Known(world, Adrift(NOTHING)))
    assert moved == STAY and known.adrift is not None and known.adrift.tries == 0 and known.landmarks is world
    moved, known = settle(second, second, None, known)
    assert off(moved, truth) < 0.3 and known.adrift is None and len(known.landmarks.place) == len(world.place)
    other = glimpsed(room(77), 5, truth, 4)
    known = Known(world, Adrift(NOTHING))
    for _ in range(TRIES):
        assert len(known.landmarks.place) == len(world.place)
        moved, known = settle(other, other, None, known)
    assert moved == STAY and known.adrift is None and len(known.landmarks.place) > len(world.place)


def test_blank_frames_are_no_try_but_do_not_wait_for_ever() -> None:
    known = Known(room(6), Adrift(NOTHING, 1))
    for chunks in range(1, PATIENCE):
        moved, known = settle(NOTHING, NOTHING, None, known)
        assert (
            moved == STAY
            and known.adrift is not None
            and known.adrift.tries == 1
            and known.adrift.chunks == chunks
        )
    assert settle(NOTHING, NOTHING, None, known)[1].adrift is None


def test_what_follows_a_suspected_cut_is_easier_believed_to_go_on_where_it_was_but_found_elsewhere_too() -> (
    None
):
    world, slip, away = room(6), motion(0.05, 0.1, 0.1), motion(1.5, 3.0, -1.0)
    few = glimpsed(world, 6, slip, 3)
    assert settle(few, few, None, Known(world, Adrift(NOTHING)))[1].adrift is not None
    moved, known = settle(few, few, None, Known(world, Adrift(NOTHING, suspected=True)))
    assert off(moved, slip) < 0.4 and known.adrift is None
    seen = glimpsed(world, 6, away, 6)
    assert off(settle(seen, seen, None, Known(world, Adrift(NOTHING, suspected=True)))[0], away) < 0.3


def chunk(world: Things, seed: int, cut: int | None = None, turned: Motion = STAY) -> dict[str, np.ndarray]:
    """A perceived chunk whose every frame shows all objects of a world, after a cut from where `turned` leads back to."""
    rng = np.random.default_rng(seed)
    tokens = NANO.tokens
    of = np.arange(tokens) % len(world.place)
    at = np.repeat(world.place[of][None], NANO.frames, 0)
    if cut is not None:
        at[cut:] = back(turned).carry(at[cut:])
    centers = np.stack([at.imag, np.zeros(at.shape), at.real], -1).astype(np.float32)
    doubt = np.zeros(NANO.frames, np.float32)
    doubt[cut or 0] = 0 if cut is None else 2
    return {
        "points": (centers + rng.normal(0, 0.2, (1, tokens, 3))).astype(np.float32), "centers": centers, "step_doubt": doubt,
        "confidence": np.full((NANO.frames, tokens), 0.5, np.float32), "category": np.repeat(world.category[of][None], NANO.frames, 0).astype(np.int32),
        "camera_to_chunk": np.repeat(np.eye(4, dtype=np.float32)[None], NANO.frames, 0),
    }  # fmt: skip


@pytest.mark.parametrize("cut", [2, 10, 30])
def test_a_chunk_with_a_cut_is_two_parts_and_the_later_one_is_found_again(cut: int) -> None:
    world, away = room(7), motion(2.5, 3.0, 1.0)
    tail = place(chunk(world, 0), NANO.frames, None).tail
    parts, _, after = place(chunk(world, 0, cut, away), NANO.frames, tail)
    assert [(part.first, part.past) for part in parts] == [(0, cut), (cut, NANO.frames)]
    assert off(parts[0].motion, STAY) < 0.05
    if cut >= NANO.overlap:
        assert off(parts[1].motion, away) < 0.1 and after.known.adrift is None
    parts, *_ = place(chunk(world, 0, 0, STAY) | {"step_doubt": np.zeros(NANO.frames)}, NANO.frames, tail)
    assert len(parts) == 1


def unlike(cut: int) -> dict[str, np.ndarray]:
    """A chunk that after a cut shows what no landmark is of."""
    seen = chunk(room(7), 0, cut)
    seen["category"][cut:] = 3 + (seen["category"][cut:] - 2) % 13
    seen["centers"][cut:] *= np.float32(-1.7)
    return seen


def test_what_waited_is_told_where_it_belongs_by_the_chunk_that_finds_it() -> None:
    world, away = room(7), motion(2.5, 3.0, 1.0)
    tail = place(chunk(world, 0), NANO.frames, None).tail
    dark = chunk(world, 0, 29, away)
    dark["confidence"][29:] = 0.001
    parts, found, tail = place(dark, NANO.frames, tail)
    assert (
        [part.adrift for part in parts] == [False, True] and found is None and tail.known.adrift is not None
    )
    parts, found, tail = place(chunk(world, 0, 1, away), NANO.frames, tail)
    assert found is not None and off(found, away) < 0.1 and tail.known.adrift is None and not parts[-1].adrift


class Seen:
    """A graph that sees chunks as they are given."""

    def __init__(self, *chunks: dict[str, np.ndarray]):
        self.chunks = iter(chunks)

    def perceive(self, _: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The next one."""
        return next(self.chunks)


def test_frames_that_waited_come_once_more_where_they_belong_before_the_chunk_that_finds_them() -> None:
    world, away = room(7), motion(2.5, 3.0, 1.0)
    dark = chunk(world, 0, 29, away)
    dark["confidence"][29:] = 0.001
    walk = list(
        perceive_walk(
            Seen(chunk(world, 0), dark, chunk(world, 0, 1, away)),
            np.zeros((28 * 3 + 4, NANO.height, NANO.width, 3), np.uint8),
        )
    )
    assert [first for first, *_ in walk] == [0, 28, 28, 56]
    taken_at = [np.flatnonzero(seen["frame_mask"]) for *_, seen in walk]
    assert taken_at[1].max(initial=0) < 29 and taken_at[2].tolist() == [29, 30, 31]
    for at, wanted in ((28, STAY), (30, away)):
        pose = walk[2][2]["camera_to_world"][at]
        assert abs(complex(pose[2, 3], pose[0, 3]) - wanted.shift) < 0.15, "only what waited is moved"
    assert np.abs(walk[2][2]["centers"][29:] - walk[0][2]["centers"][:3]).max() < 0.15


def test_what_is_adrift_when_the_picture_jumps_again_or_the_video_ends_stays_where_it_stands() -> None:
    world = room(7)
    before = place(chunk(world, 0), NANO.frames, None).tail
    dark = unlike(20)
    dark["confidence"][20:] = 0.001
    waits = place(dark, NANO.frames, before)
    assert waits.found is None and [part.adrift for part in waits.parts] == [False, True]
    assert waits.tail.known.adrift is not None and len(waits.tail.known.landmarks.place) == len(world.place)
    more = unlike(0)
    more["step_doubt"][10] = 2
    again = place(more, NANO.frames, waits.tail)
    assert again.found == STAY and [part.adrift for part in again.parts] == [False, True]
    last = place(unlike(20), NANO.frames, before, last=True)
    assert [part.adrift for part in last.parts] == [False, False] and last.found is None
    assert place(chunk(room(70), 0), NANO.frames, waits.tail, last=True).found is not None


def test_a_step_is_a_cut_where_it_is_doubtful_beside_the_others_of_its_chunk() -> None:
    doubt = np.full(NANO.frames, 0.25)
    doubt[[0, 9, 20, 30]] = [0, 0.44, 0.7, 0.65]
    suspecting = [(0, 20, False), (20, NANO.frames, True)]
    assert spans({"step_doubt": doubt}, NANO.frames) == suspecting
    assert spans({"step_doubt": 2 * doubt}, NANO.frames) == suspecting, (
        "at half the rate every step is more doubtful"
    )
    assert len(spans({"step_doubt": doubt / 3}, NANO.frames)) == 1, "and sure steps are no cuts"
    assert len(spans({"step_doubt": doubt}, NANO.frames, adrift=True)) == 1, (
        "what is adrift is in no other place because of a lesser doubt"
    )
    doubt[30] = 1.0
    assert spans({"step_doubt": doubt}, NANO.frames) == [(0, 30, False), (30, NANO.frames, False)]


def test_bundles_that_say_nothing_of_cuts_see_none() -> None:
    seen = chunk(room(8), 0, 10, motion(1.0, 0, 0))
    del seen["step_doubt"]
    assert len(place(seen, NANO.frames, None)[0]) == 1


def rows(of: Things) -> list[list[float]]:
    """Things as JSON: category, x, z, weight each."""
    return [[int(c), float(p.imag), float(p.real), float(w)] for c, p, w in zip(*of, strict=True)]


def numbers(of: Motion | None) -> list[float] | None:
    """A motion as JSON: cosine and sine of its turn, x and z of its shift."""
    return (
        None if of is None else [float(v) for v in (of.turn.real, of.turn.imag, of.shift.imag, of.shift.real)]
    )


def state(of: Known) -> dict:
    """What is known as JSON."""
    return {
        "landmarks": rows(of.landmarks),
        "adrift": of.adrift and of.adrift._asdict() | {"seen": rows(of.adrift.seen)},
    }


def pairs(of: Shared) -> list[list[float]]:
    """Shared points as JSON: x, z where seen, x, z where known, weight each."""
    return [[float(v) for v in (s.imag, s.real, k.imag, k.real, w)] for s, k, w in zip(*of, strict=True)]


def cases(seed: int) -> dict:
    """What the functions give for one seed's room."""
    rng = np.random.default_rng([seed, 3])
    world, truth, drift = room(seed), motion(1.3 * seed, 2.0, -1.0), motion(0.04, 0.2, -0.1)
    kinds = np.repeat(world.category, 12)
    votes = np.repeat(world.place, 12) + rng.normal(0, 0.2, len(kinds)) + 1j * rng.normal(0, 0.2, len(kinds))
    votes, weight = votes.round(4), rng.uniform(0.05, 0.9, len(kinds)).round(3)
    seen, near, other = (
        glimpsed(world, seed, truth, 6),
        glimpsed(world, seed + 1, drift, 6),
        glimpsed(room(seed + 50), seed, STAY, 6),
    )
    shared = overlap(seed, drift)
    settled, known = [], Known(world, None)
    steps = [
        (near, shared, None),
        (other, None, False),
        (seen, None, None),
        (near, None, True),
        (seen, shared, True),
        (other, None, False),
    ]
    for step, (objects, with_shared, suspected) in enumerate(steps):
        new = Things(*(part[1:] for part in objects))
        before = known if suspected is None else cut_from(known, suspected)
        moved, known = settle(objects, new, with_shared, before)
        settled.append({"objects": rows(objects), "new": rows(new), "shared": with_shared and pairs(with_shared), "known": state(before),
                        "motion": numbers(moved), "after": state(known), "step": step})  # fmt: skip
    return {
        "votes": [[int(k), float(v.imag), float(v.real), float(w)] for k, v, w in zip(kinds, votes, weight, strict=True)],
        "sighted": rows(sighted(kinds, votes, weight)), "known": rows(world), "seen": rows(seen), "near": rows(near), "other": rows(other),
        "shared": pairs(shared), "merged": rows(merged(world, near)), "fitted": numbers(fitted(shared, near, world)),
        "located": numbers(located(seen, world)), "favoured": numbers(located(near, world, favour=5.0)), "elsewhere": numbers(located(other, world)),
        "relocated": numbers(relocated(STAY, seen, world)), "odds": odds(near, world)[0], "settled": settled,
    }  # fmt: skip


def fixture() -> dict:
    """All cases."""
    return {"cases": [cases(seed) for seed in range(4)]}


def flat(value: object) -> list:
    """The leaves of nested lists and dictionaries, in order."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in [key, *flat(value[key])]]
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, list) else [value]


def test_the_fixture_that_the_runtime_is_held_to_is_what_python_gives() -> None:
    wanted, got = flat(json.loads(FIXTURE.read_text())), flat(json.loads(json.dumps(fixture())))
    assert len(wanted) == len(got)
    for a, b in zip(wanted, got, strict=True):
        assert a == b if not isinstance(a, float) else b == pytest.approx(a, abs=1e-9)


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(fixture()) + "\n")
    print(f"{FIXTURE}: {FIXTURE.stat().st_size} bytes")
