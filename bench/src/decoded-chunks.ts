import type { Manifest } from '@loci/contracts';
import { chunkPlan, chunkSizes, type ChunkSpan } from '@loci/pipeline';
import { decodeFrames } from '@loci/video';

const TIME_LIMIT_MS = 600_000;

/** A chunk whose frames lie decoded in memory. */
export interface DecodedChunk {
  span: ChunkSpan;
  /** uint8 [frames per chunk, height, width, 3]; zeros after the last frame */
  frames: Uint8Array;
  /** uint8 [frames per chunk]; 1 for a frame, 0 for padding */
  frameMask: Uint8Array;
}

/** Decodes the clip's first `count` sampled frames in one pass, as a program that has the clip to itself. */
export function decodeClip(
  clip: string,
  count: number,
  { sizes: { height, width }, sampling, preprocessing }: Manifest,
): Promise<Uint8Array> {
  const range = { start: 0, end: count, fps: sampling.fps, timeLimitMs: TIME_LIMIT_MS };
  return decodeFrames(clip, { ...range, height, width, fit: preprocessing.fit });
}

/** As decodeClip, cut into chunks. Frames of an overlap are in both chunks. */
export async function decodeChunks(clip: string, count: number, manifest: Manifest): Promise<DecodedChunk[]> {
  const { height, width, frames_per_chunk: length } = manifest.sizes;
  const decoded = await decodeClip(clip, count, manifest);
  const frameBytes = height * width * 3;
  return chunkPlan(count, chunkSizes(manifest.sizes)).map((span) => {
    const frames = new Uint8Array(length * frameBytes);
    frames.set(decoded.subarray(span.start * frameBytes, span.end * frameBytes));
    const frameMask = Uint8Array.from({ length }, (_, index) => (index < span.end - span.start ? 1 : 0));
    return { span, frames, frameMask };
  });
}
