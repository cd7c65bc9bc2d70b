import type { Composed } from '../reading/composable.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { listed, refuse } from '../reading/refusals.js';
import { Unanswered, type Asker } from './asker.js';
import type { Finding } from './finding.js';
import { CHOICE } from './presence.js';
import { isUnseen, type Sighting } from './sightings.js';

/** A question whose answer is composed of others. */
export type ComposedQuestion = CanonicalQuestion & { composed: Composed };

/**
 * Finds the answer to a question through the answers to others.
 * @throws Unanswered where there is none
 */
export type Composition = (question: ComposedQuestion, asker: Asker) => Promise<Finding>;

/**
 * What is known of the things that are asked about, in their order.
 * @throws Unanswered where the memory does not hold one of them
 */
export function seenOf(categories: readonly string[], known: readonly Sighting[], asker: Asker): Sighting[] {
  return seenAmong(categories, known, asker, categories.length);
}

/**
 * What is known of those of the things to choose from that the memory holds, in their order.
 * @param least so many of them it must hold, where it does not hold all
 * @throws Unanswered where it holds fewer
 */
export function seenAmong(
  categories: readonly string[],
  known: readonly Sighting[],
  asker: Asker,
  least = CHOICE,
): Sighting[] {
  const asked = categories.flatMap((category) => known.find((each) => each.category === category) ?? []);
  const [unseen, seen] = [asked.filter(isUnseen), asked.filter((each) => !isUnseen(each))];
  if (unseen.length === 0 || seen.length >= least) return seen;
  const names = unseen.map(({ category }) => category);
  throw new Unanswered(refuse('not_seen', asker.parts.manifest, listed(names, ' or ')));
}
