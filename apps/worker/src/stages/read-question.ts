import {
  callSeen,
  composeQuestion,
  EMPTY_READING,
  readingOf,
  withNames,
  type CanonicalQuestion,
  type Clock,
  type RefusedQuestion,
} from '@loci/answering';
import type { NamedCategory } from '@loci/contracts';
import type { ReadInput, ReadingTokens, ReadOutput } from '@loci/inference';
import type { MemoryClock } from '@loci/memory';
import { firstStateS, type ChunkSizes, type SampledClip } from '@loci/pipeline';
import type { Model } from '../models.js';

/** A question as it was asked. */
export interface AskedQuestion {
  question: string;
  options: readonly string[] | null;
  /** A player's seconds; null for the memory as it stands at the video's end. */
  asOfS: number | null;
}

/** Seconds that a memory of a clip knows, up to the asked moment. */
export function clockOf(
  clip: SampledClip,
  sizes: ChunkSizes,
  memoryClock: MemoryClock,
  asOfS: number | null,
): Clock {
  const { frames, fps, startS } = clip;
  const until = asOfS === null ? Number.POSITIVE_INFINITY : Math.max(0, asOfS - startS);
  return {
    startS,
    durationS: Math.min(until, frames / fps),
    firstStateS: firstStateS({ ...clip, startS: 0 }, sizes),
    lastS: Math.max(0, Math.floor(Math.min(until, (frames - 1) / fps))),
    memoryS: (videoS) => memoryClock.at(videoS),
  };
}

/**
 * The canonical question that a question was read as, or why it is not asked; null where the bundle has no
 * reader and the question is asked as it is.
 * @param read runs the read graph
 * @param seen what eyes call things, where they are believed rather than the model
 */
export async function readQuestion(
  { question, options }: AskedQuestion,
  clock: Clock,
  { bundle }: Pick<Model, 'bundle'>,
  read: (input: ReadInput) => Promise<ReadOutput>,
  seen: readonly NamedCategory[] | null = null,
): Promise<CanonicalQuestion | RefusedQuestion | null> {
  const { manifest, reading: tokenizer } = bundle;
  const { reading: section } = manifest;
  if (section === undefined || tokenizer === null) return null;
  const { texts, ...input } = tokenizer.encode(question, options);
  const call = seen === null ? undefined : callSeen(seen);
  const reading = hasWords(texts) ? readingOf(texts, await read(input), section, call) : EMPTY_READING;
  const known = { ...manifest, reading: section };
  const asked = seen === null ? known : withNames(known, seen);
  return composeQuestion({ reading, question, options, clock, manifest: asked });
}

/** A graph reads no question without a word. */
const hasWords = ([question]: ReadingTokens['texts']): boolean => (question?.words.length ?? 0) > 0;
