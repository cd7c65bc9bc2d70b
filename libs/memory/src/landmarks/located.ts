import { fitted } from './fit.js';
import { moved, sure, type Landmark } from './landmark.js';
import { STAY, after, apart, carry, carrying, likeness, type Motion, type Place } from './motion.js';

/** Metres, standard deviation of a sighting about its landmark. */
const SPREAD = 0.3;
/** The share of sightings that are of a landmark where the place is right. */
const TRUE = 0.7;
/** Square metres that the known world has at least. */
const LEAST_AREA = 20;
/** Matches of a sighting with a landmark, of which two make a motion, and motions that are tried. */
const [MATCHES, MOTIONS] = [200, 600];
/** Metres between the two sightings that make a motion. */
const LEAST_APART = 0.8;
/** Log-odds that a place has to reach, by which it beats every other, and by which it beats one that shared frames speak for. */
const [CONVINCING, CLEARLY, BETTER] = [7.5, 3, 5];
/** Metres, or the turn's cosine, that two places differ by. */
const [APART, TURNED] = [1, 0.9];
/** Sightings that have to fall on landmarks. */
export const AGREEING = 3;

interface Odds {
  /** Log-odds. */
  value: number;
  /** How many sightings lie on landmarks. */
  agreeing: number;
}

/**
 * The log-odds that sightings, moved, are where they are placed against anywhere in the known world of so many square metres.
 * A sighting is of a landmark of its category (of each as likely) with probability TRUE, else anywhere: so few of a kind say
 * more. Hundreds of motions are tried a chunk: what is moved is not kept.
 */
export function oddsOf(
  seen: readonly Landmark[],
  landmarks: readonly Landmark[],
  motion: Motion = STAY,
  area = areaOf(landmarks),
): Odds {
  let [value, agreeing] = [0, 0];
  for (const thing of seen) {
    const at = carry(motion, thing);
    let [alike, bells, nearest] = [0, 0, Infinity];
    for (const landmark of landmarks) {
      if (landmark.category !== thing.category) continue;
      const away = apart(at, landmark);
      alike += 1;
      bells += Math.exp(-0.5 * (away / SPREAD) ** 2);
      nearest = Math.min(nearest, away);
    }
    if (alike === 0) continue;
    value += sure(thing) * Math.log((TRUE * bells * area) / (alike * 2 * Math.PI * SPREAD ** 2) + 1 - TRUE);
    if (nearest < 2 * SPREAD) agreeing += 1;
  }
  return { value, agreeing };
}

/** Square metres of the world that landmarks span, with half a metre around. */
function areaOf(landmarks: readonly Landmark[]): number {
  return Math.max(
    (extent(landmarks.map(({ x }) => x)) + 1) * (extent(landmarks.map(({ z }) => z)) + 1),
    LEAST_AREA,
  );
}

const extent = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);

/** Sightings with landmarks of their categories, those of the rarest categories and the heaviest first. */
function matches(seen: readonly Landmark[], landmarks: readonly Landmark[]): [Landmark, Landmark][] {
  const pairs = seen.flatMap((thing) => {
    const alike = landmarks.filter(({ category }) => category === thing.category);
    return alike.map((landmark) => ({
      pair: [thing, landmark] as [Landmark, Landmark],
      common: alike.length,
      weight: thing.weight,
    }));
  });
  return pairs
    .sort((a, b) => a.common - b.common || b.weight - a.weight)
    .slice(0, MATCHES)
    .map(({ pair }) => pair);
}

/** Motions that lay two sightings on two landmarks of their categories that are as far apart. */
function candidates(seen: readonly Landmark[], landmarks: readonly Landmark[]): Motion[] {
  const found: Motion[] = [];
  const pairs = matches(seen, landmarks);
  for (const [index, [a, known]] of pairs.entries()) {
    for (const [b, other] of pairs.slice(index + 1)) {
      const here = apart(a, b);
      if (a === b || known === other || here < LEAST_APART || Math.abs(here - apart(known, other)) > SPREAD)
        continue;
      found.push(
        carrying([
          { from: a, to: known, weight: 1 },
          { from: b, to: other, weight: 1 },
        ]),
      );
      if (found.length === MOTIONS) return found;
    }
  }
  return found;
}

/**
 * The motion that lays sightings on landmarks, looked for everywhere; null unless one convinces (reaches `least`) and
 * clearly beats every other. That they stay about where they are is favoured by so many log-odds.
 */
export function located(
  seen: readonly Landmark[],
  landmarks: readonly Landmark[],
  { least = CONVINCING, favour = 0 } = {},
): Motion | null {
  if (seen.length === 0 || landmarks.length === 0) return null;
  const [area, middle] = [areaOf(landmarks), middleOf(seen)];
  const elsewhere = (one: Motion, other: Motion): boolean =>
    apart(carry(one, middle), carry(other, middle)) > APART || likeness(one, other) < TURNED;
  const valued = (motion: Motion): Odds & { motion: Motion } => {
    const { value, agreeing } = oddsOf(seen, landmarks, motion, area);
    return { motion, agreeing, value: value + (elsewhere(motion, STAY) ? 0 : favour) };
  };
  const tried = [STAY, ...candidates(seen, landmarks)].map(valued);
  const first = tried.reduce((best, one) => (one.value > best.value ? one : best)).motion;
  const best = valued(after(fitted([], moved(seen, first), landmarks), first));
  const rival = tried
    .filter(({ motion }) => elsewhere(motion, best.motion))
    .reduce((most, { value }) => Math.max(most, value), -Infinity);
  return best.value >= least && best.agreeing >= AGREEING && best.value - rival >= CLEARLY
    ? best.motion
    : null;
}

/** A motion, or one found anywhere else that landmarks speak for much more clearly: drift grew too far, or a heading slipped. */
export function relocated(motion: Motion, seen: readonly Landmark[], landmarks: readonly Landmark[]): Motion {
  const least = Math.max(oddsOf(seen, landmarks, motion).value + BETTER, CONVINCING);
  return located(seen, landmarks, { least }) ?? motion;
}

function middleOf(seen: readonly Landmark[]): Place {
  let [x, z, total] = [0, 0, 0];
  for (const thing of seen) {
    x += sure(thing) * thing.x;
    z += sure(thing) * thing.z;
    total += sure(thing);
  }
  return { x: x / total, z: z / total };
}
