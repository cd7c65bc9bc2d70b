import type { NamedCategory } from '@loci/contracts';
import type { CallThing } from '../reading/mentions.js';
import type { ReadingManifest } from '../reading/refusals.js';
import { sidesOf, type Thing } from './thing.js';

/** Which of several things of a category a word means: that for which it is greatest. */
const QUALIFIERS: Readonly<Record<string, (thing: Thing) => number>> = {
  long: (thing) => ratioOf(thing),
  rectangular: (thing) => ratioOf(thing),
  round: (thing) => -ratioOf(thing),
  square: (thing) => -ratioOf(thing),
  large: (thing) => sizeOf(thing),
  big: (thing) => sizeOf(thing),
  small: (thing) => -sizeOf(thing),
  little: (thing) => -sizeOf(thing),
  tall: ({ from, to }) => to[1] - from[1],
};

/** How much longer than wide a thing is, seen from above. */
function ratioOf({ from, to }: Thing): number {
  const [wide, deep] = [to[0] - from[0], to[2] - from[2]];
  return Math.max(wide, deep) / Math.max(Math.min(wide, deep), 1e-6);
}
const sizeOf = (thing: Thing): number => sidesOf(thing)[0] ?? 0;

const OTHER = 'other';

/**
 * Calls things by the names that eyes know. What people say before such a name is left out, but for a word
 * that tells things of a category apart: "red plastic crate" is a crate, "long table" a long table.
 */
export const callSeen =
  (names: readonly NamedCategory[]): CallThing =>
  (text, thing) => {
    const words = text.toLowerCase().split(/\s+/);
    for (let first = 0; first < words.length; first += 1) {
      const category = categoryOf(words.slice(first).join(' '), names);
      if (category === undefined) continue;
      const qualifier = words.slice(0, first).find((word) => Object.hasOwn(QUALIFIERS, word));
      return qualifier === undefined ? category : `${qualifier} ${category}`;
    }
    return categoryOf(thing, names) ?? OTHER;
  };

const categoryOf = (words: string, names: readonly NamedCategory[]): string | undefined =>
  names.find(({ name, plural, synonyms }) =>
    [name, plural, ...synonyms].some((own) => words === own || words === `${own}s` || words === `${own}es`),
  )?.name;

/** The manifest of a reader that knows these names. Nothing is background: it was asked about. */
export function withNames<M extends ReadingManifest>(manifest: M, names: readonly NamedCategory[]): M {
  const { reading } = manifest;
  const categories = Object.fromEntries(
    names.map(({ name, plural, synonyms }) => [name, { plural, synonyms }]),
  );
  return {
    ...manifest,
    categories: names.map(({ name }) => name),
    background: [],
    reading: { ...reading, categories },
  };
}

/** Things that are less likely than this share of the likeliest one are rather something else. */
const MEANT = 0.5;

/** The things that a name means, the likeliest first: one, where a word tells which. */
export function called(name: string, things: readonly Thing[]): Thing[] {
  const own = ofCategory(name, things);
  if (own.length > 0) return own;
  const [qualifier = '', ...rest] = name.split(' ');
  const among = ofCategory(rest.join(' '), things);
  const measure = QUALIFIERS[qualifier] ?? (() => 0);
  return among.toSorted((one, other) => measure(other) - measure(one)).slice(0, 1);
}

function ofCategory(category: string, things: readonly Thing[]): Thing[] {
  const own = things
    .filter((thing) => thing.category === category)
    .toSorted((one, other) => other.likelihood - one.likelihood);
  return own.filter(({ likelihood }) => likelihood >= MEANT * (own[0]?.likelihood ?? 0));
}
