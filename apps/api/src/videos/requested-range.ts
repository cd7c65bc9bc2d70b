import type { ByteRange } from '@loci/storage';
import { parse } from 'range-parser';

/**
 * The bytes that a `Range` header asks for, of an object that has `bytes` of them; null for all: without a
 * header, for several ranges at once, and for one in another unit or form (RFC 9110 lets a server ignore
 * those).
 */
export function requestedRange(range: string | null, bytes: number): ByteRange | 'unsatisfiable' | null {
  if (range === null) return null;
  const { code, type, ranges } = parse(bytes, range);
  if (type !== 'bytes' || (code & MALFORMED) !== 0) return null;
  const [first, second] = ranges;
  if (first === undefined) return 'unsatisfiable';
  return second === undefined ? { start: first.start, end: first.end } : null;
}

/** range-parser's bit for a header that has not the form of one. */
const MALFORMED = 1;
