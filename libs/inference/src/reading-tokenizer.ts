import { normaliseOptions, splitWords, type PlacedText } from '@loci/answering';
import type { ReadingSection } from '@loci/contracts';
import type { ReadInput } from './calls.js';
import { BundleError, QuestionTooLongError } from './errors.js';
import { readTokenizer, type WordTokenizer } from './tokenizer.js';

/** A question with its options as the read graph gets them. */
export interface ReadingTokens extends ReadInput {
  /** The question, then each option without its letter, with the tokens that their words stand at. */
  texts: PlacedText[];
}

/** Cuts questions into the WordPiece tokens of the read graph. */
export class ReadingTokenizer {
  readonly #words: WordTokenizer;
  readonly #length: number;
  readonly #cls: number;
  readonly #sep: number;
  readonly #special: ReadonlySet<number>;

  /**
   * @param text the file that `reading.tokenizer` names
   * @throws BundleError when it is no tokenizer, or lacks `[CLS]` or `[SEP]`
   */
  constructor(text: string, { tokenizer, length }: Pick<ReadingSection, 'tokenizer' | 'length'>) {
    this.#words = readTokenizer(tokenizer, text, '[UNK]');
    this.#length = length;
    const idOf = (token: string): number => {
      const id = this.#words.token_to_id(token);
      if (id === undefined) throw new BundleError(tokenizer, `the token ${token}`, 'a vocabulary without it');
      return id;
    };
    this.#cls = idOf('[CLS]');
    this.#sep = idOf('[SEP]');
    this.#special = new Set([this.#cls, this.#sep]);
  }

  /**
   * `[CLS]` question `[SEP]`, then for each option its words and `[SEP]`. Each word is encoded by itself.
   * @throws QuestionTooLongError when there are more tokens than the graph reads
   */
  encode(question: string, options: readonly string[] | null): ReadingTokens {
    const ids = [this.#cls];
    const segments = [0];
    const texts = [question, ...normaliseOptions(options ?? [])].map((text, index): PlacedText => {
      const segment = index === 0 ? 0 : 1;
      const push = (...own: number[]): void => {
        ids.push(...own);
        segments.push(...own.map(() => segment));
      };
      const words = splitWords(text).flatMap((word) => {
        const token = ids.length;
        push(...this.#encodeWord(word.text));
        return ids.length === token ? [] : [{ ...word, token }];
      });
      push(this.#sep);
      return { text, words };
    });
    if (ids.length > this.#length) throw new QuestionTooLongError(ids.length, this.#length);
    return { tokenIds: Int32Array.from(ids), segments: Int32Array.from(segments), texts };
  }

  #encodeWord(word: string): number[] {
    const { ids } = this.#words.encode(word, { add_special_tokens: false });
    return ids.filter((id) => !this.#special.has(id));
  }
}
