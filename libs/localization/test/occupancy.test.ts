import { describe, expect, it } from 'vitest';
import { knownOccupancy } from '../src/known-landmarks.js';
import { START } from '../src/localize-chunk.js';
import { occupy, type OccupancyCell, type SeenPoints } from '../src/occupancy.js';
import { OCCUPANCY } from '../src/parameters.js';
import { FRESH, localize, roomChunk, throughBytes, TOKENS } from './chunks.js';

/** A chunk with one point a frame. */
const shown = (...points: [x: number, y: number, z: number][]): SeenPoints => ({
  frames: points.length,
  points: Float32Array.from(points.flat()),
});
const every = (): boolean => true;
const pointsIn = (cells: readonly OccupancyCell[]): number =>
  cells.reduce((sum, { points }) => sum + points, 0);

describe('the squares of the floor over which points were seen', () => {
  it('count the points of all heights, and go on counting', () => {
    const first = occupy([], shown([0.1, 0, -0.1], [0.2, 2, -0.2], [0.3, 1, 0]), every);
    expect(first).toEqual([
      { x: 0, z: -1, points: 2 },
      { x: 1, z: 0, points: 1 },
    ]);
    expect(occupy(first, shown([0.4, 0, 0.1]), every)).toEqual([first[0], { x: 1, z: 0, points: 2 }]);
  });

  it('count nothing of frames that are not to be looked at, or of points without a place', () => {
    expect(occupy([], shown([0, 0, 0], [NaN, 0, 0], [0, 0, Infinity]), (frame) => frame > 0)).toEqual([]);
  });

  it('are kept up to so many, those of most points', () => {
    const row = Array.from({ length: OCCUPANCY.maxCells }, (_, x): OccupancyCell => ({ x, z: 0, points: 2 }));
    const kept = occupy([{ x: 0, z: 7, points: 1 }, ...row.slice(1)], shown([0, 0, 0], [0, 0, 0]), every);
    expect(kept).toHaveLength(OCCUPANCY.maxCells);
    expect(kept).not.toContainEqual({ x: 0, z: 7, points: 1 });
    expect(kept).toContainEqual({ x: 0, z: 0, points: 2 });
  });

  it('are of fresh frames alone, each once', () => {
    const first = localize(roomChunk(), START);
    const known = first.state.occupancy ?? [];
    expect(knownOccupancy(first.state)).toHaveLength(3 * known.length);
    const next = localize(roomChunk(), throughBytes(first));
    expect(pointsIn(next.state.occupancy ?? [])).toBe(pointsIn(known) + FRESH * TOKENS);
  });

  it('stay unknown where they were not counted from the first chunk on', () => {
    const first = localize(roomChunk(), START);
    const older = { ...first, state: { ...first.state, occupancy: null } };
    const next = localize(roomChunk(), throughBytes(older));
    expect(next.state.occupancy).toBeNull();
    expect(knownOccupancy(next.state)).toBeNull();
  });
});
