"""Algorithm 1, against a plain reference."""

import numpy as np
import torch

from model.memory import Memory, State, empty_state, similarity
from model.representation import CONTENT, Stamp
from model.sizes import NANO


def random_memory(seed: int) -> Memory:
    torch.manual_seed(seed)
    memory = Memory()
    for look in (memory.recent, memory.distant):
        torch.nn.init.normal_(look.out.weight, std=0.3)
    return memory.eval()


def frames(count: int, seed: int, stamped: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    h, times = torch.randn(count, NANO.tokens, NANO.d), torch.arange(count) * 0.5
    if stamped:
        h[..., CONTENT:] = Stamp()(times)[:, None]
    return h, times


def walk_through(
    memory: Memory, h: torch.Tensor, times: torch.Tensor, valid: torch.Tensor
) -> tuple[State, list[int]]:
    state, slots = empty_state(), []
    with torch.no_grad():
        for frame, time, open_ in zip(h, times, valid, strict=True):
            state, slot, _ = memory.step(frame, time, open_, state)
            slots.append(int(slot))
    return state, slots


def reference(memory: Memory, h: torch.Tensor) -> tuple[list[int], list[torch.Tensor], list[torch.Tensor]]:
    """Algorithm 1 as the paper writes it, with lists."""
    working: list[torch.Tensor] = []
    episodic: list[torch.Tensor] = []
    slots = []
    with torch.no_grad():
        for frame in h:
            found = []
            for look, entries in ((memory.recent, working), (memory.distant, episodic)):
                if entries:
                    stack = torch.stack(entries)
                    found.append(look(frame[:, :CONTENT], stack, torch.ones(len(entries), dtype=torch.bool)))
                else:
                    found.append(torch.zeros(NANO.tokens, CONTENT))
            m, _ = memory.enhance(frame, *found)
            working = [*working, frame][-NANO.working :]
            if len(episodic) < NANO.episodic:
                slots.append(len(episodic))
                episodic.append(m)
            else:
                means = np.stack([e.mean(0).double().numpy() for e in episodic])
                mean = m.mean(0).double().numpy()
                slots.append(int(np.argmax(means @ mean / np.linalg.norm(means, axis=1))))
                episodic[slots[-1]] = m
    return slots, working, episodic


def test_the_update_equals_a_plain_reference_of_algorithm_1() -> None:
    memory, (h, times) = random_memory(1), frames(50, 2)
    state, slots = walk_through(memory, h, times, torch.ones(50, dtype=torch.bool))
    wanted, working, episodic = reference(memory, h)
    assert slots == wanted
    assert torch.allclose(state.working, torch.stack(working))
    assert torch.allclose(state.episodic, torch.stack(episodic), atol=1e-4)


def test_episodic_slots_fill_from_zero_before_any_is_replaced() -> None:
    memory, (h, times) = random_memory(3), frames(33, 4)
    _, slots = walk_through(memory, h, times, torch.ones(33, dtype=torch.bool))
    assert slots[:32] == list(range(32))
    assert slots[32] in range(32)


def test_of_equally_similar_entries_the_lowest_slot_is_replaced() -> None:
    memory, (h, _) = random_memory(5), frames(1, 6)
    same = h.expand(33, -1, -1)
    memory.recent.out.weight.data.zero_()
    memory.distant.out.weight.data.zero_()
    _, slots = walk_through(memory, same, torch.arange(33) * 0.5, torch.ones(33, dtype=torch.bool))
    assert slots[32] == 0


def test_masked_frames_change_nothing() -> None:
    memory, (h, times) = random_memory(7), frames(44, 8)
    valid = torch.rand(44, generator=torch.Generator().manual_seed(9)) < 0.7
    state, slots = walk_through(memory, h, times, valid)
    alone, slots_alone = walk_through(
        memory, h[valid], times[valid], torch.ones(int(valid.sum()), dtype=torch.bool)
    )
    assert [slot for slot in slots if slot >= 0] == slots_alone
    assert all(slot == -1 for slot, open_ in zip(slots, valid, strict=True) if not open_)
    assert all(torch.equal(a, b) for a, b in zip(state, alone, strict=True))


def test_working_memory_keeps_the_last_frames_oldest_first() -> None:
    memory, (h, times) = random_memory(10), frames(13, 11)
    state, _ = walk_through(memory, h, times, torch.ones(13, dtype=torch.bool))
    assert torch.equal(state.working, h[-8:])
    assert state.working_times.tolist() == times[-8:].tolist()


def test_unrolling_whole_walks_equals_stepping_through_them() -> None:
    memory, (h, times) = random_memory(12), frames(45, 13, stamped=True)
    both = torch.stack([h, h])
    enhanced, history, w_frames, e_frames = memory.unroll(both, torch.tensor([45, 20]))
    for row, count in ((0, 45), (1, 20)):
        state, _ = walk_through(memory, h[:count], times[:count], torch.ones(count, dtype=torch.bool))
        held = state.episodic_mask
        assert torch.allclose(enhanced[row, e_frames[row][held]], state.episodic[held], atol=1e-4)
        assert (times[e_frames[row][held]] == state.episodic_times[held]).all()
        assert w_frames[row].tolist() == list(range(count - 8, count))


def test_replaying_a_frame_gives_the_same_entry_again() -> None:
    memory, (h, _) = random_memory(16), frames(40, 17, stamped=True)
    whole = h[None]
    enhanced, history, _, frame = memory.unroll(whole, torch.tensor([40]))
    again, _ = memory.replay(h[frame], frame, whole, enhanced, history)
    assert torch.allclose(again[0], enhanced[0, frame[0]], atol=1e-4)


def test_replaying_tells_where_was_looked() -> None:
    memory, (h, _) = random_memory(18), frames(12, 19, stamped=True)
    enhanced, history, _, _ = memory.unroll(h[None], torch.tensor([12]))
    asked = torch.tensor([[0, 3, 11]])
    _, ((recent, near), (distant, far)) = memory.replay(h[asked], asked, h[None], enhanced, history)
    assert [sorted(f for f in row if f >= 0) for row in recent[0].tolist()] == [
        [],
        [0, 1, 2],
        list(range(3, 11)),
    ]
    assert [sorted(f for f in row if f >= 0) for row in distant[0].tolist()] == [
        [],
        [0, 1, 2],
        list(range(11)),
    ]
    for looked, weights in ((recent, near), (distant, far)):
        open_tokens = (looked >= 0).repeat_interleave(NANO.tokens, -1)[0, :, None, None]
        assert torch.allclose(weights[0, 1:].sum(-1), torch.ones(()), atol=1e-5)
        assert ((weights[0] * ~open_tokens)[1:] == 0).all()


def test_stamps_keep_a_spread_of_a_long_video() -> None:
    memory, (h, times) = random_memory(14), frames(320, 15, stamped=True)
    _, _, _, held = memory.unroll(h[None], torch.tensor([320]), enhancing=False)
    kept = sorted(times[held[0]].tolist())
    assert max(later - sooner for sooner, later in zip(kept, kept[1:], strict=False)) <= 24.0


def test_the_likeness_with_an_empty_slot_is_zero_and_not_undefined() -> None:
    entry = torch.randn(NANO.d)
    assert torch.equal(similarity(entry, torch.zeros(3, NANO.d)), torch.zeros(3))
    assert torch.allclose(
        similarity(entry, torch.stack([2 * entry, -entry])), torch.tensor([1.0, -1.0]), atol=1e-5
    )
