"""Phase 1: perception and motion, from rendered pairs of frames."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional as F

from model.motion import Motion
from model.perception import CELLS, Perception, normalise, rays
from training.checkpoints import load, save
from training.growth import grow_perception, load_matching
from training.muon import OptimiserPair, learning_rate_factor, muon_and_adamw
from training.pair_pool import PairPool
from training.pairs import PairStream, augment, mirror
from training.parallel import same_for_all, share_gradients
from training.plan import Schedule
from world.categories import BACKGROUND, WALL
from world.splits import TRAIN

CPU_PAIRS, GPU_PAIRS = 16, 256  # of a step
CHECKPOINT_SECONDS = 120
SHARED = 0.1  # of a frame's cells must be seen in the other for their motion to be taught


def correspondence(depth_before: torch.Tensor, depth: torch.Tensor, motion: torch.Tensor):
    """Where each cell of the later frame lies in the earlier one, as bilinear weights on its cells.

    Depths [P, 12, 16], motion [P, 4] (cos, sin, x, z). Returns weights [P, 192, 192] and visible [P, 192]:
    false where the point falls outside or behind what the earlier frame sees there.
    """
    pairs, (rows, columns) = depth.shape[0], CELLS
    ray = rays(rows, columns).to(depth.device)
    z = depth.flatten(1)
    x, y = ray[:, 0] * z, ray[:, 1] * z
    cos, sin = motion[:, :1], motion[:, 1:2]
    x2, z2 = cos * x + sin * z + motion[:, 2:3], cos * z - sin * x + motion[:, 3:]
    safe = z2.clamp(min=0.1)
    column = (x2 / safe + 1) * columns / 2 - 0.5
    row = (y / safe * columns / 2) + rows / 2 - 0.5
    inside = (z2 > 0.1) & (column > -0.5) & (column < columns - 0.5) & (row > -0.5) & (row < rows - 0.5)
    weights = depth.new_zeros(pairs, rows * columns, rows * columns)
    seen = torch.zeros_like(z)
    for dr in (0, 1):
        for dc in (0, 1):
            r, c = row.floor() + dr, column.floor() + dc
            share = (1 - (row - r).abs()).clamp(min=0) * (1 - (column - c).abs()).clamp(min=0)
            index = (r.clamp(0, rows - 1) * columns + c.clamp(0, columns - 1)).long()
            weights.scatter_add_(2, index.unsqueeze(-1), share.unsqueeze(-1))
            seen += share * depth_before.flatten(1).gather(1, index)
    return weights, inside & ((seen - z2).abs() < 0.15 * z2 + 0.1)


def reading_loss(reading: dict, batch: dict) -> dict[str, torch.Tensor]:
    """Losses of what tokens and cells read."""
    category, thing = batch["category"], batch["object"]
    background = category < len(BACKGROUND)
    weight = torch.where(background, 0.35, 1.0) * (0.5 + 0.5 * batch["coverage"])
    cross = F.cross_entropy(reading["category"].flatten(0, 1), category.flatten(), reduction="none").view_as(
        weight
    )
    distance = batch["point"].norm(dim=-1).clamp(min=0.3)
    gap = (reading["point"] - batch["point"]).abs().sum(-1) / distance
    log_gap = (reading["point"][..., 2].log() - batch["point"][..., 2].clamp(min=0.1).log()).abs()
    things = thing.float()
    count = things.sum().clamp(min=1)
    vote = (reading["center"] - batch["center"]).abs().sum(-1)
    error = torch.where(thing, vote, (reading["point"] - batch["point"]).abs().sum(-1))
    laplace = error * (-reading["log_scale"]).exp() + reading["log_scale"]
    size = (reading["log_size"] - batch["size"].clamp(min=0.02).log()).abs().sum(-1)
    walls = (category == WALL) & (batch["normal"].abs().sum(-1) > 0.5)
    normal = 1 - (reading["normal"] * batch["normal"]).sum(-1)
    dense = (reading["cell_depth"].log() - batch["depth"].flatten(1).clamp(min=0.1).log()).abs()
    return {
        "category": (cross * weight).sum() / weight.sum(),
        "point": (gap + 0.5 * log_gap).mean(),
        "vote": 0.5 * (vote * things).sum() / count,
        "laplace": 0.2 * laplace.mean() + 0.2 * (laplace * things).sum() / count,
        "size": 0.4 * (size * things).sum() / count,
        "normal": 2.0 * (normal * walls).sum() / walls.sum().clamp(min=1),
        "dense": 0.5 * dense.mean(),
    }


def motion_loss(found: dict, batch: dict) -> dict[str, torch.Tensor]:
    """Losses of the motion of each pair: its matches against the true ones, its turn and its shift."""
    pairs = found["x"].shape[0]
    weights, visible = correspondence(batch["depth"][:pairs], batch["depth"][pairs:], batch["motion"])
    cross = -(weights * torch.log_softmax(found["scores"], -1)).sum(-1)
    cos, sin, x, z = batch["motion"].unbind(-1)
    turn = (found["sin"] * cos - found["cos"] * sin).abs()
    shift = ((found["x"] - x).square() + (found["z"] - z).square() + 1e-6).sqrt()
    # frames that share nothing teach no motion, only doubt
    shared = (visible.float().mean(-1) > SHARED).float()
    count = shared.sum().clamp(min=1)

    def doubt(error: torch.Tensor, log_scale: torch.Tensor) -> torch.Tensor:
        return (error.detach() * (-log_scale).exp() + log_scale).mean()

    return {
        "match": 0.3 * (cross * visible).sum() / visible.sum().clamp(min=1),
        "turn": 3.0 * (turn * shared).sum() / count,
        "shift": (shift * shared).sum() / count,
        "doubt": 0.1 * (doubt(turn, found["log_turn"]) + doubt(shift, found["log_shift"])),
    }


@torch.no_grad()
def measures(reading: dict, found: dict, batch: dict) -> dict[str, float]:
    """What matters, in plain units: right object tokens, point and vote errors (m), turn (°) and shift (m) a
    step."""
    thing = batch["object"]
    cos, sin, x, z = batch["motion"].unbind(-1)
    turn = (found["sin"] * cos - found["cos"] * sin).asin().abs().rad2deg()
    shift = ((found["x"] - x).square() + (found["z"] - z).square()).sqrt()
    vote = (reading["center"] - batch["center"])[..., [0, 2]].abs().sum(-1)[thing]
    walls = batch["normal"].abs().sum(-1) > 0.5
    return {
        "right": (reading["category"].argmax(-1) == batch["category"])[thing].float().mean().item(),
        "point": (reading["point"] - batch["point"])[thing].abs().sum(-1).median().item(),
        "vote": vote.median().item(),
        "size": (reading["log_size"][..., 0] - batch["size"][..., 0].clamp(min=0.02).log())[thing]
        .abs()
        .median()
        .item(),
        "normal": (reading["normal"] * batch["normal"])
        .sum(-1)[walls]
        .clamp(-1, 1)
        .acos()
        .rad2deg()
        .median()
        .item(),
        "turn": turn.median().item(),
        "shift": shift.median().item(),
    }


def apply(net: Perception, motion: Motion, frames: torch.Tensor) -> tuple[dict, dict]:
    """Readings of frames [2·P, 3, H, W] and the motions of their pairs. The net runs in bfloat16, what is
    measured in float32."""
    with torch.autocast(frames.device.type, torch.bfloat16):
        reading = net(frames.contiguous(memory_format=torch.channels_last))
    half = frames.shape[0] // 2
    feature, depth = reading["cell_feature"], reading["cell_depth"]
    return reading, motion(feature[half:], depth[half:], feature[:half], depth[:half])


def make_optimiser(net: Perception, motion: Motion, rate: float) -> OptimiserPair:
    """Muon on the trunk's matrices, AdamW on the heads, the vectors and the motion."""
    trunk = [net.stem, net.stem_blocks, net.to_cells, net.cell_blocks, net.to_tokens, net.blocks, net.norm]
    heads = [net.head, net.back, net.cell_head, net.cell_match, motion]
    optimiser = muon_and_adamw(trunk, heads, 0.02 * rate, 2e-3 * rate)
    optimiser.add_adamw_group([net.position], 2e-3 * rate)
    return optimiser


