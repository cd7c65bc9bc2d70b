import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { LociError } from '@loci/contracts';
import type { ObjectStore } from '@loci/storage';

/** What was received: the SHA-256 (hex) and the number of bytes of the file. */
export interface Received {
  sha256: string;
  bytes: number;
}

export const tooLarge = (maxBytes: number): LociError =>
  new LociError('video-too-large', `A video may have at most ${maxBytes} bytes`);

/**
 * Streams a file into the object store under `key`, counting and hashing on the way: never more than a few buffers are in
 * memory. Throws `video-too-large` with the first byte over the limit, `invalid-request` when the source breaks off, or what the
 * store fails with; nothing stands under `key` then.
 */
export async function receive(
  source: Readable,
  store: ObjectStore,
  key: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  const refused: { because?: LociError } = {};
  // the source is left open when we stop early: it is the connection on which the refusal is sent
  const chunks = (source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[
    Symbol.asyncIterator
  ]();
  async function* metered() {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw (refused.because = new LociError('invalid-request', 'The body ended before it was complete', {
          cause,
        }));
      });
      if (next.done === true) return;
      bytes += next.value.length;
      if (bytes > maxBytes) throw (refused.because = tooLarge(maxBytes));
      hash.update(next.value);
      yield next.value;
    }
  }
  try {
    await store.put(key, Readable.from(metered(), { objectMode: false }), { signal });
  } catch (error) {
    // a store may wrap what its source threw
    throw refused.because ?? error;
  }
  return { sha256: hash.digest('hex'), bytes };
}
