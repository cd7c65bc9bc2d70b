"""Warm starts: a larger net that begins as a smaller one ended.

New residual and attention blocks begin as the identity; a stem that takes finer pictures begins by blurring
them to the coarser ones it knew. Words keep what they mean by their spelling, whatever their number is now.
"""

import torch
from torch import nn
from torch.nn import functional as F

from model.perception import PATCH, Attention, Perception, Residual
from model.vocabulary import TOKENS


def finer_stem(weight: torch.Tensor, patch: int) -> torch.Tensor:
    """A stem's convolution [O, 3·p², 3, 3] over unshuffled pictures, for pictures `patch / p` times as
    fine."""
    before = round((weight.shape[1] // 3) ** 0.5)
    # unshuffled channels are (colour, row, column); with the 3×3 cells they are one kernel of 3p × 3p pixels
    kernel = weight.unflatten(1, (3, before, before)).permute(0, 1, 4, 2, 5, 3).flatten(4, 5).flatten(2, 3)
    fine = F.interpolate(kernel, size=3 * patch, mode="bilinear", align_corners=False) * (before / patch) ** 2
    return fine.unflatten(3, (3, patch)).unflatten(2, (3, patch)).permute(0, 1, 3, 5, 2, 4).flatten(1, 3)


def make_identity(block: nn.Module) -> None:
    """Makes a residual or attention block hand on what it gets."""
    with torch.no_grad():
        if isinstance(block, Residual):
            block.norm2.weight.zero_()
        if isinstance(block, Attention):
            for layer in (block.out, block.down):
                layer.weight.zero_()
                layer.bias.zero_()


def grow_perception(state: dict[str, torch.Tensor]) -> Perception:
    """A Perception of today's sizes from the weights of a shallower one of coarser pictures (or of the
    same)."""
    net = Perception()
    old = {name.replace("stem_block.", "stem_blocks.0."): value for name, value in state.items()}
    if old["stem.0.weight"].shape[1] != 3 * PATCH * PATCH:
        old["stem.0.weight"] = finer_stem(old["stem.0.weight"], PATCH)
    for stack, name in (
        (net.stem_blocks, "stem_blocks"),
        (net.cell_blocks, "cell_blocks"),
        (net.blocks, "blocks"),
    ):
        for index, block in enumerate(stack):
            if not any(key.startswith(f"{name}.{index}.") for key in old):
                make_identity(block)
    net.load_state_dict(net.state_dict() | old)
    return net


def load_matching(module: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Loads whatever of a state has a place of the same name and shape; the rest stays as it was made."""
    current = module.state_dict()
    module.load_state_dict(
        current
        | {
            name: value
            for name, value in state.items()
            if name in current and current[name].shape == value.shape
        }
    )


def transfer_word_rows(
    new: torch.Tensor, words: list[str], old: torch.Tensor, old_words: list[str]
) -> torch.Tensor:
    """Rows of a table per word [V, …], those of words known before replaced by what they were."""
    number = {word: row for row, word in enumerate(old_words)}
    out = new.clone()
    for row, word in enumerate(words):
        if word in number:
            out[row] = old[number[word]]
    return out


def grow_reading(loci: nn.Module, state: dict[str, torch.Tensor], words: list[str]) -> None:
    """Loads representation, memory, reader and decoder from a state whose decoder spoke `words`, into nets
    that may know more."""
    new, old = loci.state_dict(), dict(state)
    for name in ("decoder.embedding.weight", "decoder.head.weight", "decoder.head.bias"):
        old[name] = transfer_word_rows(new[name], TOKENS, state[name], words)
    places = new["decoder.question_place"].clone()
    places[: len(state["decoder.question_place"])] = state["decoder.question_place"]
    old["decoder.question_place"] = places
    load_matching(loci, {name: value for name, value in old.items() if not name.startswith("see.")})
