import { nearest, sure, type Landmark } from './landmark.js';
import { STAY, apart, carry, carrying, type Motion, type Pull } from './motion.js';

const ROUNDS = 10;
/** Metres: a sighting's landmark is looked for this far. */
const GATE = 1.5;
/** Metres: a match so far off counts a quarter. */
const LOOSE = 0.6;
/** Metres: a shared point so far off counts half. */
const TIGHT = 0.1;
/** The weight of one sure match beside all shared points together. */
const PULL = 1;

/**
 * The level motion, near none at all, that lays points that two chunks share (`from` where this chunk sees them, `to`
 * where they are) and sightings on what is known, robustly: all shared points together count 1, a match at most PULL,
 * and each less the farther off it is.
 */
export function fitted(
  shared: readonly Pull[],
  seen: readonly Landmark[],
  landmarks: readonly Landmark[],
): Motion {
  const unit =
    1 /
    Math.max(
      shared.reduce((sum, { weight }) => sum + weight, 0),
      1e-12,
    );
  let motion = STAY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = motion;
    const points = shared.map(({ from, to, weight }) => ({
      from,
      to,
      weight: (weight * unit) / (1 + (apart(carry(now, from), to) / TIGHT) ** 2),
    }));
    motion = carrying([...points, ...seen.flatMap((thing) => match(thing, now, landmarks))]);
  }
  return motion;
}

function match(thing: Landmark, motion: Motion, landmarks: readonly Landmark[]): Pull[] {
  const near = nearest({ ...thing, ...carry(motion, thing) }, landmarks);
  const landmark = near === null ? undefined : landmarks[near.index];
  if (near === null || landmark === undefined || near.away >= GATE) return [];
  return [
    {
      from: thing,
      to: landmark,
      weight: (PULL * sure(thing) * sure(landmark)) / (1 + (near.away / LOOSE) ** 2) ** 2,
    },
  ];
}
