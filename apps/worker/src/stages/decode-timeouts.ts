import { DecodeError, DecodeTimeoutError } from '@loci/video';

/** So often a worker runs out of time on a chunk before its clip counts as undecodable. */
const MAX_TIMEOUTS = 3;

/**
 * Counts how often decoding a chunk ran out of time here. Once may be the machine's fault or the source's, so
 * it is tried again; a clip that is made to take for ever does so each time.
 */
export class DecodeTimeouts {
  readonly #counts = new Map<string, number>();

  /**
   * @param chunk its memory and index, and which decode of it
   * @throws DecodeTimeoutError when it took too long; DecodeError when it did so too often
   */
  async count<T>(chunk: string, decode: () => Promise<T>): Promise<T> {
    try {
      const frames = await decode();
      this.#counts.delete(chunk);
      return frames;
    } catch (error) {
      if (!(error instanceof DecodeTimeoutError)) throw error;
      const count = (this.#counts.get(chunk) ?? 0) + 1;
      this.#counts.set(chunk, count);
      if (count < MAX_TIMEOUTS) throw error;
      this.#counts.delete(chunk);
      throw new DecodeError(error.message, { cause: error });
    }
  }
}
