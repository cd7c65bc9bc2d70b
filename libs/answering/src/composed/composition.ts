import type { Composed } from '../reading/composable.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { listed, refuse } from '../reading/refusals.js';
import { Unanswered, type Asker } from './asker.js';
import type { Finding } from './finding.js';
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
  const asked = categories.flatMap((category) => known.find((each) => each.category === category) ?? []);
  const unseen = asked.filter(isUnseen).map(({ category }) => category);
  if (unseen.length > 0)
    throw new Unanswered(refuse('not_seen', asker.parts.manifest, listed(unseen, ' or ')));
  return asked;
}
