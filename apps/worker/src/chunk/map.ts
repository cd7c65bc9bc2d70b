import type { Sizes } from '@loci/contracts';
import { writeTensors } from '@loci/memory';
import type { Features } from './features.js';
import type { PlacedChunk } from './place.js';

/** Points that the model trusts less than this are not drawn. */
const LEAST_CONFIDENCE = 0.3;

/**
 * The map object of a chunk: safetensors with the fresh frames' tokens as points f32 [P, 3] (world, metres),
 * rgb u8 [P, 3], category i32 [P] (index into the manifest's categories), and the path: trajectory f32 [F, 16]
 * (camera-to-world, row-major) with times f32 [F] in seconds.
 */
export function encodeMap(features: Features, placed: PlacedChunk, span: { start: number; end: number; freshFrom: number }, fps: number, sizes: Sizes): Uint8Array {
  const skipped = span.freshFrom - span.start;
  const tokens: number[] = [];
  for (let token = skipped * sizes.tokens; token < features.confidence.length; token++) {
    if ((features.confidence[token] ?? 0) >= LEAST_CONFIDENCE) tokens.push(token);
  }
  const fresh = span.end - span.freshFrom;
  const times = Float32Array.from({ length: fresh }, (_, at) => (span.freshFrom + at) / fps);
  return writeTensors({
    points: { dtype: 'f32', dims: [tokens.length, 3], data: picked(placed.points, tokens, new Float32Array(tokens.length * 3)) },
    rgb: { dtype: 'u8', dims: [tokens.length, 3], data: picked(features.colors, tokens, new Uint8Array(tokens.length * 3)) },
    category: { dtype: 'i32', dims: [tokens.length], data: Int32Array.from(tokens, (token) => features.category[token] ?? 0) },
    trajectory: { dtype: 'f32', dims: [fresh, 16], data: placed.cameraToWorld.slice(skipped * 16) },
    times: { dtype: 'f32', dims: [fresh], data: times },
  });
}

/** The three numbers of each of these tokens, one after the other in `into`. */
function picked<A extends Float32Array | Uint8Array>(values: A, tokens: readonly number[], into: A): A {
  tokens.forEach((token, to) => {
    for (let k = 0; k < 3; k += 1) into[to * 3 + k] = values[token * 3 + k] ?? 0;
  });
  return into;
}
