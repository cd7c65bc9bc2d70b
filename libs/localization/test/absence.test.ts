import { describe, expect, it } from 'vitest';
import { identitySim3 } from '../src/geometry/sim3.js';
import { contradictionsOf } from '../src/landmarks/absence.js';
import type { PerceivedChunk } from '../src/perceived-chunk.js';
import { someChunk, TOKENS } from './chunks.js';
import { landmark } from './landmark-rows.js';

const table = landmark({ category: 4, x: 0, y: 0.5, z: 3, weight: 20, news: 20 });
const BACKGROUND = 0;

interface Seen {
  /** Where each ray ends, straight ahead at the height of the table. */
  z: number;
  category?: number;
  /** How far aside of the table the centre is that it votes for. */
  aside?: number;
  x?: number;
}

/** One frame from the origin, half a metre up, whose tokens all see the same, by confidence 1. */
function frame({ z, category = BACKGROUND, aside = 0, x = 0 }: Seen) {
  const chunk = someChunk(1);
  chunk.confidence.fill(1);
  chunk.cameraToChunk[7] = 0.5;
  for (let token = 0; token < TOKENS; token += 1) {
    chunk.category[token] = category;
    chunk.points.set([x, 0.5, z], 3 * token);
    chunk.centers.set([table.x + aside, 0.5, table.z], 3 * token);
  }
  return chunk;
}

const contradiction = (chunk: PerceivedChunk, of = table, isNew = true) =>
  contradictionsOf(chunk, { first: 0, end: 1, showsNew: () => isNew }, identitySim3(), [of])[0];
const against = (seen: Seen, of = table) => contradiction(frame(seen), of)?.weight;

describe('what speaks against a landmark', () => {
  it('are rays that go on behind its middle', () => {
    expect(against({ z: 5 })).toBe(TOKENS);
  });

  it('are rays that end there on something else', () => {
    expect(against({ z: 3.1 })).toBe(TOKENS);
  });

  it('is nothing that hides it, ends just behind it or passes it by', () => {
    for (const seen of [{ z: 2 }, { z: 3.3 }, { z: 5, x: 1 }]) expect(against(seen)).toBe(0);
  });

  it('is nothing that sees it there, but another of its category may', () => {
    expect(against({ z: 3.1, category: 4, aside: 0.2 })).toBe(0);
    expect(against({ z: 5, category: 4, aside: 2 })).toBe(TOKENS);
  });

  it('is no news where the frame shows nothing new', () => {
    expect(contradiction(frame({ z: 5 }))).toEqual({ weight: TOKENS, news: TOKENS });
    expect(contradiction(frame({ z: 5 }), table, false)).toEqual({ weight: TOKENS, news: 0 });
  });

  it('is nothing while a frame stands still, and of a landmark whose height nobody kept', () => {
    const still = frame({ z: 5 });
    still.still.fill(1);
    expect(contradiction(still)).toEqual({ weight: 0, news: 0 });
    expect(against({ z: 5 }, { ...table, y: null })).toBe(0);
  });
});
