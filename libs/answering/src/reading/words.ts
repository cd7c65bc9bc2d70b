/**
 * A word of a text: one punctuation character, or a run of anything that is neither punctuation nor white
 * space.
 */
export interface Word {
  text: string;
  /** Where it begins in its text, in UTF-16 units. */
  start: number;
  /** One past its last unit. */
  end: number;
}

/**
 * The words that a BERT pre-tokenizer cuts a text into: ASCII symbols count as punctuation there, and here an
 * arrow does too, as between two things of a way.
 */
const WORD = /[\p{P}$+<=>^`|~\u2190-\u21ff]|[^\p{P}$+<=>^`|~\u2190-\u21ff\p{Z}\p{C}]+/gu;

export const splitWords = (text: string): Word[] =>
  Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({
    text: word,
    start: index,
    end: index + word.length,
  }));

/**
 * A word of a question or of one of its options, and the token that the read graph's outputs of it stand at.
 */
export interface PlacedWord extends Word {
  /** Index of the word's first token in the sequence. */
  token: number;
}

/**
 * The texts of a question as the read graph gets them: the question first, then each option without its
 * letter.
 */
export interface PlacedText {
  text: string;
  /** In their order; words without a token are left out. */
  words: PlacedWord[];
}
