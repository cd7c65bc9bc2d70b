import { element } from '@loci/tensors';
import { multiply3, rotate, transpose3 } from './matrix3.js';

/**
 * A similarity of space: x ↦ scale · rotation · x + translation. Rotation row-major 3×3, a proper one (no
 * reflection); translation in metres of the frame that it leads to. Plain numbers, so that it survives JSON
 * as it is.
 */
export interface Sim3 {
  scale: number;
  rotation: number[];
  translation: number[];
}

export const identitySim3 = (): Sim3 => ({
  scale: 1,
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  translation: [0, 0, 0],
});

/** First `inner`, then `outer`. */
export function composeSim3(outer: Sim3, inner: Sim3): Sim3 {
  const moved = applyToVector(outer, inner.translation);
  return sim3(outer.scale * inner.scale, multiply3(outer.rotation, inner.rotation), moved);
}

/** The way back. Its scale must not be 0. */
export function invertSim3({ scale, rotation, translation }: Sim3): Sim3 {
  const back = transpose3(rotation);
  const inverse = 1 / scale;
  const [x, y, z] = rotate(back, translation);
  return sim3(inverse, back, [-inverse * x, -inverse * y, -inverse * z]);
}

/** Points [n, 3] through a transform, as a new array. */
export function applySim3({ scale, rotation: r, translation: t }: Sim3, points: Float32Array): Float32Array {
  const moved = new Float32Array(points.length);
  for (let i = 0; i + 2 < points.length; i += 3) {
    const x = element(points, i);
    const y = element(points, i + 1);
    const z = element(points, i + 2);
    for (let row = 0; row < 3; row += 1)
      moved[i + row] =
        scale * (element(r, 3 * row) * x + element(r, 3 * row + 1) * y + element(r, 3 * row + 2) * z) +
        element(t, row);
  }
  return moved;
}

/**
 * Camera-to-chunk poses [n, 4, 4] → camera-to-world, row-major. A camera has no size: its rotation takes no
 * scale, its position does.
 */
export function applySim3ToPoses(sim: Sim3, poses: Float32Array): Float32Array {
  const moved = new Float32Array(poses.length);
  for (let i = 0; i + 15 < poses.length; i += 16) {
    const pose = Array.from(poses.subarray(i, i + 16));
    const rotation = multiply3(
      sim.rotation,
      [0, 1, 2, 4, 5, 6, 8, 9, 10].map((j) => element(pose, j)),
    );
    const position = applyToVector(sim, [element(pose, 3), element(pose, 7), element(pose, 11)]);
    moved.set(rowMajor4(rotation, position), i);
  }
  return moved;
}

/**
 * The transform of a frame whose camera has this pose (row-major [4, 4]): its origin and axes are the
 * camera's.
 */
export function fromPose(pose: Float32Array, scale: number): Sim3 {
  const matrixRows = [0, 1, 2].map((row) => [...pose.subarray(4 * row, 4 * row + 4)]);
  return sim3(
    scale,
    matrixRows.flatMap((cells) => cells.slice(0, 3)),
    matrixRows.flatMap((cells) => cells.slice(3)),
  );
}

/** The transform as one row-major 4×4 matrix. */
export const sim3ToMatrix = ({ scale, rotation, translation }: Sim3): number[] =>
  rowMajor4(
    rotation.map((value) => scale * value),
    translation,
  );

/** A transform of plain numbers: without negative zeros, which JSON would lose. */
export function sim3(scale: number, rotation: readonly number[], translation: readonly number[]): Sim3 {
  return {
    scale,
    rotation: rotation.map((value) => value + 0),
    translation: translation.map((value) => value + 0),
  };
}

function applyToVector({ scale, rotation, translation }: Sim3, vector: readonly number[]): number[] {
  return rotate(rotation, vector).map((value, row) => scale * value + element(translation, row));
}

function rowMajor4(linear: readonly number[], translation: readonly number[]): number[] {
  const row = (i: number) => [
    element(linear, 3 * i),
    element(linear, 3 * i + 1),
    element(linear, 3 * i + 2),
    element(translation, i),
  ];
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1];
}
