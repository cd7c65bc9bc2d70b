import type { ReadingSection } from '@loci/contracts';
import type { Mention } from './mentions.js';

/** Words before what is no name of a thing: "this room", "our whole house". */
const THE_PLACE = /\b(?:the|this|that|our|my|your)(?: (?:whole|entire|same|new|old))? (\p{L}+)/giu;

/**
 * The key of the places of which a question has a word; null where it does not tell. A word that the reader
 * did not mark counts where it is said to be this one, and names no thing.
 */
export function placeOf(
  { mentions, question }: { mentions: readonly Mention[]; question: string },
  { places }: ReadingSection,
): string | null {
  const keyOf = (words: readonly string[]): string | null =>
    Object.keys(places).find((place) => places[place]?.some((word) => words.includes(word))) ?? null;
  const marked = mentions.filter(({ role, thing }) => role === 'place' && thing === null);
  const told = keyOf(marked.flatMap(({ text }) => text.toLowerCase().split(/[^\p{L}]+/u)));
  if (told !== null) return told;
  const asked = mentions.filter(({ source, thing }) => source === 0 && thing !== null);
  const isOfThing = (at: number): boolean => asked.some(({ start, end }) => start < at && at <= end);
  const named = [...question.matchAll(THE_PLACE)].filter(
    (found) => !isOfThing(found.index + found[0].length),
  );
  return named.map(([, word = '']) => keyOf([word.toLowerCase()])).find((key) => key !== null) ?? null;
}
