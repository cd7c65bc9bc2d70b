/** A vector of camera or world axes: x right, y down, z forward. */
export type Vec3 = readonly [number, number, number];

/** A 3×3 matrix, row-major. */
export type Mat3 = readonly [
  ...[number, number, number],
  ...[number, number, number],
  ...[number, number, number],
];

export const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const times = (factor: number, a: Vec3): Vec3 => [factor * a[0], factor * a[1], factor * a[2]];
/** A root of a sum of squares: Math.hypot may differ between engines in its last bit. */
export const length = (a: Vec3): number => Math.sqrt(dot(a, a));
/** NaN of a vector without length. */
export const unit = (a: Vec3): Vec3 => times(1 / length(a), a);

export const apply = (m: Mat3, a: Vec3): Vec3 => [
  m[0] * a[0] + m[1] * a[1] + m[2] * a[2],
  m[3] * a[0] + m[4] * a[1] + m[5] * a[2],
  m[6] * a[0] + m[7] * a[1] + m[8] * a[2],
];

/** The transpose of m times a: of a rotation, its inverse. */
export const applyTransposed = (m: Mat3, a: Vec3): Vec3 => [
  m[0] * a[0] + m[3] * a[1] + m[6] * a[2],
  m[1] * a[0] + m[4] * a[1] + m[7] * a[2],
  m[2] * a[0] + m[5] * a[1] + m[8] * a[2],
];

export const transpose = (m: Mat3): Mat3 => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];

export function multiply(a: Mat3, b: Mat3): Mat3 {
  const first = apply(a, [b[0], b[3], b[6]]);
  const second = apply(a, [b[1], b[4], b[7]]);
  const third = apply(a, [b[2], b[5], b[8]]);
  return [first[0], second[0], third[0], first[1], second[1], third[1], first[2], second[2], third[2]];
}

/** The matrix that has these columns. */
export const columns = (a: Vec3, b: Vec3, c: Vec3): Mat3 => [
  ...([a[0], b[0], c[0]] as const),
  ...([a[1], b[1], c[1]] as const),
  ...([a[2], b[2], c[2]] as const),
];

/**
 * The rotation of the quaternion (1, w/2), normalised: about w by its length in radians, for small ones. It
 * takes a root instead of a sine, so that all machines compute the same bits.
 */
export function smallTurn(w: Vec3): Mat3 {
  const [a, b, c] = times(0.5, w);
  const s = 2 / (1 + a * a + b * b + c * c);
  return [
    ...([1 - s * (b * b + c * c), s * (a * b - c), s * (a * c + b)] as const),
    ...([s * (a * b + c), 1 - s * (a * a + c * c), s * (b * c - a)] as const),
    ...([s * (a * c - b), s * (b * c + a), 1 - s * (a * a + b * b)] as const),
  ];
}

/** Two unit vectors that are at right angles to a and to each other. */
export function tangents(a: Vec3): [Vec3, Vec3] {
  const other: Vec3 = Math.abs(a[0]) < 0.6 ? [1, 0, 0] : [0, 1, 0];
  const first = unit(cross(a, other));
  return [first, unit(cross(a, first))];
}

/** Rotations drift off through many products: the columns are made unit vectors at right angles again. */
export function orthonormal(m: Mat3): Mat3 {
  const x = unit([m[0], m[3], m[6]]);
  const z = unit(cross(x, [m[1], m[4], m[7]]));
  return columns(x, cross(z, x), z);
}
