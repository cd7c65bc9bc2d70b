import type { Pose } from './triangulation.js';
import type { Vec3 } from './vectors.js';

/** Unknowns of a camera: its turn in its own axes, then its shift in the world's. */
export const CAMERA_UNKNOWNS = 6;
const C = CAMERA_UNKNOWNS;

/** Observations, those of a point together. */
export interface GroupedObservations {
  /** [O] the free camera's number; −1 of a fixed one */
  free: Int32Array;
  /** [O] */
  camera: Int32Array;
  /** [O, 2] where on the plane one metre before it */
  seen: Float64Array;
  /** [P + 1] the first observation of each point */
  starts: Int32Array;
}

/**
 * The normal equations of cameras and points, with each point eliminated (Triggs et al. 2000, section 6).
 * What belongs to points and observations is kept for the way back.
 */
export class EliminatedEquations {
  /** [6 F, 6 F], the lower triangle */
  readonly matrix: Float64Array;
  /** [6 F] */
  readonly right: Float64Array;
  private readonly couplings: Float64Array;
  private readonly inverses: Float64Array;
  private readonly pointRights: Float64Array;
  private readonly rowU = new Float64Array(C + 3);
  private readonly rowV = new Float64Array(C + 3);
  private readonly solved: Float64Array;

  /** 1 / error² */
  private readonly over: number;

  /** @param error usual error of an observation */
  constructor(
    freeCameras: number,
    private readonly grouped: GroupedObservations,
    error: number,
  ) {
    this.over = 1 / (error * error);
    const n = C * freeCameras;
    const { starts, camera } = grouped;
    this.matrix = new Float64Array(n * n);
    this.right = new Float64Array(n);
    this.couplings = new Float64Array(3 * C * camera.length);
    this.inverses = new Float64Array(9 * (starts.length - 1));
    this.pointRights = new Float64Array(3 * (starts.length - 1));
    const counts = Array.from(starts.subarray(1), (end, point) => end - (starts[point] ?? 0));
    this.solved = new Float64Array(3 * C * Math.max(0, ...counts));
  }

  /** Linearises all observations; diagonals are raised by the damping. */
  fill(cameras: readonly Pose[], points: readonly Vec3[], damping: number): void {
    for (const array of [this.matrix, this.right, this.couplings, this.inverses, this.pointRights])
      array.fill(0);
    points.forEach((point, index) => {
      this.eliminate(cameras, point, index, damping);
    });
    const n = this.right.length;
    for (let i = 0; i < n; i += 1) this.matrix[i * n + i] = (this.matrix[i * n + i] ?? NaN) + 1e-9;
  }

  /** The step of a point, once the cameras' steps are known. */
  pointStep(point: number, steps: Float64Array): Vec3 {
    const { free, starts } = this.grouped;
    let x = this.pointRights[3 * point] ?? NaN;
    let y = this.pointRights[3 * point + 1] ?? NaN;
    let z = this.pointRights[3 * point + 2] ?? NaN;
    for (let o = starts[point] ?? 0; o < (starts[point + 1] ?? 0); o += 1) {
      const camera = free[o] ?? -1;
      if (camera < 0) continue;
      for (let i = 0; i < C; i += 1) {
        const step = steps[C * camera + i] ?? NaN;
        const at = 3 * (C * o + i);
        x -= (this.couplings[at] ?? NaN) * step;
        y -= (this.couplings[at + 1] ?? NaN) * step;
        z -= (this.couplings[at + 2] ?? NaN) * step;
      }
    }
    const m = 9 * point;
    const row = (at: number): number =>
      (this.inverses[at] ?? NaN) * x +
      (this.inverses[at + 1] ?? NaN) * y +
      (this.inverses[at + 2] ?? NaN) * z;
    return [row(m), row(m + 3), row(m + 6)];
  }

  private eliminate(cameras: readonly Pose[], point: Vec3, index: number, damping: number): void {
    const { starts } = this.grouped;
    const [first, end] = [starts[index] ?? 0, starts[index + 1] ?? 0];
    for (let o = first; o < end; o += 1) this.observe(cameras, point, index, o, damping);
    const own = this.inverses.subarray(9 * index, 9 * index + 9);
    const trace = (own[0] ?? NaN) + (own[4] ?? NaN) + (own[8] ?? NaN);
    // a point that no camera sees from its front stays
    if (!(trace > 0)) return;
    for (let i = 0; i < 9; i += 4) own[i] = (own[i] ?? NaN) * (1 + damping) + 1e-12 * trace;
    invert3(own);
    for (let o = first; o < end; o += 1) this.solve(o, first, own);
    for (let o = first; o < end; o += 1)
      if ((this.grouped.free[o] ?? -1) >= 0) this.subtract(o, first, end, index);
  }

