import { TensorFormatError } from './errors.js';

/**
 * IEEE 754 binary16, the way snapshots keep tokens: 1 sign, 5 exponent, 10 fraction bits, little-endian.
 * Encoding rounds to the nearest, ties to even; what is too large becomes infinity. Decoding is exact.
 */

// For each sign and exponent of a float32 (its upper 9 bits): a half is base + the significand, implicit bit
// and all, shifted right with rounding. The sum carries into the exponent, and from the largest half into
// infinity, by itself.
const BASE = new Uint16Array(512);
const SHIFT = new Uint8Array(512);
const IMPLICIT = new Uint32Array(512);
for (let upper = 0; upper < 512; upper += 1) {
  const sign = (upper & 0x100) << 7;
  const exponent = upper & 0xff;
  const half = exponent - 112; // biases 127 and 15
  IMPLICIT[upper] = exponent === 0 ? 0 : 0x800000;
  BASE[upper] = sign;
  SHIFT[upper] = 25; // shifts every significand to nothing
  if (half >= 31) BASE[upper] = sign | 0x7c00;
  else if (half >= 1) {
    BASE[upper] = sign | ((half - 1) << 10); // the implicit bit adds the missing 1
    SHIFT[upper] = 13;
  } else if (half >= -10) SHIFT[upper] = 14 - half; // subnormal, in units of 2^-24
}

/** float32 values → their halves' bits. */
export function toHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i += 1) halves[i] = halfOf(bits[i] ?? 0);
  return halves;
}

function halfOf(bits: number): number {
  const upper = bits >>> 23;
  const fraction = bits & 0x7fffff;
  if ((upper & 0xff) === 0xff && fraction !== 0) return ((bits >>> 16) & 0x8000) | 0x7e00; // one quiet NaN
  const significand = fraction | (IMPLICIT[upper] ?? 0);
  const shift = SHIFT[upper] ?? 0;
  const nearest = (significand + (1 << (shift - 1)) - 1 + ((significand >>> shift) & 1)) >>> shift;
  return (BASE[upper] ?? 0) + nearest;
}

let decoded: Float32Array<ArrayBuffer> | undefined;

/** The float32 of each of the 65,536 halves (256 KiB, made at first use). */
function decodingTable(): Float32Array<ArrayBuffer> {
  if (decoded !== undefined) return decoded;
  decoded = new Float32Array(0x10000);
  for (let half = 0; half < 0x10000; half += 1) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) decoded[half] = sign * fraction * 2 ** -24;
    else if (exponent < 31) decoded[half] = sign * (1024 + fraction) * 2 ** (exponent - 25);
    else decoded[half] = fraction === 0 ? sign * Infinity : NaN;
  }
  return decoded;
}

/** Halves' bits → float32 values, written to `values` where that is given: it has as many. */
export function fromHalves(
  halves: Uint16Array,
  values: Float32Array = new Float32Array(halves.length),
): Float32Array {
  const table = decodingTable();
  for (let i = 0; i < values.length; i += 1) values[i] = table[halves[i] ?? 0] ?? NaN;
  return values;
}

/** Tokens as a snapshot keeps them: float16, little-endian, two bytes a value. */
export function encodeTokens(values: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toHalves(values).buffer);
}

/**
 * The tokens of a snapshot, written to `values` where that is given. Throws TensorFormatError when the bytes
 * are not whole halves, or not as many as the values.
 */
export function decodeTokens(bytes: Uint8Array, values?: Float32Array): Float32Array {
  if (bytes.byteLength % 2 !== 0)
    throw new TensorFormatError(`${bytes.byteLength} bytes are not whole float16 values`);
  if (values !== undefined && values.length !== bytes.byteLength / 2)
    throw new TensorFormatError(`${bytes.byteLength} bytes are not ${values.length} float16 values`);
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return fromHalves(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2), values);
}
