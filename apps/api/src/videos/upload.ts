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
 * @throws LociError 'video-too-large' at the first byte over the limit; what the source throws
 */
export async function receive(
  source: AsyncIterable<Buffer>,
  store: ObjectStore,
  key: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* metered() {
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(piece);
      yield piece;
    }
  }
  await store.put(key, Readable.from(metered(), { objectMode: false }), { signal });
  return { sha256: hash.digest('hex'), bytes };
}