  /** Adds one observation to its camera's and its point's equations, and keeps what couples them. */
  private observe(cameras: readonly Pose[], point: Vec3, index: number, o: number, damping: number): void {
    const { camera, seen, free } = this.grouped;
    const pose = cameras[camera[o] ?? -1];
    if (pose === undefined) return;
    // no arrays are made here: this is called for each observation in each round
    const { rotation: r, position } = pose;
    const [x, y, z] = [point[0] - position[0], point[1] - position[1], point[2] - position[2]];
    const depth = r[2] * x + r[5] * y + r[8] * z;
    if (!(depth > 0)) return;
    const u = (r[0] * x + r[3] * y + r[6] * z) / depth;
    const v = (r[1] * x + r[4] * y + r[7] * z) / depth;
    const du = u - (seen[2 * o] ?? NaN);
    const dv = v - (seen[2 * o + 1] ?? NaN);
    const weight = 1 / Math.sqrt(1 + (du * du + dv * dv) * this.over);
    const { rowU, rowV } = this;
    // a turn of the camera by w moves what it sees by p × w
    rowU[0] = u * v;
    rowU[1] = -1 - u * u;
    rowU[2] = v;
    rowV[0] = 1 + v * v;
    rowV[1] = -u * v;
    rowV[2] = -u;
    for (let j = 0; j < 3; j += 1) {
      const across = r[3 * j + 2] ?? NaN;
      const byU = ((r[3 * j] ?? NaN) - u * across) / depth;
      const byV = ((r[3 * j + 1] ?? NaN) - v * across) / depth;
      rowU[3 + j] = -byU;
      rowU[C + j] = byU;
      rowV[3 + j] = -byV;
      rowV[C + j] = byV;
    }
    for (let i = 0; i < 3; i += 1) {
      const pu = weight * (rowU[C + i] ?? NaN);
      const pv = weight * (rowV[C + i] ?? NaN);
      this.pointRights[3 * index + i] = (this.pointRights[3 * index + i] ?? NaN) - pu * du - pv * dv;
      for (let j = 0; j < 3; j += 1) {
        const cell = 9 * index + 3 * i + j;
        this.inverses[cell] =
          (this.inverses[cell] ?? NaN) + pu * (rowU[C + j] ?? NaN) + pv * (rowV[C + j] ?? NaN);
      }
    }
    const own = free[o] ?? -1;
    if (own < 0) return;
    const n = this.right.length;
    for (let i = 0; i < C; i += 1) {
      const cu = weight * (rowU[i] ?? NaN);
      const cv = weight * (rowV[i] ?? NaN);
      const row = C * own + i;
      this.right[row] = (this.right[row] ?? NaN) - cu * du - cv * dv;
      for (let j = 0; j <= i; j += 1) {
        const cell = row * n + C * own + j;
        const value = cu * (rowU[j] ?? NaN) + cv * (rowV[j] ?? NaN);
        this.matrix[cell] = (this.matrix[cell] ?? NaN) + (i === j ? value * (1 + damping) : value);
      }
      for (let j = 0; j < 3; j += 1)
        this.couplings[3 * (C * o + i) + j] = cu * (rowU[C + j] ?? NaN) + cv * (rowV[C + j] ?? NaN);
    }
  }

  /** The coupling of an observation times the inverse of its point's equations. */
  private solve(o: number, first: number, inverse: Float64Array): void {
    for (let i = 0; i < C; i += 1) {
      const from = 3 * (C * o + i);
      const to = 3 * (C * (o - first) + i);
      for (let j = 0; j < 3; j += 1)
        this.solved[to + j] =
          (this.couplings[from] ?? NaN) * (inverse[j] ?? NaN) +
          (this.couplings[from + 1] ?? NaN) * (inverse[3 + j] ?? NaN) +
          (this.couplings[from + 2] ?? NaN) * (inverse[6 + j] ?? NaN);
    }
  }

  /** Takes from a camera's equations what its observation of the point leaves to the other cameras. */
  private subtract(o: number, first: number, end: number, index: number): void {
    const { free } = this.grouped;
    const own = free[o] ?? -1;
    const n = this.right.length;
    for (let i = 0; i < C; i += 1) {
      const row = C * own + i;
      const at = 3 * (C * (o - first) + i);
      const a = this.solved[at] ?? NaN;
      const b = this.solved[at + 1] ?? NaN;
      const c = this.solved[at + 2] ?? NaN;
      const p = 3 * index;
      this.right[row] =
        (this.right[row] ?? NaN) -
        a * (this.pointRights[p] ?? NaN) -
        b * (this.pointRights[p + 1] ?? NaN) -
        c * (this.pointRights[p + 2] ?? NaN);
      for (let s = first; s < end; s += 1) {
        const other = free[s] ?? -1;
        if (other < 0 || other > own) continue;
        for (let j = 0; j < C; j += 1) {
          const cell = row * n + C * other + j;
          const w = 3 * (C * s + j);
          this.matrix[cell] =
            (this.matrix[cell] ?? NaN) -
            a * (this.couplings[w] ?? NaN) -
            b * (this.couplings[w + 1] ?? NaN) -
            c * (this.couplings[w + 2] ?? NaN);
        }
      }
    }
  }
}

/** Turns a symmetric 3×3 into its inverse. */
function invert3(m: Float64Array): void {
  const [a = NaN, b = NaN, c = NaN, , e = NaN, f = NaN, , , i = NaN] = m;
  const [A, B, D] = [e * i - f * f, c * f - b * i, b * f - c * e];
  const [E, F, I] = [a * i - c * c, b * c - a * f, a * e - b * b];
  const over = 1 / (a * A + b * B + c * D);
  m.set([A, B, D, B, E, F, D, F, I]);
  for (let k = 0; k < 9; k += 1) m[k] = (m[k] ?? NaN) * over;
}
