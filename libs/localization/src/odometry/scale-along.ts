import { contrastOf, floorRange, type Depths } from './floor.js';

/** Some pictures of a chunk in a row, and what tells how long a unit is in which their cameras stand. */
export interface Stretch {
  /** What the pictures see below them. */
  depths: Depths;
  /** The fewest points that a picture and the next one have in common. */
  shared: number;
}

/** How long a unit is along a chunk. */
export interface ScaleAlong {
  /** By stretch, metres. */
  scales: number[];
  /** By stretch, by which share they may be wrong, floors' own errors aside. */
  errors: number[];
}

/** Scales that are tried are so many times apart, and so many to each side of the scale so far. */
const FINER = 1.02;
const TO_A_SIDE = 300;
const TRIED = 2 * TO_A_SIDE + 1;
/** By how many of them the scale drifts from stretch to stretch, where points hold it. */
const DRIFT = 2;
/** By how many it does where they do not, and how often that is: the more, the fewer are shared. */
const LOST = 40;
const LEAST_LOST = 0.01;
const MOST_LOST = 0.3;
const FEW_SHARED = 50;
/** Layers that stand out less are none. */
const LEAST_CONTRAST = 3;
/** The scales that are tried, beside the one so far. */
const RATIOS = Float64Array.from({ length: TRIED }, () => 1);
for (let i = 1; i <= TO_A_SIDE; i += 1) {
  RATIOS[TO_A_SIDE + i] = (RATIOS[TO_A_SIDE + i - 1] ?? NaN) * FINER;
  RATIOS[TO_A_SIDE - i] = (RATIOS[TO_A_SIDE - i + 1] ?? NaN) / FINER;
}

const HELD = kernel((cells) => 1 / (1 + (cells / DRIFT) ** 2) ** 2);
const BROKEN = kernel((cells) => 1 / (1 + (cells / LOST) ** 2) ** 2);

/**
 * How many metres a unit is along a chunk. The floor below says so wherever it is seen. Points that pictures
 * in a row have in common hold the scale; where they are few it may be lost, and be any. All scales are
 * weighed against each other along the chunk, forth and back (a hidden Markov model).
 * @param heightM of the camera above the floor
 * @param before metres of a unit where the chunk begins, and by which share that may be wrong; an infinite
 *   share: nothing is known
 */
export function scaleAlong(
  stretches: readonly Stretch[],
  heightM: number,
  before: { scale: number; error: number },
): ScaleAlong {
  const likely = stretches.map((stretch) => likelihood(stretch, heightM, before.scale));
  const isTold = likely.some((shares) => shares.some((share) => share !== shares[0]));
  const start = startAt(before.error);
  const forth: Float64Array[] = [];
  stretches.forEach((stretch, index) => {
    const last = forth[index - 1];
    forth.push(product(last === undefined ? start : drifted(last, stretch.shared), likely[index]));
  });
  const found: { scale: number; error: number }[] = [];
  let back: Float64Array | null = null;
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const at = forth[index] ?? start;
    found.push(told(back === null ? at : product(at, back), before.scale));
    const own = back === null ? likely[index] : product(back, likely[index]);
    back = drifted(own ?? start, stretches[index]?.shared ?? 0);
  }
  found.reverse();
  const scales = found.map(({ scale }) => (isTold ? scale : before.scale));
  return { scales, errors: found.map(({ error }, index) => withJumps(error, scales, index)) };
}

/** The error of a stretch: where the scale jumps beside it, nobody knows where just. */
function withJumps(error: number, scales: readonly number[], index: number): number {
  const own = scales[index] ?? NaN;
  const jumps = [scales[index - 1] ?? own, scales[index + 1] ?? own].map((other) =>
    Math.min(1, Math.max(other / own, own / other) - 1),
  );
  return jumps.reduce((sum, jump) => Math.sqrt(sum * sum + (jump * jump) / 4), error);
}

/** What is known of a chunk's scale by the one before. */
function startAt(error: number): Float64Array {
  const near = RATIOS.map((_, cell) => {
    const away = (cell - TO_A_SIDE) / Math.max(DRIFT, error / (FINER - 1));
    return 1 / (1 + away * away) ** 2;
  });
  const lost = normalised(BROKEN.slice(TRIED - 1 - TO_A_SIDE, 2 * TRIED - 1 - TO_A_SIDE));
  return normalised(near).map((each, cell) => (1 - LEAST_LOST) * each + LEAST_LOST * (lost[cell] ?? NaN));
}

/** How likely each scale is by what one stretch shows. */
function likelihood({ depths }: Stretch, heightM: number, scale: number): Float64Array {
  const { least, most } = floorRange(depths);
  return RATIOS.map((ratio) => {
    const height = heightM / (scale * ratio);
    const contrast = height < least || height > most ? 0 : contrastOf(depths, height);
    return 1 + Math.max(0, contrast - LEAST_CONTRAST);
  });
}

function kernel(of: (cells: number) => number): Float64Array {
  return normalised(Float64Array.from({ length: 2 * TRIED - 1 }, (_, i) => of(i - TRIED + 1)));
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, each) => total + each, 0);
  return values.map((each) => each / sum);
}

/** What is known of the next stretch by what is known of one. */
function drifted(known: Float64Array, shared: number): Float64Array {
  const lost = Math.min(MOST_LOST, LEAST_LOST + MOST_LOST * (FEW_SHARED / Math.max(1, shared)) ** 2);
  const next = new Float64Array(TRIED);
  known.forEach((share, from) => {
    for (let to = 0; to < TRIED; to += 1) {
      const across = to - from + TRIED - 1;
      const by = (1 - lost) * (HELD[across] ?? NaN) + lost * (BROKEN[across] ?? NaN);
      next[to] = (next[to] ?? NaN) + share * by;
    }
  });
  return normalised(next);
}

function product(one: Float64Array, other: Float64Array | undefined): Float64Array {
  return normalised(one.map((each, cell) => each * (other?.[cell] ?? NaN)));
}

/** The median of a distribution, and by which share of it a scale may be wrong: so far reach two thirds. */
function told(shares: Float64Array, scale: number): { scale: number; error: number } {
  const [lower, median, upper] = [0.16, 0.5, 0.84].map((part) => quantile(shares, part));
  if (lower === undefined || median === undefined || upper === undefined) return { scale, error: 1 };
  return { scale: scale * median, error: Math.min(1, Math.sqrt(upper / lower) - 1) };
}

/** The scale below which a part of a distribution lies. */
function quantile(shares: Float64Array, part: number): number {
  let [cell, sum] = [0, 0];
  while (cell < TRIED - 1 && sum + (shares[cell] ?? NaN) < part) {
    sum += shares[cell] ?? NaN;
    cell += 1;
  }
  const within = (part - sum) / (shares[cell] ?? NaN) - 0.5;
  return (RATIOS[cell] ?? NaN) * (1 + within * (FINER - 1));
}
