/** Whole numbers below a bound, as if at random. */
export type Random = (bound: number) => number;

/**
 * A generator that is seeded from what it is used for, so that the same content gives the same numbers on
 * every machine: FNV-1a over the content, then mulberry32.
 */
export function seededBy(content: ArrayLike<number>): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < content.length; i += 1) state = Math.imul(state ^ (content[i] ?? 0), 0x01000193);
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** So many different whole numbers below a bound. */
export function sample(random: Random, count: number, bound: number): number[] {
  const drawn: number[] = [];
  while (drawn.length < count) {
    const next = random(bound);
    if (!drawn.includes(next)) drawn.push(next);
  }
  return drawn;
}
