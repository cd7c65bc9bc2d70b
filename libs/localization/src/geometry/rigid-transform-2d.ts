import { sim3, type Sim3 } from './sim3.js';

/** A position in the floor plane: x right and z forward, metres of the world. */
export interface FloorPoint {
  readonly x: number;
  readonly z: number;
}

/**
 * A turn to the right about the vertical by the angle of cos and sin, then a shift in metres. Heights stay.
 */
export interface RigidTransform2D {
  readonly cos: number;
  readonly sin: number;
  readonly x: number;
  readonly z: number;
}

export const IDENTITY: RigidTransform2D = { cos: 1, sin: 0, x: 0, z: 0 };

export const apply = ({ cos, sin, x, z }: RigidTransform2D, point: FloorPoint): FloorPoint => ({
  x: cos * point.x + sin * point.z + x,
  z: cos * point.z - sin * point.x + z,
});

/** First `inner`, then `outer`. */
export function compose(outer: RigidTransform2D, inner: RigidTransform2D): RigidTransform2D {
  const { x, z } = apply(outer, inner);
  return {
    cos: outer.cos * inner.cos - outer.sin * inner.sin,
    sin: outer.cos * inner.sin + outer.sin * inner.cos,
    x,
    z,
  };
}

export const distance = (a: FloorPoint, b: FloorPoint): number =>
  Math.sqrt((a.x - b.x) ** 2 + (a.z - b.z) ** 2);

/** The cosine of the angle between the turns of two transforms. */
export const rotationCosine = (a: RigidTransform2D, b: RigidTransform2D): number =>
  a.cos * b.cos + a.sin * b.sin;

/** The same transform of space: the world's y axis is its vertical. */
export const toSim3 = ({ cos, sin, x, z }: RigidTransform2D): Sim3 =>
  sim3(1, [cos, 0, sin, 0, 1, 0, -sin, 0, cos], [x, 0, z]);

/** A point, where it should lie, and how much that counts. */
export interface Correspondence {
  readonly from: FloorPoint;
  readonly to: FloorPoint;
  readonly weight: number;
}

/**
 * The transform that carries points onto others with the least weighted squared error, in closed form
 * (Umeyama 1991 without scale, in the plane). Points that all coincide are not turned.
 */
export function fitRigidTransform2D(correspondences: readonly Correspondence[]): RigidTransform2D {
  let [total, fromX, fromZ, toX, toZ] = [0, 0, 0, 0, 0];
  for (const { weight } of correspondences) total += weight;
  const unit = 1 / Math.max(total, 1e-12);
  for (const { from, to, weight } of correspondences) {
    const w = weight * unit;
    fromX += w * from.x;
    fromZ += w * from.z;
    toX += w * to.x;
    toZ += w * to.z;
  }
  let [real, imaginary] = [0, 0];
  for (const { from, to, weight } of correspondences) {
    const w = weight * unit;
    const ax = from.x - fromX;
    const az = from.z - fromZ;
    const bx = to.x - toX;
    const bz = to.z - toZ;
    real += w * (az * bz + ax * bx);
    imaginary += w * (az * bx - ax * bz);
  }
  const norm = Math.sqrt(real * real + imaginary * imaginary);
  const [cos, sin] = norm > 1e-12 ? [real / norm, imaginary / norm] : [1, 0];
  return { cos, sin, x: toX - (cos * fromX + sin * fromZ), z: toZ - (cos * fromZ - sin * fromX) };
}
