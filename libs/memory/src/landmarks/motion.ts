import { sim3, type Sim3 } from '../sim3.js';

/** A place in the floor plane: x right and z forward in metres of the world. */
export interface Place {
  readonly x: number;
  readonly z: number;
}

/** A level motion: a turn to the right about the vertical by the angle of cos and sin, then a shift. Heights stay. */
export interface Motion {
  readonly cos: number;
  readonly sin: number;
  readonly x: number;
  readonly z: number;
}

export const STAY: Motion = { cos: 1, sin: 0, x: 0, z: 0 };

export const carry = ({ cos, sin, x, z }: Motion, place: Place): Place => ({
  x: cos * place.x + sin * place.z + x,
  z: cos * place.z - sin * place.x + z,
});

/** First `first`, then `second`. */
export function after(second: Motion, first: Motion): Motion {
  const { x, z } = carry(second, first);
  return {
    cos: second.cos * first.cos - second.sin * first.sin,
    sin: second.cos * first.sin + second.sin * first.cos,
    x,
    z,
  };
}

export const apart = (a: Place, b: Place): number => Math.sqrt((a.x - b.x) ** 2 + (a.z - b.z) ** 2);

/** The cosine of the angle between the turns of two motions. */
export const likeness = (a: Motion, b: Motion): number => a.cos * b.cos + a.sin * b.sin;

/** The same motion of space: the world's y axis is its vertical. */
export const levelSim3 = ({ cos, sin, x, z }: Motion): Sim3 =>
  sim3(1, [cos, 0, sin, 0, 1, 0, -sin, 0, cos], [x, 0, z]);

/** A place, where it should lie, and how much that counts. */
export interface Pull {
  readonly from: Place;
  readonly to: Place;
  readonly weight: number;
}

/** The level motion that carries places onto others with the least weighted squared error, in closed form; places that all fall together are not turned. */
export function carrying(pulls: readonly Pull[]): Motion {
  let [total, fromX, fromZ, toX, toZ] = [0, 0, 0, 0, 0];
  for (const { weight } of pulls) total += weight;
  const unit = 1 / Math.max(total, 1e-12);
  for (const { from, to, weight } of pulls) {
    const w = weight * unit;
    fromX += w * from.x;
    fromZ += w * from.z;
    toX += w * to.x;
    toZ += w * to.z;
  }
  let [real, imaginary] = [0, 0];
  for (const { from, to, weight } of pulls) {
    const w = weight * unit;
    const [ax, az, bx, bz] = [from.x - fromX, from.z - fromZ, to.x - toX, to.z - toZ];
    real += w * (az * bz + ax * bx);
    imaginary += w * (az * bx - ax * bz);
  }
  const norm = Math.sqrt(real * real + imaginary * imaginary);
  const [cos, sin] = norm > 1e-12 ? [real / norm, imaginary / norm] : [1, 0];
  return { cos, sin, x: toX - (cos * fromX + sin * fromZ), z: toZ - (cos * fromZ - sin * fromX) };
}
