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

/**
 * Decodes the clip's first `count` sampled frames in one pass, as a program does that has the whole clip to
 * itself, and cuts them into chunks. Frames of an overlap are in both chunks.
 */
export async function decodeChunks(
  clip: string,
  count: number,
  { sizes, sampling, preprocessing }: Manifest,
): Promise<DecodedChunk[]> {
  const { height, width, frames_per_chunk: length } = sizes;
  const range = { start: 0, end: count, fps: sampling.fps, timeLimitMs: TIME_LIMIT_MS };
  const decoded = await decodeFrames(clip, { ...range, height, width, fit: preprocessing.fit });
  const frameBytes = height * width * 3;
  return chunkPlan(count, chunkSizes(sizes)).map((span) => {
    const frames = new Uint8Array(length * frameBytes);
    frames.set(decoded.subarray(span.start * frameBytes, span.end * frameBytes));
    const frameMask = Uint8Array.from({ length }, (_, index) => (index < span.end - span.start ? 1 : 0));
    return { span, frames, frameMask };
  });
}
