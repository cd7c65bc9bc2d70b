import { prompt } from '@loci/answering';
import { LociError, type Ask, type ProblemName } from '@loci/contracts';
import type { Bundle } from '@loci/inference';
import { chunkSizes, chunksNeeded, firstStateS, type SampledClip } from '@loci/pipeline';

/** The clip that a question is about. */
export interface AskedClip extends SampledClip {
  /** Seconds from the first picture to the end of the last. */
  durationS: number;
}

/** A question that the model can read. `needsChunks` must be remembered before it can be answered. */
export interface PlacedAsk {
  ask: Ask;
  needsChunks: number;
}

/**
 * Checks a question against the model and the clip.
 * @param pointer the JSON pointer of the question in the request
 * @throws LociError 'question-too-long' when the prompt has more tokens than the model reads, and what
 *   chunksAsOf throws
 */
export function placeAsk(ask: Ask, bundle: Bundle, clip: AskedClip, pointer = ''): PlacedAsk {
  try {
    const options = ask.options ?? null;
    // where questions are read, the answer graph never sees the words that were asked
    if (bundle.reading === null) bundle.tokenizer.encode(prompt(ask.question, options));
    else bundle.reading.encode(ask.question, options);
  } catch (error) {
    if (!(error instanceof LociError)) throw error;
    throw new LociError(error.problemName, error.message, {
      cause: error,
      errors: [{ pointer: `${pointer}/question`, detail: error.message }],
    });
  }
  return { ask, needsChunks: chunksAsOf(ask.as_of_s ?? null, bundle, clip, `${pointer}/as_of_s`) };
}

/**
 * The chunks after which the memory stood at a moment, at least 1; null is the clip's end.
 * @param asOfS a player's seconds
 * @throws LociError 'as-of-out-of-range' when the moment lies after the clip's end, 'not-ready' when it lies
 *   before the end of the first chunk: nothing of it is kept that knows nothing of what came later
 */
export function chunksAsOf(
  asOfS: number | null,
  { manifest }: Bundle,
  clip: AskedClip,
  pointer: string,
): number {
  const refused = (name: ProblemName, detail: string): LociError =>
    new LociError(name, detail, { errors: [{ pointer, detail }] });
  const endS = clip.startS + clip.durationS;
  if (asOfS !== null && asOfS > endS) throw refused('as-of-out-of-range', `The video ends at ${endS} s`);
  const sizes = chunkSizes(manifest.sizes);
  const chunks = chunksNeeded(asOfS, clip, sizes);
  if (chunks > 0) return chunks;
  throw refused('not-ready', `The memory can be asked as of ${firstStateS(clip, sizes)} s and later`);
}
