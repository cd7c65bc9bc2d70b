"""Warm starts: a grown net sees what the smaller one saw, and words keep their meaning by their spelling."""

import pytest
import torch
from torch.nn import functional as F

from model import perception
from model.loci import Loci
from model.perception import PATCH, Attention, Perception, Residual, normalise
from model.vocabulary import TOKENS
from rendering.renderer import render
from training.growth import (
    finer_stem,
    grow_perception,
    grow_reading,
    load_matching,
    make_identity,
    transfer_word_rows,
)
from world.scenes import make_scene

OLD_PATCH, OLD_SIZE, OLD_DEPTH = 4, (96, 128), (1, 2, 2)
READ = ("category", "point", "center", "log_size", "trunk", "cell_depth", "cell_feature", "look")


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    """Pictures of the old size [8, 3, 96, 128]."""
    frames = [render(make_scene(seed), [(0.3, 0.2, seed)], OLD_SIZE[1], OLD_SIZE[0])[0] for seed in range(8)]
    return normalise(torch.stack([torch.from_numpy(frame) for frame in frames]))


@pytest.fixture(scope="module")
def small(pictures: torch.Tensor) -> tuple[dict, dict]:
    """The weights of a shallow net of 96×128 pictures as they were kept then, and its readings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perception, "PATCH", OLD_PATCH)
        torch.manual_seed(0)
        net = Perception(depth=OLD_DEPTH)
        torch.nn.init.normal_(net.head.weight, std=0.03)
        with torch.no_grad():
            for _ in range(20):
                net(pictures)  # batch norm's running means
            read = net.eval()(pictures)
        state = {
            name.replace("stem_blocks.0.", "stem_block."): value.clone()
            for name, value in net.state_dict().items()
        }
    return state, read


def test_a_grown_net_reads_from_a_finer_picture_what_the_small_one_read(
    small: tuple[dict, dict], pictures: torch.Tensor
) -> None:
    state, wanted = small
    fine = F.interpolate(pictures, scale_factor=PATCH / OLD_PATCH, mode="bilinear", align_corners=False)
    with torch.no_grad():
        read = grow_perception(state).eval()(fine)
        strange = Perception().eval()(fine)
    for name in READ:
        spread = (wanted[name] - wanted[name].mean(0)).square().mean().sqrt()
        assert (read[name] - wanted[name]).square().mean().sqrt() < 0.25 * spread, name
        assert (strange[name] - wanted[name]).square().mean().sqrt() > 0.5 * spread, name


def test_a_net_of_todays_sizes_grows_into_itself() -> None:
    torch.manual_seed(1)
    state = Perception().state_dict()
    assert all(torch.equal(value, state[name]) for name, value in grow_perception(state).state_dict().items())


@pytest.mark.parametrize("patch", [4, 6, 8])
def test_a_finer_stem_answers_a_constant_picture_alike(patch: int) -> None:
    torch.manual_seed(2)
    coarse = torch.randn(5, 3 * OLD_PATCH**2, 3, 3)
    fine = finer_stem(coarse, patch)
    assert fine.shape == (5, 3 * patch**2, 3, 3)
    colour = torch.randn(1, 3, 1, 1)
    seen = [
        F.conv2d(F.pixel_unshuffle(colour.expand(1, 3, 5 * p, 5 * p), p), kernel)
        for p, kernel in ((OLD_PATCH, coarse), (patch, fine))
    ]
    assert torch.allclose(*seen, atol=1e-4)


def test_a_stem_that_need_not_be_finer_stays_as_it_is() -> None:
    weight = torch.randn(5, 3 * PATCH**2, 3, 3)
    assert torch.allclose(finer_stem(weight, PATCH), weight, atol=1e-6)


def test_new_blocks_hand_on_what_they_get_whether_training_or_not() -> None:
    torch.manual_seed(3)
    for block, given in (
        (Residual(8), torch.randn(2, 8, 5, 5).relu()),
        (Attention(16), torch.randn(2, 7, 16)),
    ):
        assert not torch.equal(block(given), given)
        make_identity(block)
        assert torch.equal(block(given), given) and torch.equal(block.eval()(given), given)


def test_new_blocks_can_learn() -> None:
    for block, given in ((Residual(8), torch.rand(2, 8, 5, 5)), (Attention(16), torch.randn(2, 7, 16))):
        make_identity(block)
        block(given).square().sum().backward()
        assert any(p.grad is not None and p.grad.any() for p in block.parameters())


def test_words_keep_their_rows_by_their_spelling() -> None:
    new, old = torch.zeros(4, 2), torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    found = transfer_word_rows(new, ["sofa", "where", "bed", "moment"], old, ["bed", "sofa", "gone"])
    assert found.tolist() == [[2, 2], [0, 0], [1, 1], [0, 0]]
    assert not new.any()


def test_what_has_another_shape_or_name_is_left_as_it_was_made() -> None:
    module = torch.nn.Linear(3, 2)
    before = module.weight.clone()
    load_matching(module, {"weight": torch.zeros(2, 4), "bias": torch.ones(2), "other": torch.ones(1)})
    assert torch.equal(module.weight, before) and module.bias.tolist() == [1, 1]


def test_a_model_that_knows_more_words_and_longer_questions_goes_on_as_the_one_before() -> None:
    torch.manual_seed(4)
    before, after = Loci(), Loci()
    state, words = before.state_dict(), TOKENS[10:][::-1]
    for name in ("decoder.embedding.weight", "decoder.head.weight", "decoder.head.bias"):
        state[name] = state[name][10:].flip(0)
    state["decoder.question_place"] = state["decoder.question_place"][:100]
    eyes, unknown_rows = after.see.net.head.weight.clone(), after.decoder.embedding.weight[:10].clone()
    grow_reading(after, state, words)
    assert torch.equal(after.decoder.embedding.weight[10:], before.decoder.embedding.weight[10:])
    assert torch.equal(after.decoder.embedding.weight[:10], unknown_rows)
    assert torch.equal(after.decoder.head.bias[10:], before.decoder.head.bias[10:])
    assert torch.equal(after.decoder.question_place[:100], before.decoder.question_place[:100])
    assert torch.equal(after.memory.gate1.weight, before.memory.gate1.weight)
    assert torch.equal(after.see.net.head.weight, eyes)
