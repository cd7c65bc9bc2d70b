import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Serialises work on files with the same bytes. The service stores such files once, and the first work to
 * finish would delete the video under the others.
 */
export class ContentLock {
  /** The end of the latest work by the sha256 of its file. */
  readonly #latest = new Map<string, Promise<undefined>>();

  /**
   * Does the work when no other work runs on the same bytes.
   * @throws Error when the file cannot be read, or as the work does
   */
  async run<T>(file: string, work: () => Promise<T>): Promise<T> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const digest = hash.digest('hex');
    const previous = this.#latest.get(digest);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#latest.set(digest, promise);
    try {
      await previous;
      return await work();
    } finally {
      resolve(undefined);
    }
  }
}
