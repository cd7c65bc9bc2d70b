"""The perceive graph: a chunk of frames → tokens, points in the chunk's frame, and the cameras' poses in it.

Motions between frames make a pose graph (`pose_graph.py`). Turns are drawn towards the directions of the
walls, which stand at right angles in this domain and do not drift. Walls seen in the overlap of two chunks
have the same directions in both, so turns do not drift from chunk to chunk either.
"""

import torch
from torch import nn

from model.motion import Motion
from model.perception import CLASSES, Perception, normalised_patches
from model.pose_graph import LEAST_SHIFT, LEAST_TURN, edges, prefix_sums, solve_positions, solve_yaw, weights
from model.rigid import move_points, pose_matrices
from model.sizes import NANO
from world.categories import BACKGROUND, WALL

EXPLICIT_GEOMETRY = 12  # log sizes 3, log scale 1, vote 3, point / 4 3, wall normal 2
EXPLICIT_VIEW = 3  # cosine and sine of 4 × the walls' angle, and how sure
NEAR_FRAMES = 3.0  # standard deviation of the smoothing of wall directions
BOUNDARY_DOUBT = (
    0.135  # (radian · metre)^½: geometric mean of a step's two doubts from which the picture has jumped
)
MOST_DOUBT = 2.0  # what step_doubt is never above


def wall_direction(probability: torch.Tensor, normal: torch.Tensor) -> torch.Tensor:
    """The walls' common direction in each camera, as (cos, sin) [T, 2] of four times its angle, as long as it
    is sure.

    probability [T, N] of being wall, normal [T, N, 2] as (x, z). The fourth power makes all four walls agree.
    """
    c, s = normal[..., 1], normal[..., 0]
    for _ in range(2):
        c, s = c * c - s * s, 2 * c * s
    weight = probability.square()
    return torch.stack([(weight * c).sum(-1), (weight * s).sum(-1)], -1) / (
        weight.sum(-1, keepdim=True) + 2.0
    )


def step_doubts(log_turn: torch.Tensor, log_shift: torch.Tensor, open_step: torch.Tensor) -> torch.Tensor:
    """How doubtful it is that each frame goes on from the one before [T], from the doubts of the steps [T −
    1]: above 1 the picture jumps, at most MOST_DOUBT; 0 at frame 0 and at padding (open_step bool [T − 1] is
    false there)."""
    doubt = ((log_turn + log_shift).clamp(-20, 4) / 2).exp() / BOUNDARY_DOUBT
    return torch.cat([torch.zeros(1), doubt.clamp(max=MOST_DOUBT) * open_step.to(doubt.dtype)])


