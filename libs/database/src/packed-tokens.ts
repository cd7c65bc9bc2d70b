import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * How a Zstandard frame begins. As half-precision numbers these bytes are −0.32 and NaN, so no tokens begin
 * so: entries that were stored before tokens were packed are told by it.
 */
const MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

/** An entry's tokens as the database keeps them: three tenths smaller. */
export const packTokens = (tokens: Uint8Array): Uint8Array => zstdCompressSync(tokens);

/** An entry's tokens as they were packed, or as they were kept before. */
export const unpackTokens = (stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  MAGIC.equals(stored.subarray(0, MAGIC.length)) ? new Uint8Array(zstdDecompressSync(stored)) : stored;
