import { TensorFormatError, writeTensors } from '@loci/tensors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignToOverlap, decodeOverlap, encodeOverlap, type ChunkOverlap } from '../src/overlap.js';
import { anySeed, anySim3, errorOf, overlapOf } from './geometry.js';

const POSE = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));

describe('the overlap of a chunk', () => {
  it('comes back from its bytes bit by bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float(), fc.float(), fc.float(), fc.float())),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (rows, scale) => {
          const overlap: ChunkOverlap = {
            points: Float32Array.from(rows.flatMap((row) => row.slice(0, 3))),
            confidence: Float32Array.from(rows.map((row) => row[3])),
            cameraToWorld: POSE,
            scale,
          };
          expect(decodeOverlap(encodeOverlap(overlap))).toEqual(overlap);
        },
      ),
    );
  });

  it('carries the next chunk into the world', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        const { source, target, weights } = overlapOf(sim, { seed, noise: 0.02, outliers: 0.2 });
        const before = decodeOverlap(
          encodeOverlap({ points: target, confidence: weights, cameraToWorld: POSE, scale: 1 }),
        );
        expect(
          errorOf(alignToOverlap(before, { points: source, confidence: weights }, { scale: true }), sim),
        ).toBeLessThan(0.08);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when it is something else', () => {
    const dims = [3];
    const points = { dtype: 'f32' as const, dims, data: new Float32Array(3) };
    const confidence = { dtype: 'f32' as const, dims: [1], data: new Float32Array(1) };
    const pose = { dtype: 'f32' as const, dims: [4, 4], data: POSE };
    for (const bytes of [
      new Uint8Array(4),
      writeTensors({}),
      writeTensors({ points }),
      writeTensors({ points, confidence: points }),
      writeTensors({ points: { dtype: 'u8', dims, data: new Uint8Array(3) }, confidence }),
      writeTensors({ points, confidence, camera_to_world: pose }),
      writeTensors({ points, confidence, camera_to_world: pose }, { scale: '0' }),
      writeTensors(
        {
          points,
          confidence,
          camera_to_world: { dtype: 'f32', dims: [3, 4], data: new Float32Array(12) },
        },
        { scale: '1' },
      ),
    ])
      expect(() => decodeOverlap(bytes)).toThrow(TensorFormatError);
    expect(() =>
      encodeOverlap({
        points: new Float32Array(3),
        confidence: new Float32Array(3),
        cameraToWorld: POSE,
        scale: 1,
      }),
    ).toThrow(RangeError);
  });

  it('does not align with frames of another number of points', () => {
    const before = { points: new Float32Array(9), confidence: new Float32Array(3) };
    expect(() =>
      alignToOverlap(
        before,
        { points: new Float32Array(12), confidence: new Float32Array(4) },
        { scale: false },
      ),
    ).toThrow(RangeError);
  });
});
