import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

const LENGTH_BYTES = 8;
/** Far above any chunk: a longer message is a program that speaks another protocol. */
const MAX_MESSAGE_BYTES = 2 ** 30;

/**
 * The messages of a stream, one after another. Throws RangeError when it ends inside one, or a length is
 * absurd.
 */
export async function* readMessages(stream: Readable): AsyncGenerator<Uint8Array, void> {
  let received: Buffer[] = [];
  let bytes = 0;
  let wanted = LENGTH_BYTES;
  let inBody = false;
  for await (const part of stream as AsyncIterable<Buffer>) {
    received.push(part);
    bytes += part.byteLength;
    while (bytes >= wanted) {
      const all = received.length === 1 && received[0] ? received[0] : Buffer.concat(received);
      const [taken, rest] = [all.subarray(0, wanted), all.subarray(wanted)];
      received = [rest];
      bytes = rest.byteLength;
      if (inBody) yield taken;
      wanted = inBody ? LENGTH_BYTES : lengthIn(taken);
      inBody = !inBody;
    }
  }
  if (bytes > 0 || inBody) throw new RangeError('stdin ended inside a message');
}

function lengthIn(header: Buffer): number {
  const length = header.readBigUInt64LE();
  if (length > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${length.toString()} bytes is not read`);
  return Number(length);
}

/** Resolves when the stream takes more. */
export async function writeMessage(stream: Writable, body: Uint8Array): Promise<void> {
  const header = Buffer.alloc(LENGTH_BYTES);
  header.writeBigUInt64LE(BigInt(body.byteLength));
  stream.write(header);
  if (!stream.write(body)) await once(stream, 'drain');
}
