import { Readable } from 'node:stream';
import { LociError } from '@loci/contracts';
import { partStart, type ObjectStore, type StoredObject } from '@loci/storage';

/**
 * The parts that follow one another from byte 0 on. Where several begin at the same byte, the longest counts:
 * after a break a client may send again what had arrived.
 */
export function contiguous(parts: readonly StoredObject[]): { parts: StoredObject[]; end: number } {
  const byStart = new Map<number, StoredObject>();
  for (const part of parts) {
    const start = partStart(part.key);
    if ((byStart.get(start)?.bytes ?? 0) < part.bytes) byStart.set(start, part);
  }
  const chain: StoredObject[] = [];
  let end = 0;
  for (let next = byStart.get(end); next !== undefined; next = byStart.get(end)) {
    chain.push(next);
    end += next.bytes;
  }
  return { parts: chain, end };
}

/**
 * A body until it ends or breaks off: what has come is kept, and the client goes on from there.
 * @param limit bytes that may come
 * @throws LociError 'invalid-request' at the first byte over the limit
 */
export async function* whatComes(body: Readable, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of untilBroken(body)) {
    bytes += piece.length;
    if (bytes > limit) throw new LociError('invalid-request', 'More bytes come than Upload-Length said');
    yield piece;
  }
}

async function* untilBroken(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch {
    // what has come is kept
  }
}

/** The bytes of parts, one after the other. */
export const joined = (store: ObjectStore, parts: readonly StoredObject[]): Readable =>
  Readable.from(
    (async function* () {
      for (const { key } of parts) yield* (await store.stream(key)) as AsyncIterable<Buffer>;
    })(),
    { objectMode: false },
  );
