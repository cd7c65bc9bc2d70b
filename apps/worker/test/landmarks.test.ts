import {
  applySim3,
  decodeTail,
  invertSim3,
  levelSim3,
  readTensors,
  writeTensors,
  type Motion,
  type Sim3,
} from '@loci/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFeatures, encodeFeatures, type Features } from '../src/chunk/features.js';
import { framesFrom, stacked, type PlacedFrame } from '../src/chunk/frames.js';
import { objectCategories } from '../src/chunk/landmarks.js';
import { partsOf } from '../src/chunk/parts.js';
import { placeChunk } from '../src/chunk/place.js';
import { centersOf, leftBy, nano, pointsOf, someFeatures, takenOf, type LaidChunk } from './builders.js';

const OBJECTS: ReadonlySet<number> = new Set(Array.from({ length: 13 }, (_, index) => index + 3));
const turn = (yaw: number, x: number, z: number): Motion => ({
  cos: Math.cos(yaw),
  sin: Math.sin(yaw),
  x,
  z,
});

/** Where the objects stand, in the world. */
const PLACES = [
  [-2, 0, 1],
  [2.5, 0, 2],
  [0.3, 0, -2.4],
  [1.4, 0, 0.2],
  [-1.1, 0, 2.8],
  [-2.6, 0, -1.7],
] as const;

/** A chunk whose every frame shows all objects of a room; after `cut` from where `away` leads back to. */
function roomSeen({
  frames = nano.frames_per_chunk,
  cut,
  away = levelSim3(turn(0, 0, 0)),
}: { frames?: number; cut?: number; away?: Sim3 } = {}): Features {
  const features = someFeatures(frames);
  for (let token = 0; token < frames * nano.tokens; token += 1) {
    const kind = token % PLACES.length;
    features.category[token] = 3 + kind;
    features.centers.set(PLACES[kind]!, 3 * token);
    const [x = 0, y = 0, z = 0] = PLACES[kind]!;
    features.points.set(
      [x + 0.3 * Math.sin(token % nano.tokens), y + 0.4 * Math.cos(token % nano.tokens), z],
      3 * token,
    );
  }
  if (cut === undefined) return features;
  features.stepDoubt[cut] = 2;
  const from = cut * nano.tokens * 3;
  for (const values of [features.centers, features.points])
    values.set(applySim3(invertSim3(away), values.subarray(from)), from);
  return features;
}

function place(
  features: Features,
  previous: LaidChunk | null,
  { objects = OBJECTS, start = previous === null ? 0 : 28, last = false } = {},
): LaidChunk {
  const left = leftBy(previous);
  const placed = placeChunk(features, {
    previous: left,
    start,
    last,
    metric: true,
    objects,
    fps: 2,
    sizes: nano,
  });
  return { ...placed, before: placed.waits ? (left?.tails ?? []) : [] };
}

/** The frames that wait in a chunk's tail. */
const waitingIn = ({ tail }: LaidChunk): PlacedFrame[] => framesFrom(decodeTail(tail).waiting);

/** The furthest that values are from one another. */
const off = (found: Float32Array, wanted: Float32Array): number =>
  found.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at]!)), 0);

