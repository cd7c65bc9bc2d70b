import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import type { Manifest } from '@loci/contracts';
import { z } from 'zod';
import { BundleError, QuestionTooLongError } from './errors.js';

const FILE = 'tokenizer.json';
const NO_TASK = -1;

/**
 * The methods used of the library, whose own declarations do not resolve in Node: they import without
 * extensions.
 */
export interface WordTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
}
const WordTokenizer = LibraryTokenizer as unknown as new (file: object, config: object) => WordTokenizer;

/** The fields of a tokenizer file that are read here; the library reads the rest. */
const tokenizerFileSchema = z.looseObject({
  model: z.looseObject({ type: z.string(), unk_token: z.string().nullish() }),
});

/** Turns prompts into token ids, and the decoder's token ids into text. */
export class Tokenizer {
  readonly #words: WordTokenizer;
  readonly #manifest: Manifest;
  readonly #pad: number;
  readonly #eos: number;
  readonly #unknown: number;
  /** Ids that only the model may write. In a prompt they are replaced by the unknown token. */
  readonly #special: ReadonlySet<number>;

  /**
   * @param text the bundle's tokenizer.json
   * @throws BundleError when it is no tokenizer, or lacks a token that the manifest names
   */
  constructor(text: string, manifest: Manifest) {
    this.#manifest = manifest;
    this.#words = readWords(text, manifest);
    const { pad, bos, eos, answer, unknown } = manifest.tokens;
    this.#pad = this.#id(pad);
    this.#eos = this.#id(eos);
    this.#unknown = this.#id(unknown);
    const tasks = Object.values(manifest.tasks).map(({ token }) => token);
    this.#special = new Set([pad, bos, eos, answer, ...tasks].map((token) => this.#id(token)));
  }

  /**
   * @returns ids int32 [Q] padded at the end, and their mask [Q]
   * @throws QuestionTooLongError when the prompt has more than Q tokens
   */
  encode(prompt: string): { ids: Int32Array; mask: Uint8Array } {
    const length = this.#manifest.sizes.question_length;
    const written = this.#words.encode(prompt, { add_special_tokens: false }).ids;
    if (written.length > length) throw new QuestionTooLongError(written.length, length);
    const ids = new Int32Array(length).fill(this.#pad);
    ids.set(written.map((id) => (this.#special.has(id) ? this.#unknown : id)));
    return { ids, mask: new Uint8Array(length).fill(1, 0, written.length) };
  }

  /** A task as the answer graph is told it, [1]: its token's id, −1 for none of the manifest's tasks. */
  taskId(task: string | null): Int32Array {
    const { tasks } = this.#manifest;
    const known = task !== null && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
    return Int32Array.of(known === undefined ? NO_TASK : this.#id(known.token));
  }

  /**
   * The tokens before the end token, joined by spaces. Task and answer tokens stay: they separate trace and
   * answer.
   */
  decode(ids: Int32Array): string {
    const end = ids.indexOf(this.#eos);
    return [...(end === -1 ? ids : ids.subarray(0, end))]
      .filter((id) => id !== this.#pad)
      .map((id) => this.#words.id_to_token(id) ?? this.#manifest.tokens.unknown)
      .join(' ');
  }

  #id(token: string): number {
    const id = this.#words.token_to_id(token);
    if (id === undefined)
      throw new BundleError(FILE, `the token ${token}, which the manifest names`, 'a vocabulary without it');
    return id;
  }
}

const readWords = (text: string, { tokens }: Manifest): WordTokenizer =>
  // the library reads a word-level model's unknown token from a second file, which a bundle does not have
  readTokenizer(FILE, text, tokens.unknown);

/** A tokenizer file in the library's hands. @throws BundleError when it is none */
export function readTokenizer(name: string, text: string, unknown: string): WordTokenizer {
  try {
    const file = tokenizerFileSchema.parse(JSON.parse(text));
    return new WordTokenizer(file, { unk_token: file.model.unk_token ?? unknown });
  } catch (error) {
    throw new BundleError(
      name,
      'a tokenizer in the Hugging Face format',
      error instanceof Error ? error.message : String(error),
      { cause: error },
    );
  }
}
