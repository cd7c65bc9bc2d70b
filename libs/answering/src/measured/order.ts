import type { CanonicalQuestion } from '../reading/compose.js';
import { categoriesOf } from '../reading/slots.js';
import { ORDER_JOIN } from '../reading/options.js';
import type { Measure } from './measure.js';
import { firstSeenS } from './world.js';

/**
 * In which order things were first in view: the option that is least against it. What nobody saw tells
 * nothing.
 */
export const order: Measure = async ({ question, world }) => {
  const [landmarks, glimpses] = await Promise.all([world.landmarks(), world.glimpses()]);
  const seconds = new Map<string, number>();
  for (const category of categoriesOf('candidate', question.mentions)) {
    const seen = firstSeenS(category, landmarks ?? [], glimpses ?? []);
    if (seen !== null) seconds.set(category, seen);
  }
  if (seconds.size < 2) return null;
  const against = ordersOf(question).map((things) => secondsAgainst(things, seconds));
  const [least = Infinity, next = Infinity] = against.toSorted((one, other) => one - other);
  if (!Number.isFinite(next)) return null;
  const trace = Array.from(seconds, ([category, second]) => ({
    ...{ text: `${category} t${second}`, category, first_seen_s: second },
  })).toSorted((one, other) => one.first_seen_s - other.first_seen_s);
  return { option: against.indexOf(least), margin: Math.log1p(next - least), trace };
};

/** The things of each option, in its order. Those that the question itself offers are made of categories. */
function ordersOf({ options, hasGiven, mentions }: CanonicalQuestion): string[][] {
  if (!hasGiven) return (options ?? []).map((option) => option.split(ORDER_JOIN));
  return (options ?? []).map((_, option) =>
    mentions.flatMap(({ source, thing }) => (source === option + 1 && thing !== null ? [thing] : [])),
  );
}

/** By how many seconds the pairs of an order were seen the other way round; Infinity of no order. */
function secondsAgainst(order: readonly string[], seconds: ReadonlyMap<string, number>): number {
  const known = order.flatMap((category) => seconds.get(category) ?? []);
  if (known.length < seconds.size) return Infinity;
  let sum = 0;
  for (const [index, sooner] of known.entries())
    for (const later of known.slice(index + 1)) sum += Math.max(0, sooner - later);
  return sum;
}