describe('the parts of a chunk', () => {
  it('cover its frames once and in order, whatever was doubted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 32 }),
        (doubts) => {
          const parts = partsOf({ frames: doubts.length, stepDoubt: Float32Array.from(doubts) });
          expect(parts.every(({ first, past }) => first < past)).toBe(true);
          expect(
            parts.flatMap(({ first, past }) => Array.from({ length: past - first }, (_, at) => first + at)),
          ).toEqual([...doubts.keys()]);
        },
      ),
    );
  });

  it('begin where a step is doubtful beside the others of the chunk, and are suspected where it is so by less', () => {
    const stepDoubt = new Float32Array(32).fill(0.25);
    [
      [0, 0],
      [9, 0.44],
      [20, 0.7],
      [30, 0.65],
    ].forEach(([at, doubt]) => (stepDoubt[at!] = doubt!));
    const whole = { first: 0, past: 32, suspected: false };
    const suspecting = [
      { ...whole, past: 20 },
      { first: 20, past: 32, suspected: true },
    ];
    expect(partsOf({ frames: 32, stepDoubt })).toEqual(suspecting);
    // at half the rate every step is more doubtful, and sure steps are no cuts
    expect(partsOf({ frames: 32, stepDoubt: stepDoubt.map((doubt) => 2 * doubt) })).toEqual(suspecting);
    expect(partsOf({ frames: 32, stepDoubt: stepDoubt.map((doubt) => doubt / 3) })).toEqual([whole]);
    // one doubt at a time: what is adrift already is in no other place because of a lesser one
    expect(partsOf({ frames: 32, stepDoubt }, true)).toEqual([whole]);
    expect(partsOf({ frames: 32, stepDoubt: stepDoubt.with(30, 1) })).toEqual([
      { ...whole, past: 30 },
      { ...whole, first: 30 },
    ]);
    expect(partsOf({ frames: 1, stepDoubt: Float32Array.of(0) })).toEqual([{ ...whole, past: 1 }]);
  });

  it('are one where features were stored by a worker that knew of no cuts', () => {
    const full = roomSeen({ cut: 9 });
    const { tensors } = readTensors(encodeFeatures(full, full.colors, full.frames, nano));
    delete tensors['stepDoubt'];
    expect(partsOf(decodeFeatures(writeTensors(tensors), full.frames, nano))).toEqual([
      { first: 0, past: full.frames, suspected: false },
    ]);
  });
});

