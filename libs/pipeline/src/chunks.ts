import type { Sizes } from '@loci/contracts';

/** The two sizes of a bundle that say how a clip is divided into chunks, in frames. */
export interface ChunkSizes {
  framesPerChunk: number;
  overlap: number;
}

/**
 * One chunk: sampled frames [start, end), of which [freshFrom, end) are remembered here. In every chunk but
 * the first, the `overlap` frames before `freshFrom` belong to the chunk before and only align this one to
 * the world.
 */
export interface ChunkSpan {
  index: number;
  start: number;
  end: number;
  freshFrom: number;
}

/** The manifest's sizes as the chunk plan reads them. */
export const chunkSizes = (sizes: Pick<Sizes, 'frames_per_chunk' | 'overlap'>): ChunkSizes => ({
  framesPerChunk: sizes.frames_per_chunk,
  overlap: sizes.overlap,
});

/** The longest clip, in sampled frames: beyond it, frame times lose their meaning in double precision. */
const MAX_FRAMES = 2 ** 40;

/**
 * Frames from the start of one chunk to the start of the next.
 * @throws RangeError when the sizes leave no fresh frame
 */
function stride({ framesPerChunk, overlap }: ChunkSizes): number {
  if (
    !Number.isInteger(framesPerChunk) ||
    !Number.isInteger(overlap) ||
    overlap < 0 ||
    overlap >= framesPerChunk
  )
    throw new RangeError(`a chunk of ${framesPerChunk} frames cannot overlap by ${overlap}`);
  return framesPerChunk - overlap;
}

/**
 * How many sampled frames a clip has: those whose time i / fps lies before its end, and at least the first.
 * @throws RangeError for a duration or rate that no clip has
 */
export function frameCount(durationS: number, fps: number): number {
  if (!(durationS >= 0) || !(fps > 0) || !(durationS * fps <= MAX_FRAMES))
    throw new RangeError(`a clip of ${durationS} s cannot be sampled at ${fps} frames/s`);
  return Math.max(
    1,
    firstFrameAt((i) => i / fps >= durationS, durationS * fps),
  );
}

/** How many chunks cover `frames` sampled frames (≥ 1). Every chunk has a fresh frame. */
export function chunkCount(frames: number, sizes: ChunkSizes): number {
  if (!Number.isInteger(frames) || frames < 1)
    throw new RangeError(`a clip has at least one frame, not ${frames}`);
  const step = stride(sizes);
  return 1 + Math.max(0, Math.ceil((frames - sizes.framesPerChunk) / step));
}

/**
 * The span of chunk `index` in a clip of `frames` sampled frames.
 * @throws RangeError when the clip has no such chunk
 */
export function chunkSpan(index: number, frames: number, sizes: ChunkSizes): ChunkSpan {
  if (!Number.isInteger(index) || index < 0 || index >= chunkCount(frames, sizes))
    throw new RangeError(`a clip of ${frames} frames has no chunk ${index}`);
  const start = index * stride(sizes);
  return {
    index,
    start,
    end: Math.min(start + sizes.framesPerChunk, frames),
    freshFrom: index === 0 ? 0 : start + sizes.overlap,
  };
}

/** Every chunk of a clip of `frames` sampled frames, in order: each frame is fresh in exactly one of them. */
export function chunkPlan(frames: number, sizes: ChunkSizes): ChunkSpan[] {
  return Array.from({ length: chunkCount(frames, sizes) }, (_, index) => chunkSpan(index, frames, sizes));
}

/** In which chunk a frame is fresh. */
export const chunkOf = (frame: number, sizes: ChunkSizes): number =>
  frame < sizes.framesPerChunk ? 0 : 1 + Math.floor((frame - sizes.framesPerChunk) / stride(sizes));

/** A clip as it is sampled. */
export interface SampledClip {
  frames: number;
  fps: number;
  /** When a player shows the first picture, in seconds. */
  startS: number;
}

/** When a player shows frame i, in seconds: its presentation time. */
export const frameTime = (frame: number, { fps, startS }: Omit<SampledClip, 'frames'>): number =>
  startS + frame / fps;

/**
 * How many chunks end by a moment: those whose every frame was shown by then; 0 before the first has ended. A
 * question as of the moment waits for these chunks, and is answered from the state after the last of them, so
 * the answer knows nothing of what came later. States are kept per chunk: it may miss up to one chunk of what
 * was seen.
 * @param asOfS a player's seconds; null means the whole clip
 */
export function chunksNeeded(asOfS: number | null, clip: SampledClip, sizes: ChunkSizes): number {
  const chunks = chunkCount(clip.frames, sizes);
  const seen = framesSeen(asOfS, clip);
  if (seen >= clip.frames) return chunks;
  const whole = 1 + Math.floor((seen - sizes.framesPerChunk) / stride(sizes));
  return Math.min(chunks, Math.max(0, whole));
}

/** The first moment that can be asked about, in seconds: the first chunk ends with it. */
export const firstStateS = (clip: SampledClip, { framesPerChunk }: ChunkSizes): number =>
  frameTime(Math.min(clip.frames, framesPerChunk) - 1, clip);

/** How many frames have been shown at a moment. */
function framesSeen(asOfS: number | null, clip: SampledClip): number {
  const { frames, fps, startS } = clip;
  if (asOfS === null || asOfS >= frameTime(frames - 1, clip)) return frames;
  if (!(asOfS >= 0)) throw new RangeError(`a clip has no moment at ${asOfS} s`);
  return Math.min(
    frames,
    firstFrameAt((i) => frameTime(i, clip) > asOfS, (asOfS - startS) * fps),
  );
}

/** The first frame for which the monotone `reached` holds. Rounding may have put the guess one frame off. */
function firstFrameAt(reached: (frame: number) => boolean, guess: number): number {
  let frame = Math.max(0, Math.floor(guess));
  while (frame > 0 && reached(frame - 1)) frame -= 1;
  while (!reached(frame)) frame += 1;
  return frame;
}
