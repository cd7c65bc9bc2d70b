/** How else people say the words of turns. */
const SYNONYMS: readonly (readonly [said: RegExp, word: string])[] = [
  [/\bback (?:a?round|again)\b/g, 'back'],
  [
    /\b(?:turn(?:ing)? )?a?round\b|\bu[- ]?turns?\b|\babout[- ]face\b|\b(?:backwards?|behind|reverse|about)\b/g,
    'back',
  ],
  [/\b(left|right|back)s\b/g, '$1'],
  [/\b(left|right|back) twice\b|\b(?:twice|two) (left|right|back)\b/g, '$1$2 $1$2'],
];

/**
 * Series of so many turns that a question itself offers, as options: "right-left, left-back or back-right",
 * or their first letters. The word of a turn is what it has beyond the other options: `Turn Left` is `left`.
 * Empty where it offers none.
 */
export function turnSeries(question: string, turns: readonly string[], count: number): string[] {
  const words = turns.map((turn) => turn.toLowerCase().split(/\s+/));
  const ownWords = words.map(
    (own) => own.find((word) => words.every((other) => other === own || !other.includes(word))) ?? '',
  );
  const said = SYNONYMS.reduce((text, [from, to]) => text.replace(from, to), question.toLowerCase());
  const tokens: string[] = said.match(/\p{L}+/gu) ?? [];
  const inFull = tokens.flatMap((token) => turns[ownWords.indexOf(token)] ?? []);
  const initials = ownWords.map((word) => word.slice(0, 1));
  const isInitials = (token: string) =>
    (token.length === 1 || token.length === count) &&
    Array.from(token).every((letter) => initials.includes(letter));
  const inShort = tokens
    .filter(isInitials)
    .flatMap((token) => Array.from(token).flatMap((letter) => turns[initials.indexOf(letter)] ?? []));
  const found = [inFull, inShort].find(({ length }) => length >= 2 * count && length % count === 0) ?? [];
  return Array.from({ length: found.length / count }, (_, index) =>
    found.slice(index * count, (index + 1) * count).join(', '),
  );
}
