import { describe, expect, it } from 'vitest';
import { knownGlimpses } from '../src/known-landmarks.js';
import { takeGlimpses, type Seen } from '../src/landmarks/glimpses.js';
import { START } from '../src/localize-chunk.js';
import { GLIMPSES } from '../src/parameters.js';
import { localize, PLACES, roomChunk, throughBytes } from './chunks.js';

const CHAIR = 4;
const OBJECTS = new Set([CHAIR, 5]);

/** A chunk with one token a frame: its category and where it sees that, on the floor. */
const shown = (...rows: [category: number, x: number, z: number, confidence?: number][]): Seen => ({
  frames: rows.length,
  category: Int32Array.from(rows, ([category]) => category),
  confidence: Float32Array.from(rows, ([, , , confidence = 0.5]) => confidence),
  centers: Float32Array.from(rows.flatMap(([, x, z]) => [x, 0, z])),
});
const from28 = (frame: number): number => 28 + frame;

describe('a glimpse of an object', () => {
  it('is a square metre of the floor, with the first frame that showed it there', () => {
    const first = takeGlimpses(
      [],
      shown([CHAIR, 0.2, 0.5], [CHAIR, 0.9, 0.1], [5, 0.2, 0.5]),
      OBJECTS,
      from28,
    );
    expect(first.map(({ category, frame }) => [category, frame])).toEqual([
      [CHAIR, 28],
      [5, 30],
    ]);
    const again = takeGlimpses(first, shown([CHAIR, 0.5, 0.5], [CHAIR, 1.5, 0.5]), OBJECTS, () => 60);
    expect(again.map(({ frame }) => frame)).toEqual([28, 30, 60]);
  });

  it('is not of walls, of what has no place, or of frames that are not to be looked at', () => {
    const nothing = shown([0, 0, 0], [CHAIR, NaN, 0], [CHAIR, 0, 0, 0], [CHAIR, 2, 2]);
    const frameOf = (frame: number) => (frame === 3 ? null : frame);
    expect(takeGlimpses([], nothing, OBJECTS, frameOf)).toEqual([]);
  });

  it('is kept of so many places of a category, the first', () => {
    const far = Array.from({ length: 40 }, (_, x) => [CHAIR, x + 0.5, 0] as [number, number, number]);
    const kept = takeGlimpses([], shown(...far, [5, 0, 0]), OBJECTS, from28);
    expect(kept.map(({ frame }) => frame)).toEqual([
      ...Array.from({ length: GLIMPSES.max }, (_, frame) => 28 + frame),
      68,
    ]);
  });

  it('is known after a chunk that shows it, and stays as it was', () => {
    const first = localize(roomChunk(), START);
    expect([...knownGlimpses(first.state)].filter((_, column) => column % 4 === 3)).toEqual(
      PLACES.map(() => 0),
    );
    const next = localize(roomChunk(), throughBytes(first));
    expect(knownGlimpses(next.state)).toEqual(knownGlimpses(first.state));
  });
});
