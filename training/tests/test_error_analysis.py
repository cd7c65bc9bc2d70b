"""The truth is put in the place of what was perceived, and nothing else changes."""

import numpy as np

from evaluation.error_analysis import GIVEN, with_truth
from model.perception import CLASSES


def motion(yaw: float, x: float, z: float) -> np.ndarray:
    """A level camera's pose [4, 4]."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.array([[cos, 0, sin, x], [0, 1, 0, 0], [-sin, 0, cos, z], [0, 0, 0, 1]], np.float32)


def chunk() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A chunk of four frames with three tokens, and of the first two frames a truth that agrees with it about
    the poses."""
    rng = np.random.default_rng(3)
    poses = np.stack([motion(*rng.normal(0, 1, 3)) for _ in range(4)])
    seen = {
        "points": rng.normal(0, 2, (4, 3, 3)),
        "centers": rng.normal(0, 2, (4, 3, 3)),
        "camera_to_world": poses,
        "confidence": rng.random((4, 3)),
        "visual_tokens": rng.random((4, 3, 96)),
    }
    category = np.array([[5, 0, 1], [2, 2, 7]])
    return seen, {
        "poses": poses[:2],
        "center": np.ones((2, 3, 3)),
        "category": category,
        "object": np.array([[4, -1, -1], [-1, -1, 0]]),
    }


def test_no_truth_or_poses_that_were_right_change_nothing() -> None:
    seen, truth = chunk()
    for given in GIVEN[:2]:
        out = with_truth(seen, given, truth)
        assert all(np.allclose(out[name], value, atol=1e-5) for name, value in seen.items())


def test_what_was_seen_moves_with_its_camera_and_stays_as_it_was_seen() -> None:
    seen, truth = chunk()
    right = np.stack([motion(0.3, 1, 2), motion(-2.0, 0, 1)])
    out = with_truth(seen, "poses", truth | {"poses": right})
    for name in ("points", "centers"):
        for t in range(2):
            in_camera = np.linalg.inv(seen["camera_to_world"][t]) @ np.append(seen[name][t, 1], 1)
            assert np.allclose((right[t] @ in_camera)[:3], out[name][t, 1], atol=1e-4)
        assert np.array_equal(out[name][2:], seen[name][2:])
    assert np.array_equal(out["camera_to_world"][:2], right)


def test_true_centres_are_told_of_tokens_with_an_object_alone() -> None:
    seen, truth = chunk()
    out = with_truth(seen, "and centres", truth)
    assert np.allclose(out["centers"][0, 0], (truth["poses"][0] @ np.ones(4))[:3], atol=1e-5)
    assert np.allclose(out["centers"][0, 1], seen["centers"][0, 1], atol=1e-5)
    for name in ("points", "visual_tokens"):
        assert np.allclose(out[name], seen[name], atol=1e-5)


def test_true_categories_are_told_without_a_doubt_and_no_learned_channel_is_touched() -> None:
    seen, truth = chunk()
    tokens, before = with_truth(seen, "and categories", truth)["visual_tokens"], seen["visual_tokens"]
    assert (tokens[:2, :, :CLASSES].argmax(-1) == truth["category"]).all() and (
        tokens[:2, :, :CLASSES].sum(-1) == 1
    ).all()
    assert np.array_equal(tokens[..., CLASSES:], before[..., CLASSES:]) and np.array_equal(
        tokens[2:], before[2:]
    )