def correct_yaw(
    yaw: torch.Tensor, walls: torch.Tensor, together: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Chained yaw [T] corrected by wall directions [T, 2], and those directions smoothed, unit [T, 2].

    Walls tell an angle up to quarter turns only. Followed from frame to frame, as here, a drift may grow
    beyond an eighth turn; compared with frame 0's it would turn over there. together [T, T]: 1 where two
    frames may be smoothed over, 0 across a shot boundary or with padding.
    """
    turn_c, turn_s = (4 * yaw).cos(), (4 * yaw).sin()
    fixed_c = turn_c * walls[:, 0] - turn_s * walls[:, 1]
    fixed_s = turn_s * walls[:, 0] + turn_c * walls[:, 1]
    index = torch.arange(yaw.shape[0], dtype=torch.float32)
    kernel = (-0.5 * ((index.unsqueeze(1) - index) / NEAR_FRAMES).square()).exp() * together
    c, s = kernel @ fixed_c + 1e-4, kernel @ fixed_s
    count = yaw.shape[0]
    before = (torch.arange(count) - 1).clamp(min=0)
    step = torch.atan2(s * c[before] - c * s[before], c * c[before] + s * s[before] + 1e-12)
    drift = prefix_sums(count) @ step / 4
    fixed = yaw - drift
    norm = (c[0] * c[0] + s[0] * s[0]).sqrt()
    c0, s0 = c[0] / norm, s[0] / norm
    back_c, back_s = (4 * fixed).cos(), (4 * fixed).sin()
    return fixed, torch.stack([back_c * c0 + back_s * s0, back_c * s0 - back_s * c0], -1)


# What is read of a frame, from its picture alone.
READINGS = (
    "category",
    "point",
    "center",
    "log_size",
    "log_scale",
    "normal",
    "trunk",
    "cell_depth",
    "cell_feature",
    "look",
)


class Perceive(nn.Module):
    """Perception, motion and the layout of tokens: what `perceive.onnx` does."""

    def __init__(self, net: Perception | None = None, motion: Motion | None = None):
        super().__init__()
        self.net, self.motion = net or Perception(), motion or Motion()
        generator = torch.Generator().manual_seed(3)
        width = self.net.position.shape[1]
        basis = torch.linalg.qr(torch.randn(width, width, generator=generator))[0]
        learned = (
            NANO.d_visual - CLASSES,
            NANO.d_geometry - EXPLICIT_GEOMETRY,
            NANO.d_geometry - EXPLICIT_VIEW,
        )
        self.register_buffer("visual_basis", basis[:, : learned[0]].contiguous())
        self.register_buffer("geometry_basis", basis[:, learned[0] : learned[0] + learned[1]].contiguous())
        self.register_buffer("view_basis", basis[:, -learned[2] :].contiguous())
        self.register_buffer("look_mean", torch.zeros(96))
        self.register_buffer("look_scale", torch.ones(96))

    def motions(self, reading: dict) -> dict[str, torch.Tensor]:
        """The motions of all pairs of a chunk's pose graph, of the later frame into the earlier, each [E]."""
        feature, depth = reading["cell_feature"], reading["cell_depth"]
        earlier, later = edges(depth.shape[0])
        found = self.motion(feature[later], depth[later], feature[earlier], depth[earlier])
        # Two black frames have no motion at all; ONNX's arc tangent knows no 0 / 0.
        return found | {"yaw": torch.atan2(found["sin"], found["cos"] + 1e-6)}

    def camera_path(self, reading: dict, wall: torch.Tensor, frame_mask: torch.Tensor):
        """Yaw, x and z [T] of the cameras in the chunk's frame, the walls' direction in each camera [T, 2],
        and step_doubt [T]."""
        count, open_frames = frame_mask.shape[0], frame_mask.to(torch.float32)
        earlier, later = edges(count)
        open_pair = frame_mask[earlier] & frame_mask[later]
        found = self.motions(reading)
        seen = {name: found[name] * open_pair.to(torch.float32) for name in ("yaw", "x", "z")}
        doubt = step_doubts(
            found["log_turn"][: count - 1], found["log_shift"][: count - 1], open_pair[: count - 1]
        )
        part = prefix_sums(count) @ (doubt > 1).to(torch.float32)
        together = (part.unsqueeze(1) == part).to(torch.float32)
        yaw = solve_yaw(seen["yaw"], weights(found["log_turn"], LEAST_TURN, open_pair, count), count)
        yaw, walls = correct_yaw(
            yaw, wall_direction(wall, reading["normal"]) * open_frames.unsqueeze(-1), together * open_frames
        )
        axis = torch.atan2(walls[0, 1], walls[0, 0]) / 4
        x, z = solve_positions(
            yaw,
            seen["x"],
            seen["z"],
            weights(found["log_shift"], LEAST_SHIFT, open_pair, count),
            torch.stack([axis.cos(), axis.sin()]),
            reading["point"],
            reading["normal"],
            wall,
            frame_mask,
            together,
        )
        return yaw, x, z, walls, doubt

    def forward(self, frames: torch.Tensor, frame_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """frames uint8 [T,H,W,3], frame_mask bool [T] → the outputs named in the bundle format."""
        return self.tokens(self.read(frames), frame_mask)

    def read(self, frames: torch.Tensor) -> dict[str, torch.Tensor]:
        """Frames uint8 [B,H,W,3] → the readings of each."""
        return self.net.read(normalised_patches(frames))

    def tokens(self, reading: dict, frame_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """Readings of T frames in a row → tokens, and points in the first frame's camera."""
        probability = torch.softmax(reading["category"], -1)
        sure, category = probability.max(-1)
        wall = probability[..., WALL]
        yaw, x, z, walls, doubt = self.camera_path(reading, wall, frame_mask)

        point, vote = reading["point"], reading["center"] - reading["point"]
        thing = (category >= len(BACKGROUND)).unsqueeze(-1)
        center = torch.where(thing, reading["center"], point)
        motion = [part.unsqueeze(-1) for part in (yaw.cos(), yaw.sin(), x, z)]
        trunk = reading["trunk"].float()
        explicit = [
            reading["log_size"],
            reading["log_scale"].unsqueeze(-1),
            vote,
            point / 4,
            reading["normal"] * wall.unsqueeze(-1),
        ]
        strength = wall.mean(-1, keepdim=True)
        view = torch.cat([walls, strength, trunk.mean(1) @ self.view_basis], -1)
        novelty = ((reading["look"] - self.look_mean) / self.look_scale).square().mean(-1).sqrt()
        return {
            "visual_tokens": torch.cat([probability, trunk @ self.visual_basis], -1),
            "geometry_tokens": torch.cat([*explicit, trunk @ self.geometry_basis], -1),
            "view_tokens": view.unsqueeze(1),
            "points": move_points(point, *motion),
            "centers": move_points(center, *motion),
            "confidence": sure / (1 + reading["log_scale"].exp() / 0.2),
            "camera_to_chunk": pose_matrices(yaw, x, z),
            "category": category.to(torch.int32),
            "category_probability": sure,
            "novelty": novelty,
            "step_doubt": doubt,
        }