@dataclass(frozen=True)
class PerceptionRun:
    """How perception is trained: where, for how long, on batches of 2·`pairs` frames (by default the device's
    number).

    `begin` holds weights (net, motion) to start from, of a net that may have been smaller, and the first
    batch that they have not seen. `rate` scales the learning rates. On a CPU each of several processes has
    its rank, and rank 0 keeps the checkpoint; on a GPU `processes` draw for one that trains.
    """

    folder: Path
    schedule: Schedule
    pairs: int | None = None
    rank: int = 0
    processes: int = 1
    begin: dict | None = None
    rate: float = 1.0
    device: str = "cpu"
    seed: int = 0

    @property
    def on_gpu(self) -> bool:
        """Whether the net learns on another device than the CPU."""
        return self.device != "cpu"

    def stream(self, first: int) -> PairPool | PairStream:
        """The batches from scene or batch `first` on."""
        if self.on_gpu:
            return PairPool(self.pairs or GPU_PAIRS, TRAIN, first, self.processes, self.device)
        return PairStream(self.pairs or CPU_PAIRS, TRAIN, first + self.rank, self.processes)


def train(run: PerceptionRun) -> tuple[Perception, Motion]:
    """Trains net and motion; resumes from the folder's checkpoint."""
    state = load(run.folder, "perception")
    step, spent, first = (
        (state["step"], state["spent"], state["batches"])
        if state
        else (0, 0.0, run.begin["batches"] if run.begin else 0)
    )
    stream = run.stream(first)  # its processes are forked before the GPU is used
    learners = 1 if run.on_gpu else run.processes
    torch.manual_seed(run.seed)
    net, motion = grow_perception(run.begin["net"]) if run.begin else Perception(), Motion()
    if run.begin:
        load_matching(motion, run.begin["motion"])
    net, motion = net.to(run.device, memory_format=torch.channels_last), motion.to(run.device)
    parameters = [*net.parameters(), *motion.parameters()]
    optimiser = make_optimiser(net, motion, run.rate)
    if state is not None:
        net.load_state_dict(state["net"])
        motion.load_state_dict(state["motion"])
        optimiser.load_state_dict(state["optimiser"])
    started, saved, resumed_at = time.monotonic() - spent, time.monotonic(), step

    def keep() -> None:
        if run.rank:
            return
        drawn = stream.drawn if run.on_gpu else (step - resumed_at) * learners
        weights = {
            "net": net.state_dict(),
            "motion": motion.state_dict(),
            "optimiser": optimiser.state_dict(),
        }
        progress = {"step": step, "spent": time.monotonic() - started, "batches": first + drawn}
        save(run.folder, "perception", weights | progress)

    net.train()
    while step < run.schedule.steps:
        done = same_for_all(run.schedule.progress(step, started))
        if done >= 1:
            break
        batch = next(stream)
        batch = mirror(batch) if step % 2 else batch
        generator = torch.Generator(run.device).manual_seed(step * learners + run.rank)
        frames = augment(normalise(batch["frames"]), generator)
        reading, found = apply(net, motion, frames)
        losses = reading_loss(reading, batch) | motion_loss(found, batch)
        sum(losses.values()).backward()
        share_gradients(parameters)
        torch.nn.utils.clip_grad_norm_([*net.head.parameters(), *motion.parameters()], 5.0)
        optimiser.step(learning_rate_factor(done))
        step += 1
        if step % 50 == 0 and run.rank == 0:
            numbers = {name: round(value.item(), 3) for name, value in losses.items()}
            shown = {name: round(value, 3) for name, value in measures(reading, found, batch).items()}
            rate = step * learners * len(frames) / (time.monotonic() - started)
            print(f"perception {step} {done:.3f} {rate:.0f} frames/s {numbers} | {shown}", flush=True)
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            keep()
            saved = time.monotonic()
    keep()
    stream.close()
    return net, motion
