import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

export const MIB = 1024 * 1024;

/** A stream of `parts` random parts of 1 MiB, and the hash of what it gave. */
export function randomStream(parts: number): { stream: Readable; sha256: () => string } {
  const hash = createHash('sha256');
  const give = function* () {
    for (let i = 0; i < parts; i += 1) {
      const part = randomBytes(MIB);
      hash.update(part);
      yield part;
    }
  };
  return { stream: Readable.from(give()), sha256: () => hash.digest('hex') };
}
