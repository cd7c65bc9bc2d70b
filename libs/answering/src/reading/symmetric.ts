import type { ReadingTask } from '@loci/contracts';
import type { Mention } from './mentions.js';
import type { ReadingManifest } from './refusals.js';
import { categoriesOf } from './slots.js';

/**
 * The things of two roles that may change places, in the manifest's order: how far the lamp is from the bed
 * is the same question as how far the bed is from the lamp.
 */
export function inOrder(
  mentions: readonly Mention[],
  { symmetric }: ReadingTask,
  { categories }: ReadingManifest,
): readonly Mention[] {
  if (symmetric === undefined) return mentions;
  const [first, second] = symmetric;
  const placeOf = (role: string) => categories.indexOf(categoriesOf(role, mentions)[0] ?? '');
  if (placeOf(first) <= placeOf(second)) return mentions;
  const other = new Map([
    [first, second],
    [second, first],
  ]);
  return mentions.map((mention) => ({ ...mention, role: other.get(mention.role) ?? mention.role }));
}

/** What stands in a wording's slots, with the things of the symmetric roles changed; null without such. */
export function otherWayRound(
  { slots, symmetric }: ReadingTask,
  words: Readonly<Record<string, string>>,
): Record<string, string> | null {
  const slotOf = (role: string) =>
    Object.entries(slots).find(([, slot]) => 'role' in slot && slot.role === role)?.[0];
  const [first, second] = (symmetric ?? []).map(slotOf);
  if (first === undefined || second === undefined) return null;
  return { ...words, [first]: words[second] ?? '', [second]: words[first] ?? '' };
}
