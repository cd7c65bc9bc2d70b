import { prompt } from '@loci/answering';
import { LociError, type Ask } from '@loci/contracts';
import type { Bundle } from '@loci/inference';
import { chunkSizes, chunksNeeded } from '@loci/pipeline';

/** The clip that a question is about, and how it is sampled. */
export interface SampledClip {
  /** Seconds. */
  durationS: number;
  /** Sampled frames. */
  frames: number;
  /** Sampled frames per second. */
  fps: number;
}

/** A question that the model can read. `needsChunks` must be remembered before it can be answered. */
export interface PlacedAsk {
  ask: Ask;
  needsChunks: number;
}

/**
 * Checks a question against the model and the clip.
 * @param pointer the JSON pointer of the question in the request
 * @throws LociError 'as-of-out-of-range' when the moment lies after the clip's end, 'question-too-long' when
 *   the prompt has more tokens than the model reads
 */
export function placeAsk(ask: Ask, bundle: Bundle, clip: SampledClip, pointer = ''): PlacedAsk {
  const asOfS = checkMoment(ask.as_of_s ?? null, clip.durationS, `${pointer}/as_of_s`);
  try {
    bundle.tokenizer.encode(prompt(ask.question, ask.options ?? null));
  } catch (error) {
    if (!(error instanceof LociError)) throw error;
    throw new LociError(error.problemName, error.message, {
      cause: error,
      errors: [{ pointer: `${pointer}/question`, detail: error.message }],
    });
  }
  return { ask, needsChunks: chunksNeeded(asOfS, clip.frames, clip.fps, chunkSizes(bundle.manifest.sizes)) };
}

/**
 * The moment, when it lies within the clip; seconds.
 * @throws LociError 'as-of-out-of-range'
 */
export function checkMoment(asOfS: number | null, durationS: number, pointer: string): number | null {
  if (asOfS === null || asOfS <= durationS) return asOfS;
  const detail = `The video ends at ${durationS} s`;
  throw new LociError('as-of-out-of-range', detail, { errors: [{ pointer, detail }] });
}