describe('a chunk among landmarks', () => {
  it('is looked for among them after a cut, and found wherever it is', () => {
    const before = place(roomSeen(), null);
    fc.assert(
      fc.property(
        fc.integer({ min: nano.overlap, max: 26 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (cut, yaw, x) => {
          const placed = place(roomSeen({ cut, away: levelSim3(turn(yaw, x, 1)) }), before);
          expect(off(centersOf(placed), centersOf(before))).toBeLessThan(1e-3);
          expect(off(pointsOf(placed), pointsOf(before))).toBeLessThan(1e-3);
          expect(decodeTail(placed.tail).known).toMatchObject({
            adrift: null,
            landmarks: { length: PLACES.length },
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is looked for once more by the next chunk where a cut left too little to see', () => {
    const before = place(roomSeen(), null);
    const away = levelSim3(turn(2, 1, -3));
    const dark = roomSeen({ cut: 29, away });
    dark.category.fill(0, 29 * nano.tokens);
    const adrift = place(dark, before);
    expect(decodeTail(adrift.tail).known.adrift).toEqual({ seen: [], tries: 0, chunks: 1, suspected: false });
    expect(
      off(
        centersOf(adrift).subarray(0, 29 * nano.tokens * 3),
        centersOf(before).subarray(0, 29 * nano.tokens * 3),
      ),
    ).toBeLessThan(1e-3);
    // the next chunk sees the cut again, among the frames that it shares
    const next = place(roomSeen({ cut: 1, away }), adrift, { start: 56 });
    expect(decodeTail(next.tail).known.adrift).toBeNull();
    expect(off(centersOf(next), centersOf(before))).toBeLessThan(1e-3);
    // what waited comes first, where it belongs, and is on the map from now on
    expect(adrift.known.map(({ index }) => index)).toEqual([...Array(25).keys()].map((at) => 32 + at));
    expect(next.asked).toHaveLength(2);
    expect(takenOf(next).slice(0, 4)).toEqual([57, 58, 59, 60]);
    expect(
      off(stacked(next.asked[0]!.frames, 'centers'), centersOf(before).subarray(0, 3 * nano.tokens * 3)),
    ).toBeLessThan(1e-3);
    expect(next.known.map(({ index }) => index)).toEqual([
      57,
      58,
      59,
      ...[...Array(28).keys()].map((at) => 60 + at),
    ]);
    expect([waitingIn(next), next.before]).toEqual([[], []]);
  });

  it('waits as long as it is not found, and is taken where it stands when the video ends or jumps again', () => {
    /** A chunk that shows no object from a frame on. */
    const bare = (cut: number, from = cut): Features => {
      const seen = roomSeen({ cut, away: levelSim3(turn(2, 1, -3)) });
      seen.category.fill(0, from * nano.tokens);
      return seen;
    };
    const first = place(bare(10), place(roomSeen(), null), { start: 28 });
    const second = place(bare(0), first, { start: 56 });
    expect([takenOf(first), takenOf(second)]).toEqual([[], []]);
    // each in the tail of its own chunk, which stands as long as it waits
    expect([first, second].map((chunk) => waitingIn(chunk).length)).toEqual([22, 28]);
    expect([first, second].flatMap(waitingIn).map(({ index }) => index)).toEqual(
      [...Array(50).keys()].map((at) => 38 + at),
    );
    expect([first.waits, second.waits, second.before]).toEqual([false, true, [first.tail]]);
    const [ends, jumps] = [
      place(bare(0), second, { start: 84, last: true }),
      place(bare(20, 0), second, { start: 84 }),
    ];
    for (const next of [ends, jumps]) {
      expect(next.asked.map(({ frames }) => frames.length)).toEqual([32, 18, 32]);
      expect(next.asked[0]!.frames[0]).toEqual(waitingIn(first)[0]);
      expect(next.before).toEqual([]);
    }
    expect([ends, jumps].map(({ known }) => known.length)).toEqual([50 + 28, 50 + 16]);
    expect(waitingIn(jumps)).toHaveLength(12);
  });

  it('is in a new place where too few are known to find it among', () => {
    const blank = roomSeen();
    blank.category.fill(0);
    const placed = place(roomSeen({ cut: 9, away: levelSim3(turn(1, 2, 3)) }), place(blank, null));
    expect(decodeTail(placed.tail).known).toMatchObject({ adrift: null });
    expect(takenOf(placed)).toEqual(expect.arrayContaining([37, 38, 39]));
  });

  it('is drawn back to them where shared frames have drifted', () => {
    const before = place(roomSeen(), null);
    const drifted: LaidChunk = {
      ...before,
      tail: place(roomSeen({ cut: 0, away: levelSim3(turn(0.03, 0.2, 0.1)) }), null, { objects: new Set() })
        .tail,
    };
    const alone = place(roomSeen(), drifted, { objects: new Set() });
    const { points, confidence } = readTensors(drifted.tail).tensors;
    const knowing = {
      ...drifted,
      tail: writeTensors(
        { points: points!, confidence: confidence! },
        { known: JSON.stringify(decodeTail(before.tail).known) },
      ),
    };
    expect(off(centersOf(alone), centersOf(before))).toBeGreaterThan(0.15);
    expect(off(centersOf(place(roomSeen(), knowing)), centersOf(before))).toBeLessThan(0.05);
  });

  it('is placed alike however often it is, and from a tail that knew of none', () => {
    const before = place(roomSeen(), null);
    const { points, confidence } = readTensors(before.tail).tensors;
    const old = { ...before, tail: writeTensors({ points: points!, confidence: confidence! }) };
    const features = roomSeen({ cut: 12, away: levelSim3(turn(1, 2, 3)) });
    for (const previous of [before, old])
      expect(place(features, previous)).toEqual(place(features, previous));
    expect(decodeTail(place(features, old).tail).known.landmarks.length).toBeGreaterThan(0);
  });
});

describe('the categories that can be landmarks', () => {
  const manifest = {
    metric_scale: true,
    up: [0, -1, 0] as [number, number, number],
    categories: ['wall', 'floor', 'chair', 'lamp'],
    background: ['wall', 'floor'],
  };

  it('are those that are no background, of models that measure in metres over a level floor', () => {
    expect([...objectCategories(manifest)]).toEqual([2, 3]);
    expect(objectCategories({ ...manifest, metric_scale: false }).size).toBe(0);
    expect(objectCategories({ ...manifest, up: [0, 0, 1] }).size).toBe(0);
  });
});
