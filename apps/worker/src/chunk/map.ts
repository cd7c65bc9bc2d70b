import { CUBE_COLUMNS, GLIMPSE_COLUMNS, LANDMARK_COLUMNS, OCCUPANCY_COLUMNS } from '@loci/contracts';
import type { Evidence, ScaleFrom } from '@loci/localization';
import { writeTensors, type Tensor } from '@loci/tensors';
import { stackField, type PlacedFrame } from './frames.js';
import type { LocalizedFeatures } from './localize-features.js';

/** Points that the model trusts less than this are not drawn. */
const MIN_CONFIDENCE = 0.3;

/** What a chunk's map says beside its frames. */
interface MapFacts extends Pick<
  LocalizedFeatures,
  'landmarks' | 'glimpses' | 'occupancy' | 'shotBoundaries'
> {
  scaleFrom?: ScaleFrom | null;
  scaleError?: number | null;
  evidence?: Evidence | null;
}

/**
 * The map object of a chunk, in safetensors.
 * - Some frames' tokens as points f32 [P, 3] (world, metres), rgb u8 [P, 3], category i32 [P] (index into the
 *   manifest's categories) and frame i32 [P] (row of the path).
 * - The path: trajectory f32 [F, 16] (camera-to-world, row-major) with times f32 [F] in seconds.
 * - The landmarks f32 [L, 4] that are known after the chunk (see knownLandmarks), and the glimpses f32 [G, 4]
 *   (see knownGlimpses), and over which squares of the floor points were seen, occupancy f32 [C, 3] (see
 *   knownOccupancy), unless nobody kept it.
 * - scale_from, a word: of an estimated path, what its metres come from; scale_error, by which share they may
 *   be wrong, as a standard deviation.
 * - Where eyes looked at what the pictures show, what they say of each place: cubes i32 [V, 5] and likely u8
 *   [V, K] (see Evidence).
 * - shots f32 [S]: the seconds of the frames before which its shot boundaries lie.
 */
export function encodeMap(
  frames: readonly PlacedFrame[],
  {
    landmarks,
    glimpses,
    occupancy,
    shotBoundaries,
    scaleFrom = null,
    scaleError = null,
    evidence = null,
  }: MapFacts,
  fps: number,
): Uint8Array {
  const drawn = frames.flatMap((frame, row) =>
    Array.from(frame.confidence.keys())
      .filter((token) => (frame.confidence[token] ?? 0) >= MIN_CONFIDENCE)
      .map((token) => ({ frame, row, token })),
  );
  const [points, rgb] = [new Float32Array(3 * drawn.length), new Uint8Array(3 * drawn.length)];
  drawn.forEach(({ frame, token }, point) => {
    copyTriple(frame.points, token, points, point);
    copyTriple(frame.colors, token, rgb, point);
  });
  const tensors: Record<string, Tensor> = {
    points: { dtype: 'f32', dims: [drawn.length, 3], data: points },
    rgb: { dtype: 'u8', dims: [drawn.length, 3], data: rgb },
    category: {
      dtype: 'i32',
      dims: [drawn.length],
      data: Int32Array.from(drawn, ({ frame, token }) => frame.category[token] ?? 0),
    },
    frame: { dtype: 'i32', dims: [drawn.length], data: Int32Array.from(drawn, ({ row }) => row) },
    landmarks: {
      dtype: 'f32',
      dims: [landmarks.length / LANDMARK_COLUMNS, LANDMARK_COLUMNS],
      data: landmarks,
    },
    glimpses: {
      dtype: 'f32',
      dims: [glimpses.length / GLIMPSE_COLUMNS, GLIMPSE_COLUMNS],
      data: glimpses,
    },
    shots: {
      dtype: 'f32',
      dims: [shotBoundaries.length],
      data: Float32Array.from(shotBoundaries, (frame) => frame / fps),
    },
    trajectory: { dtype: 'f32', dims: [frames.length, 16], data: stackField(frames, 'cameraToWorld') },
    times: {
      dtype: 'f32',
      dims: [frames.length],
      data: Float32Array.from(frames, ({ index }) => index / fps),
    },
  };
  if (occupancy !== null)
    tensors['occupancy'] = {
      dtype: 'f32',
      dims: [occupancy.length / OCCUPANCY_COLUMNS, OCCUPANCY_COLUMNS],
      data: occupancy,
    };
  if (evidence !== null) {
    const { cubes, likely } = evidence;
    const count = cubes.length / CUBE_COLUMNS;
    tensors['cubes'] = { dtype: 'i32', dims: [count, CUBE_COLUMNS], data: cubes };
    tensors['likely'] = { dtype: 'u8', dims: [count, count === 0 ? 0 : likely.length / count], data: likely };
  }
  return writeTensors(
    tensors,
    scaleFrom === null ? undefined : { scale_from: scaleFrom, scale_error: JSON.stringify(scaleError) },
  );
}

/** Copies three values, one by one: there are thousands of them a chunk, too few each for `set`. */
function copyTriple<A extends Float32Array | Uint8Array>(from: A, row: number, to: A, toRow: number): void {
  for (let axis = 0; axis < 3; axis += 1) to[3 * toRow + axis] = from[3 * row + axis] ?? 0;
}
