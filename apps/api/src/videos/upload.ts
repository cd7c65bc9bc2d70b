import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { LociError } from '@loci/contracts';
import type { ObjectStore } from '@loci/storage';

/** The SHA-256 (hex) and the length in bytes of a received file. */
export interface Received {
  sha256: string;
  bytes: number;
}

export const tooLarge = (maxBytes: number): LociError =>
  new LociError('video-too-large', `A video may have at most ${maxBytes} bytes`);

/**
 * Streams a file into the object store under `key`, and counts and hashes it on the way. Only a few buffers
 * are in memory at a time. When it throws, no object is stored.
 * @throws LociError 'video-too-large' at the first byte over the limit, 'invalid-request' when the source
 *   ends early
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
  // the source stays open after an early stop, because the refusal is sent on its connection
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
