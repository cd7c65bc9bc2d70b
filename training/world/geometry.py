"""Plane geometry of footprints: rectangles on the floor, given as (x, z, width, depth, yaw) in metres and
radians.

Yaw turns +z towards +x, as everywhere: forward is (sin yaw, cos yaw), right is (cos yaw, −sin yaw) in (x, z).
"""

from math import cos, hypot, sin

Rectangle = tuple[float, float, float, float, float]
Point = tuple[float, float]


def corners(rectangle: Rectangle) -> list[Point]:
    """The four corners in order around the rectangle."""
    x, z, width, depth, yaw = rectangle
    s, c = sin(yaw), cos(yaw)
    local = [
        (0.5 * width, 0.5 * depth),
        (0.5 * width, -0.5 * depth),
        (-0.5 * width, -0.5 * depth),
        (-0.5 * width, 0.5 * depth),
    ]
    return [(x + c * u + s * v, z - s * u + c * v) for u, v in local]


def point_distance(rectangle: Rectangle, px: float, pz: float) -> float:
    """Distance from a point to the rectangle in metres; 0 inside."""
    x, z, width, depth, yaw = rectangle
    s, c = sin(yaw), cos(yaw)
    dx, dz = px - x, pz - z
    u = abs(c * dx - s * dz) - 0.5 * width
    v = abs(s * dx + c * dz) - 0.5 * depth
    return hypot(max(u, 0.0), max(v, 0.0))


def overlap(a: Rectangle, b: Rectangle) -> bool:
    """Whether the rectangles share a point, by their separating axes."""
    dx, dz = b[0] - a[0], b[1] - a[1]
    axes = [(c, -s) for r in (a, b) for s, c in [(sin(r[4]), cos(r[4]))]]
    axes += [(s, c) for r in (a, b) for s, c in [(sin(r[4]), cos(r[4]))]]
    for ax, az in axes:
        reach = 0.0
        for _, _, width, depth, yaw in (a, b):
            s, c = sin(yaw), cos(yaw)
            reach += 0.5 * width * abs(c * ax - s * az) + 0.5 * depth * abs(s * ax + c * az)
        if abs(dx * ax + dz * az) > reach:
            return False
    return True


def rectangle_distance(a: Rectangle, b: Rectangle) -> float:
    """Distance between the closest points of two rectangles in metres; 0 when they meet.

    Between disjoint convex polygons a corner of one is always among the closest points.
    """
    if overlap(a, b):
        return 0.0
    to_b = min(point_distance(b, *corner) for corner in corners(a))
    return min(to_b, min(point_distance(a, *corner) for corner in corners(b)))


def apart(a: Rectangle, b: Rectangle, gap: float) -> bool:
    """Whether the rectangles keep at least `gap` metres between them."""
    reach = 0.5 * (hypot(a[2], a[3]) + hypot(b[2], b[3])) + gap
    if hypot(a[0] - b[0], a[1] - b[1]) > reach:
        return True
    return rectangle_distance(a, b) >= gap
