import { describe, expect, it } from 'vitest';
import { certaintyOfMetres, knownWorld, type WorldPart, type WorldSource } from '../src/chunk/known-world.js';

const SIZES = { framesPerChunk: 8, overlap: 2 };

/** A chunk's part: of each frame a pose of its number. */
const part = (...frames: number[]): WorldPart => ({
  landmarks: Float32Array.of(1, 2.5, 3, 0.75),
  glimpses: Float32Array.of(1, 2, 3, 12),
  occupancy: Float32Array.of(-3, 8, 40),
  scaleFrom: null,
  scaleError: null,
  places: null,
  times: Float32Array.from(frames, (frame) => frame / 3),
  trajectory: Float32Array.from(frames.flatMap((frame) => Array.from({ length: 16 }, () => frame))),
});

function known(parts: Record<number, WorldPart>, over: Partial<WorldSource> = {}) {
  const read: number[] = [];
  const world = knownWorld({
    ...{ fps: 3, sizes: SIZES, categories: ['bed', 'lamp'], calibration: {}, lastChunk: 3, still: [] },
    read: (chunk) => {
      read.push(chunk);
      return Promise.resolve(parts[chunk] ?? null);
    },
    ...over,
  });
  return { read, world, at: async (frame: number) => (await world.poseAt(frame / 3))?.[0] ?? null };
}

describe('where the camera stood at a moment', () => {
  it('is read from the part of the chunk in which the frame is fresh', async () => {
    const { at, read } = known({ 0: part(0, 1, 2, 3, 4, 5, 6, 7), 1: part(8, 9, 10, 11, 12, 13) });
    expect(await at(7)).toBe(7);
    expect(await at(8)).toBe(8);
    expect(await at(13)).toBe(13);
    expect(read).toEqual([0, 1, 1]);
  });

  it('is read from the later chunk that released the frame, and known to none before it', async () => {
    const parts = { 0: part(0, 1, 2, 3), 1: part(8), 2: part(4, 5, 6, 7, 14) };
    expect(await known(parts).at(5)).toBe(5);
    expect(await known(parts, { lastChunk: 1 }).at(5)).toBeNull();
  });

  it('is where it last moved, while the picture stands still', async () => {
    const parts = { 0: part(0, 1, 2, 3, 4), 2: part(17, 18, 19) };
    const { at } = known(parts, {
      still: [
        [5, 8],
        [8, 14],
        [14, 17],
      ],
    });
    expect(await at(12)).toBe(4);
    expect(await at(16)).toBe(4);
    expect(await at(17)).toBe(17);
    expect(await known(parts, { still: [[0, 3]] }).at(2)).toBeNull();
  });

  it('is not known where a map is missing', async () => {
    expect(await known({}).at(3)).toBeNull();
  });
});

describe('the things of the world', () => {
  it('are those that were known after the last chunk that counts', async () => {
    const { world, read } = known({ 2: part(0), 3: part(1) }, { lastChunk: 2 });
    expect(await world.landmarks()).toEqual([{ category: 'lamp', x: 2.5, z: 3, certainty: 0.75 }]);
    expect(await world.glimpses()).toEqual([{ category: 'lamp', x: 2, z: 3, seconds: 4 }]);
    expect(await world.occupancy()).toEqual([{ x: -0.625, z: 2.125, points: 40 }]);
    expect(read).toEqual([2, 2, 2]);
    expect(await known({ 0: part(0) }).world.landmarks()).toBeNull();
    // odds of 3 to 1, where even odds are so much for a lamp
    const calibration = { landmarks: { lamp: 3, bed: 0.1 } };
    const [lamp] = (await known({ 3: part(1) }, { calibration }).world.landmarks()) ?? [];
    expect(lamp?.certainty).toBe(0.5);
    const older = known({ 3: { ...part(0), landmarks: null, glimpses: null, occupancy: null } }).world;
    expect(await older.landmarks()).toBeNull();
    expect(await older.glimpses()).toBeNull();
    expect(await older.occupancy()).toBeNull();
  });
});

describe('how sure metres of an estimated path are', () => {
  it('falls with what the floors leave open, and is nothing without a floor', () => {
    const [sure, unsure, lost] = [0.06, 0.2, 0.6].map((scaleError) =>
      certaintyOfMetres({ scaleFrom: 'height', scaleError }),
    );
    expect(sure).toBeCloseTo(0.528);
    expect(unsure).toBeCloseTo(0.36);
    expect(lost).toBe(0.1);
    expect(certaintyOfMetres({ scaleFrom: 'usual height', scaleError: 0.06 })).toBeLessThan(sure ?? 0);
    expect(certaintyOfMetres({ scaleFrom: 'depth', scaleError: 0.06 })).toBeNull();
    // maps of older workers do not say
    expect(certaintyOfMetres({ scaleFrom: 'height', scaleError: null })).toBe(0.6);
  });
});
