import type { Answer, Evidence, Manifest } from '@loci/contracts';
import type { EvidenceEntry } from '@loci/memory';
import { confidenceOf, confidenceOn, confidenceTerms } from './confidence.js';
import { normaliseOptions, optionLetter } from './prompt.js';
import { parseTrace } from './trace.js';

/** An answer without its evidence's thumbnails, whose addresses are the API's. */
export type ComposedAnswer = Omit<Answer, 'evidence'> & { evidence: Omit<Evidence, 'thumbnail_url'>[] };

export interface AnswerParts {
  /** What the decoder wrote, special tokens included, one word a token. */
  text: string;
  /** [A] natural logarithms, one for each word of the text, in its order. */
  logProbabilities: Float32Array;
  /** The question's options, lettered or not; null where it has none. */
  options: readonly string[] | null;
  manifest: Pick<
    Manifest,
    'tokens' | 'tasks' | 'categories' | 'unsupported_tasks' | 'calibration' | 'out_of_domain'
  >;
  /** Mean out-of-domain score of the frames that the memory was built from. */
  novelty: number;
  evidence: readonly EvidenceEntry[];
}

/**
 * The answer as the API gives it. With options it is a choice where a letter or an option's words can be
 * read. Without, it is a number when the text parses as one, with the unit of its task. Else it is text.
 * `supported` is false when the decoder took the question for none of the bundle's tasks, for one that it
 * does not master, or for one that is answered in another way; `confidence` is how sure it is by the
 * manifest's calibration, 0 where there is no answer.
 */
export function composeAnswer({
  text,
  logProbabilities,
  options,
  manifest,
  novelty,
  evidence,
}: AnswerParts): ComposedAnswer {
  const { task, trace, answer } = parseTrace(text, manifest);
  const definition = task === null ? undefined : manifest.tasks[task];
  const choice = options === null ? null : chosenLetter(answer, options);
  const value = options === null ? numberIn(answer) : null;
  const kind = choice !== null ? 'choice' : value !== null ? 'number' : 'text';
  const confidence = confidenceOf(confidenceTerms({ text, logProbabilities }, manifest), manifest);
  const read = options === null ? answer !== '' : choice !== null;
  return {
    text: choice !== null && isLetter(answer) ? choice : answer,
    kind,
    value,
    unit: kind === 'number' ? (definition?.unit ?? null) : null,
    choice,
    confidence: confidenceOn(novelty, { confidence, isNumber: definition?.kind === 'number' }, manifest),
    trace,
    out_of_domain: { score: novelty, flag: novelty > manifest.out_of_domain.threshold },
    supported:
      read && task !== null && definition?.kind === kind && !manifest.unsupported_tasks.includes(task),
    understood: null,
    reason: null,
    message: null,
    evidence: evidenceOf(evidence),
  };
}

export const evidenceOf = (entries: readonly EvidenceEntry[]): ComposedAnswer['evidence'] =>
  entries.map(({ entryKind, slot, frame, tS, weight }) => ({
    entry_kind: entryKind,
    slot,
    frame,
    t_s: tS,
    weight,
  }));

/** A trailing dot or bracket says nothing: "b." and "(b)" are b. */
const bare = (answer: string): string =>
  answer
    .trim()
    .toLowerCase()
    .replace(/^\(|[.):]+$/g, '');
const isLetter = (answer: string): boolean => /^[a-z]$/.test(bare(answer));

/** The letter of the option that an answer names: by its letter, by its words, or by both. */
export function chosenLetter(answer: string, options: readonly string[]): string | null {
  const letters = options.map((_, i) => optionLetter(i));
  const said = bare(answer);
  if (isLetter(answer)) return letters.find((letter) => letter.toLowerCase() === said) ?? null;
  const texts = normaliseOptions(options).map(wordsOf);
  const words = wordsOf(answer);
  const alike = texts.flatMap((text, i) => (text === words ? [i] : []));
  const lettered = texts.findIndex((text, i) => `${optionLetter(i).toLowerCase()} ${text}` === words);
  // "a chair" is the option "a chair" before it is A and "chair"
  const index = alike.length === 1 ? alike[0] : alike.length === 0 && lettered >= 0 ? lettered : undefined;
  return index === undefined ? null : (letters[index] ?? null);
}

/**
 * Words to compare by: lower case, what is neither letter nor digit set aside. A tokenizer may have put
 * spaces in.
 */
const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.-]+/gu, ' ')
    .replace(/\s*-\s*/g, '-')
    .replace(/[.\s]+$/g, '')
    .replace(/\.\s/g, ' ')
    .trim();

/** The number that a text is, a unit after it or not; null when it is none. */
function numberIn(answer: string): number | null {
  const [, digits] =
    /^(-?\d+(?:\.\d+)?)(?:\s*(?:m|cm|m2|m²|s|seconds|meters|metres|centimeters|centimetres))?\.?$/.exec(
      answer.trim().toLowerCase(),
    ) ?? [];
  const value = Number(digits);
  return Number.isFinite(value) ? value : null;
}
