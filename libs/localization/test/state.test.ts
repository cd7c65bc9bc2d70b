import { TensorFormatError, readTensors, writeTensors, type Tensor } from '@loci/tensors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectKeyframes } from '../src/keyframes.js';
import { TAKEN_COLUMNS } from '../src/known-pictures.js';
import { INITIAL_STATE, decodeState, encodeState, type LocalizerState } from '../src/state.js';
import { anySeed, randomOf } from './geometry.js';
import { landmark, room } from './landmark-rows.js';

/** A state as a video may leave it. */
const anyState: fc.Arbitrary<LocalizerState> = fc
  .record({ seed: anySeed, lost: fc.boolean(), views: fc.nat({ max: 40 }), pending: fc.nat({ max: 9 }) })
  .map(({ seed, lost, views, pending }) => {
    const random = randomOf(seed);
    const poses = Float32Array.from({ length: 16 * views }, () => 4 * random());
    return {
      landmarks: room(seed),
      tracking: lost
        ? { status: 'lost', sightings: room(seed + 1), chunks: 2, attempts: 1 }
        : { status: 'localized', place: 2 },
      views: selectKeyframes(
        [],
        poses,
        Array.from({ length: views }, (_, frame) => frame / 3),
      ).views,
      glimpses: room(seed).map(({ category, x, z }, frame) => ({
        ...{ category, x: Math.fround(x), z: Math.fround(z), frame },
      })),
      occupancy: room(seed).map(({ x, z }, points) => ({
        ...{ x: Math.floor(4 * x), z: Math.floor(4 * z), points },
      })),
      pictures: {
        hashes: Int32Array.from({ length: views }, () => 2 ** 32 * (random() - 0.5)),
        taken: Float32Array.from({ length: TAKEN_COLUMNS * views }, () => 4 * random()),
      },
      pending: {
        frames: Int32Array.from({ length: pending }, (_, frame) => 7 + frame),
        cameraToWorld: Float32Array.from({ length: 16 * pending }, random),
        hashes: Int32Array.from({ length: pending }, () => 2 ** 32 * (random() - 0.5)),
      },
    };
  });

describe('the state of localization', () => {
  it('comes back from its bytes bit for bit', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(decodeState(encodeState(state))).toEqual(state);
      }),
      { numRuns: 30 },
    );
    expect(decodeState(encodeState(INITIAL_STATE))).toEqual(INITIAL_STATE);
  });

  it('of before news were told apart took all for news', () => {
    const { tensors, metadata } = readTensors(encodeState({ ...INITIAL_STATE, landmarks: room(1) }));
    const world = metadata['world']?.replaceAll(',"news":40', '') ?? '';
    expect(world).not.toContain('news');
    expect(decodeState(writeTensors(tensors, { world })).landmarks).toEqual(room(1));
  });

  it('of before glimpses were kept has none, and none of cells is known', () => {
    const { tensors, metadata } = readTensors(encodeState(INITIAL_STATE));
    const before = Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name !== 'glimpses' && name !== 'occupancy'),
    );
    const state = { ...INITIAL_STATE, occupancy: null };
    expect(decodeState(writeTensors(before, metadata))).toEqual(state);
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  it('of before pictures were kept knows none', () => {
    const frames = Int32Array.of(7, 8);
    const pending = { frames, cameraToWorld: new Float32Array(32), hashes: Int32Array.of(5, 6) };
    const { tensors, metadata } = readTensors(encodeState({ ...INITIAL_STATE, pending }));
    const before = Object.fromEntries(
      Object.entries(tensors).filter(([name]) => !name.includes('picture') && !name.includes('hashes')),
    );
    expect(decodeState(writeTensors(before, metadata))).toEqual({
      ...INITIAL_STATE,
      pending: { ...pending, hashes: Int32Array.of(0, 0) },
    });
  });

  it('of before heights, drift and places were kept is read as one place in no doubt', () => {
    const { tensors } = readTensors(encodeState(INITIAL_STATE));
    const before = { category: 3, x: 1, z: 2, weight: 5, news: 4 };
    const world = JSON.stringify({ landmarks: [before], tracking: { status: 'localized' } });
    const { landmarks, tracking } = decodeState(writeTensors(tensors, { world }));
    expect(landmarks).toEqual([landmark({ ...before, y: null })]);
    expect(tracking).toEqual({ status: 'localized', place: 0 });
  });

  it('is refused when what it knows is not written as it should be', () => {
    const { tensors, metadata } = readTensors(encodeState(INITIAL_STATE));
    for (const world of [
      '{',
      '{"landmarks":[{"category":1}],"tracking":{"status":"localized"}}',
      '{"landmarks":[],"tracking":{"status":"lost"}}',
      '{"landmarks":[],"tracking":{"status":"asleep"}}',
    ])
      expect(() => decodeState(writeTensors(tensors, { ...metadata, world }))).toThrow(TensorFormatError);
    expect(() => decodeState(writeTensors(tensors))).toThrow(TensorFormatError);
  });

  it('is refused with views, glimpses, cells, pictures or pending frames of another shape', () => {
    const { tensors, metadata } = readTensors(encodeState(INITIAL_STATE));
    const floats = (...dims: number[]): Tensor => ({
      dtype: 'f32',
      dims,
      data: new Float32Array(dims.reduce((a, b) => a * b)),
    });
    for (const wrong of [
      { views: floats(1, 4) },
      { views: floats(1, 6) },
      { views: floats(6) },
      { glimpses: floats(1, 5) },
      { occupancy: floats(1, 2) },
      { pending_poses: floats(1, 4, 4) },
      { pending_frames: floats(0) },
      { picture_hashes: floats(0) },
      { pictures: floats(1, TAKEN_COLUMNS) },
      { pictures: floats(0, TAKEN_COLUMNS + 1) },
      { pending_hashes: floats(0) },
      { pending_hashes: { dtype: 'i32' as const, dims: [1], data: new Int32Array(1) } },
    ])
      expect(() => decodeState(writeTensors({ ...tensors, ...wrong }, metadata))).toThrow(TensorFormatError);
  });
});
