/** A camera's pose at a moment of the video: camera-to-world, row-major 4×4, metres. */
export interface TimedPose {
  tS: number;
  pose: ArrayLike<number>;
}

/** A trajectory in the format of the TUM benchmarks: `t tx ty tz qx qy qz qw` a line, the earliest first. */
export const toTum = (poses: readonly TimedPose[]): string =>
  [...poses]
    .sort((a, b) => a.tS - b.tS)
    .map(({ tS, pose }) => {
      const position = [3, 7, 11].map((index) => pose[index] ?? 0);
      return `${[tS, ...position, ...quaternionOf(pose)].map((value) => value.toFixed(6)).join(' ')}\n`;
    })
    .join('');

/**
 * The rotation of a pose as a unit quaternion x, y, z, w with w ≥ 0. Each component's size comes from the
 * diagonal, its sign from the others (Bar-Itzhack); the largest is taken first, so that nothing is divided by
 * what is near 0.
 */
export function quaternionOf(pose: ArrayLike<number>): [number, number, number, number] {
  const r = (row: number, column: number): number => pose[4 * row + column] ?? 0;
  const squares = [
    1 + r(0, 0) - r(1, 1) - r(2, 2),
    1 - r(0, 0) + r(1, 1) - r(2, 2),
    1 - r(0, 0) - r(1, 1) + r(2, 2),
    1 + r(0, 0) + r(1, 1) + r(2, 2),
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const [xy, xz, yz] = [r(0, 1) + r(1, 0), r(0, 2) + r(2, 0), r(1, 2) + r(2, 1)];
  const [xw, yw, zw] = [r(2, 1) - r(1, 2), r(0, 2) - r(2, 0), r(1, 0) - r(0, 1)];
  const products = [
    [squares[0] ?? 0, xy, xz, xw],
    [xy, squares[1] ?? 0, yz, yw],
    [xz, yz, squares[2] ?? 0, zw],
    [xw, yw, zw, squares[3] ?? 0],
  ];
  const [x = 0, y = 0, z = 0, w = 1] = products[largest] ?? [];
  const scale = (w < 0 ? -1 : 1) / Math.hypot(x, y, z, w);
  return [x * scale, y * scale, z * scale, w * scale];
}
