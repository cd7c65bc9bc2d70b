import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  STAY,
  after,
  carry,
  decodeTail,
  encodeTail,
  fitted,
  located,
  merged,
  moved,
  oddsOf,
  relocated,
  settle,
  sighted,
  TensorFormatError,
  writeTensors,
  type Known,
  type Landmark,
  type Motion,
  type Pull,
} from '../src/index.js';
import { randomOf } from './spaces.js';

type Row = [category: number, x: number, z: number, weight: number];
type Numbers = [cos: number, sin: number, x: number, z: number];
interface KnownRows {
  landmarks: Row[];
  adrift: { seen: Row[]; tries: number; chunks: number; suspected: boolean } | null;
}
type SharedRow = [x: number, z: number, toX: number, toZ: number, weight: number];
interface Case {
  votes: Row[];
  sighted: Row[];
  known: Row[];
  seen: Row[];
  near: Row[];
  other: Row[];
  shared: SharedRow[];
  merged: Row[];
  fitted: Numbers;
  located: Numbers | null;
  favoured: Numbers | null;
  elsewhere: Numbers | null;
  relocated: Numbers;
  odds: number;
  settled: {
    objects: Row[];
    new: Row[];
    shared: SharedRow[] | null;
    known: KnownRows;
    motion: Numbers;
    after: KnownRows;
  }[];
}
/** What the training gives (apps/training/tests/test_landmarks.py writes it): both place chunks alike. */
const { cases } = JSON.parse(readFileSync(new URL('fixtures/landmarks.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const things = (rows: readonly Row[]): Landmark[] =>
  rows.map(([category, x, z, weight]) => ({ category, x, z, weight }));
const rowsOf = (found: readonly Landmark[]): Row[] =>
  found.map(({ category, x, z, weight }) => [category, x, z, weight]);
const numbersOf = (motion: Motion | null): Numbers | null =>
  motion && [motion.cos, motion.sin, motion.x, motion.z];
const pulls = (rows: readonly SharedRow[]): Pull[] =>
  rows.map(([x, z, toX, toZ, weight]) => ({ from: { x, z }, to: { x: toX, z: toZ }, weight }));
const known = ({ landmarks, adrift }: KnownRows): Known => ({
  landmarks: things(landmarks),
  adrift: adrift && { ...adrift, seen: things(adrift.seen) },
});
const rowsOfKnown = ({ landmarks, adrift }: Known): KnownRows => ({
  landmarks: rowsOf(landmarks),
  adrift: adrift && { ...adrift, seen: rowsOf(adrift.seen) },
});

/** Every number within a millionth, everything else the same. */
function expectAlike(found: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') expect(Math.abs((found as number) - wanted)).toBeLessThan(1e-6);
  else if (typeof wanted !== 'object' || wanted === null) expect(found).toEqual(wanted);
  else {
    expect(Object.keys(found as object)).toEqual(Object.keys(wanted));
    for (const [key, value] of Object.entries(wanted))
      expectAlike((found as Record<string, unknown>)[key], value);
  }
}

describe.each(cases.map((one, index) => [index, one] as const))(
  'landmarks of the shared case %i',
  (_, one) => {
    it('come out as in the training', () => {
      expectAlike(rowsOf(sighted(things(one.votes))), one.sighted);
      expectAlike(rowsOf(merged(things(one.known), things(one.near))), one.merged);
      expectAlike(numbersOf(fitted(pulls(one.shared), things(one.near), things(one.known))), one.fitted);
      expectAlike(numbersOf(located(things(one.seen), things(one.known))), one.located);
      expectAlike(numbersOf(located(things(one.near), things(one.known), { favour: 5 })), one.favoured);
      expectAlike(numbersOf(located(things(one.other), things(one.known))), one.elsewhere);
      expectAlike(numbersOf(relocated(STAY, things(one.seen), things(one.known))), one.relocated);
      expectAlike(oddsOf(things(one.near), things(one.known)).value, one.odds);
    });

    it('settle chunk after chunk as in the training', () => {
      for (const step of one.settled) {
        const settled = settle(
          {
            objects: things(step.objects),
            fresh: things(step.new),
            shared: step.shared && pulls(step.shared),
          },
          known(step.known),
        );
        expectAlike(numbersOf(settled.motion), step.motion);
        expectAlike(rowsOfKnown(settled.known), step.after);
      }
    });
  },
);

/** Eight objects of four categories in a room of 6 m, none near another. */
function room(seed: number): Landmark[] {
  const random = randomOf(seed);
  const found: Landmark[] = [];
  while (found.length < 8) {
    const [x, z] = [6 * random() - 3, 6 * random() - 3];
    if (found.every((other) => Math.hypot(other.x - x, other.z - z) > 1))
      found.push({ category: 3 + Math.floor(found.length / 2), x, z, weight: 40 });
  }
  return found;
}

const anySeed = fc.nat({ max: 2 ** 31 });
const anyMotion = fc
  .tuple(
    fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    fc.double({ min: -9, max: 9, noNaN: true }),
    fc.double({ min: -9, max: 9, noNaN: true }),
  )
  .map(([yaw, x, z]): Motion => ({ cos: Math.cos(yaw), sin: Math.sin(yaw), x, z }));
const back = ({ cos, sin, x, z }: Motion): Motion => ({
  cos,
  sin: -sin,
  ...carry({ cos: -cos, sin: sin, x: 0, z: 0 }, { x, z }),
});
/** How far apart two motions carry the room's corners at most. */
const off = (a: Motion, b: Motion): number =>
  Math.max(
    ...[
      { x: 3, z: 3 },
      { x: -3, z: 3 },
      { x: 3, z: -3 },
    ].map((corner) =>
      Math.hypot(carry(a, corner).x - carry(b, corner).x, carry(a, corner).z - carry(b, corner).z),
    ),
  );

describe('looking for a place among landmarks', () => {
  it('finds any motion from which a room’s objects are seen', () => {
    fc.assert(
      fc.property(anySeed, anyMotion, (seed, motion) => {
        const found = located(moved(room(seed), back(motion)), room(seed));
        expect(found).not.toBeNull();
        expect(off(found!, motion)).toBeLessThan(1e-6);
        expect(off(after(motion, back(motion)), STAY)).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bits each time, and never a number that is none', () => {
    fc.assert(
      fc.property(anySeed, anyMotion, fc.nat({ max: 8 }), (seed, motion, count) => {
        const seen = moved(room(seed + 1), motion).slice(0, count);
        const once = settle(
          { objects: seen, fresh: seen, shared: [] },
          { landmarks: room(seed), adrift: null },
        );
        expect(
          settle({ objects: seen, fresh: seen, shared: [] }, { landmarks: room(seed), adrift: null }),
        ).toEqual(once);
        expect(
          [...numbersOf(once.motion)!, ...rowsOf(once.known.landmarks).flat()].every(Number.isFinite),
        ).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps what is adrift out of the world until it is found or believed to be new', () => {
    const [landmarks, elsewhere] = [room(5), room(99).map((thing) => ({ ...thing, x: thing.x * 3 }))];
    const first = settle(
      { objects: elsewhere, fresh: elsewhere, shared: null },
      { landmarks, adrift: { seen: [], tries: 0, chunks: 0, suspected: false } },
    );
    expect(first).toMatchObject({ motion: STAY, known: { landmarks, adrift: { tries: 1 } } });
    const second = settle({ objects: elsewhere, fresh: elsewhere, shared: null }, first.known);
    expect(second.motion).toEqual(STAY);
    expect(second.known.adrift).toBeNull();
    expect(second.known.landmarks.length).toBeGreaterThan(landmarks.length);
  });

  it('holds at most 128 landmarks, the heaviest', () => {
    const many = Array.from({ length: 150 }, (_, index) => ({
      category: 3,
      x: 2 * index,
      z: 0,
      weight: index + 1,
    }));
    const kept = merged([], many);
    expect(kept).toHaveLength(128);
    expect(Math.min(...kept.map(({ weight }) => weight))).toBe(23);
  });
});

describe('a tail with landmarks', () => {
  const tail = { points: Float32Array.of(1, 2, 3), confidence: Float32Array.of(0.5) };

  it('comes back bit for bit', () => {
    fc.assert(
      fc.property(anySeed, fc.boolean(), (seed, drifting) => {
        const state: Known = {
          landmarks: room(seed),
          adrift: drifting ? { seen: room(seed + 1), tries: 1, chunks: 2, suspected: true } : null,
        };
        expect(decodeTail(encodeTail({ ...tail, known: state }))).toEqual({
          ...tail,
          known: state,
          views: [],
          pose: null,
          waiting: {},
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when its landmarks are none', () => {
    const tensors = {
      points: { dtype: 'f32' as const, dims: [1, 3], data: tail.points },
      confidence: { dtype: 'f32' as const, dims: [1], data: tail.confidence },
    };
    for (const text of ['{', '{"landmarks":[{"category":1}],"adrift":null}'])
      expect(() => decodeTail(writeTensors(tensors, { known: text }))).toThrow(TensorFormatError);
  });
});
