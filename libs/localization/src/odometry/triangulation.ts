import { NormalEquations } from './solve.js';
import { apply, applyTransposed, dot, minus, unit, type Mat3, type Vec3 } from './vectors.js';

/** Where a camera stands: from its axes into the world's. */
export interface Pose {
  rotation: Mat3;
  position: Vec3;
}

/** A camera that sees a point, and where: on the plane one metre before it. */
export interface View {
  pose: Pose;
  u: number;
  v: number;
}

/** A point as a camera sees it: where on the plane one metre before it, and how deep. */
export function project({ rotation, position }: Pose, point: Vec3): { u: number; v: number; depth: number } {
  const [x, y, depth] = applyTransposed(rotation, minus(point, position));
  return { u: x / depth, v: y / depth, depth };
}

/** By how far a view misses a point, squared; infinite behind the camera. */
export function viewError({ pose, u, v }: View, point: Vec3): number {
  const seen = project(pose, point);
  return seen.depth > 0 ? (seen.u - u) ** 2 + (seen.v - v) ** 2 : Infinity;
}

/**
 * The point nearest to the rays of its views. Null where all of them miss it by less than it takes to tell
 * how far it is: no two rays are `leastAngle` apart (given as its cosine), or it lies behind a camera.
 */
export function triangulate(views: readonly View[], mostCosine: number): Vec3 | null {
  const rays = views.map(({ pose, u, v }) => unit(apply(pose.rotation, [u, v, 1])));
  const apart = rays.some((one, i) => rays.slice(0, i).some((other) => dot(one, other) < mostCosine));
  if (!apart) return null;
  let point = nearestToRays(views, rays, () => 1);
  // a ray counts by the depth at which it passes: what is seen from near tells more
  for (let round = 0; round < 2 && point !== null; round += 1) {
    const before = point;
    point = nearestToRays(views, rays, ({ pose }) => {
      const away = minus(before, pose.position);
      return 1 / dot(away, away);
    });
  }
  return point !== null && views.every(({ pose }) => project(pose, point).depth > 0) ? point : null;
}

function nearestToRays(
  views: readonly View[],
  rays: readonly Vec3[],
  weightOf: (view: View) => number,
): Vec3 | null {
  const equations = new NormalEquations(3);
  views.forEach((view, index) => {
    const ray = rays[index] ?? [NaN, NaN, NaN];
    const weight = weightOf(view);
    for (let axis = 0; axis < 3; axis += 1) {
      const row = ray.map((value, other) => (axis === other ? 1 : 0) - (ray[axis] ?? NaN) * value);
      const at = view.pose.position.reduce((sum, value, other) => sum + value * (row[other] ?? NaN), 0);
      equations.add(row, -at, weight);
    }
  });
  const found = equations.solve();
  return found === null ? null : [found[0] ?? NaN, found[1] ?? NaN, found[2] ?? NaN];
}
