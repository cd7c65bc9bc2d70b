import { listed, refuse } from '../reading/refusals.js';
import { refusedAnswer } from '../reading/answer.js';
import type { ComposedAnswer } from '../answer.js';
import { sigmoid } from '../confidence.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { surestOf, type Landmark } from '../measured/world.js';
import type { AskerParts } from './asker.js';
import { answerOf } from './finding.js';

/** Below this probability a thing that was asked about is taken not to be there. */
export const UNSEEN_BELOW = 0.05;

/** So many things there are at least to choose from. */
export const CHOICE = 2;

const COUNTING = 'object_counting';

/** What is known of what a video showed up to the question's moment. */
export interface Shown extends Pick<AskerParts, 'seen' | 'manifest'> {
  /** Null where nobody kept them. */
  landmarks: readonly Landmark[] | null;
}

export async function shownIn({ seen, manifest, world }: AskerParts): Promise<Shown> {
  return { seen, manifest, landmarks: (await world?.landmarks()) ?? null };
}

/** What speaks for a category being there, beside what the decoder tells of it. */
interface Signs {
  /** ln(1 + n / few) of the n tokens that showed it. */
  tokens: number;
  /** How certain the surest of its landmarks is, 0 without one; 1 where nobody kept landmarks. */
  landmark: number;
}

/** The signs of a category; null where nobody counted tokens. */
export function signsOf(category: string, { seen, manifest, landmarks }: Shown): Signs | null {
  if (seen === null) return null;
  const few = manifest.calibration.seen?.few[category] ?? 1;
  return {
    tokens: Math.log1p((seen[manifest.categories.indexOf(category)] ?? 0) / few),
    landmark: landmarks === null ? 1 : (surestOf(category, landmarks)?.certainty ?? 0),
  };
}

/** How probable it is that the video showed a category; null where nobody can tell. */
export function shownProbability(category: string, shown: Shown): number | null {
  const weights = shown.manifest.calibration.seen;
  const signs = signsOf(category, shown);
  if (weights === undefined || signs === null) return null;
  return sigmoid(weights.bias + weights.tokens * signs.tokens + weights.landmark * signs.landmark);
}

/** What a question asks about that the video did not show: how probable it is that it did, by category. */
export type Unseen = ReadonlyMap<string, number>;

export async function unseenIn(
  { presupposed, candidates }: CanonicalQuestion,
  parts: AskerParts,
): Promise<Unseen> {
  const asked = [...presupposed, ...candidates];
  if (asked.length === 0) return new Map();
  const shown = await shownIn(parts);
  const probabilities = asked.map((category) => [category, shownProbability(category, shown) ?? 1] as const);
  return new Map(probabilities.filter(([, probability]) => probability < UNSEEN_BELOW));
}

/**
 * The answer to a question that takes a thing to be there which the video did not show, or leaves no two
 * things to choose from that it may have shown: there is none, and nothing else can be said. Null of others.
 */
export function answerUnseen(
  question: CanonicalQuestion,
  unseen: Unseen,
  parts: AskerParts,
): ComposedAnswer | null {
  const { presupposed, candidates } = question;
  const choosable = candidates.filter((category) => !unseen.has(category));
  const needed = choosable.length < CHOICE ? [...presupposed, ...candidates] : presupposed;
  const missing = needed.filter((category) => unseen.has(category));
  if (missing.length === 0) return null;
  if (question.task === COUNTING) {
    const confidence = 1 - Math.max(...missing.map((category) => unseen.get(category) ?? 1));
    const none = { value: 0, unit: null, text: '0', parts: [], trace: [], confidence };
    return answerOf(none, question, parts);
  }
  const refusal = refuse('not_seen', parts.manifest, listed(missing, ' or '));
  return refusedAnswer({ refusal, understood: question.understood }, parts);
}
