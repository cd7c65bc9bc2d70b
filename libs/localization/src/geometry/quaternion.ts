/** x, y, z */
export type Vector = [number, number, number];
/** A rotation as x, y, z, w of length 1. */
export type Quaternion = [number, number, number, number];

export const conjugate = ([x, y, z, w]: Quaternion): Quaternion => [-x, -y, -z, w];

export function normalized(quaternion: Quaternion): Quaternion {
  const length = Math.hypot(...quaternion);
  return quaternion.map((value) => value / length) as Quaternion;
}

/** As a row-major 3×3 matrix. */
export const rotationOf = ([x, y, z, w]: Quaternion): number[] => [
  ...[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
  ...[2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
  ...[2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
];

/** On the shorter way from one rotation to another, at a constant speed (Shoemake 1985). */
export function slerp(from: Quaternion, to: Quaternion, share: number): Quaternion {
  const dot = from.reduce((sum, value, i) => sum + value * (to[i] ?? NaN), 0);
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  // the two are as good as equal: a straight line is the way between them
  const straight = angle < 1e-6;
  const before = straight ? 1 - share : Math.sin((1 - share) * angle) / Math.sin(angle);
  const after = (straight ? share : Math.sin(share * angle) / Math.sin(angle)) * (dot < 0 ? -1 : 1);
  return normalized(from.map((value, i) => before * value + after * (to[i] ?? NaN)) as Quaternion);
}
