import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTokens, encodeTokens, fromHalves, TensorFormatError, toHalves } from '../src/index.js';

/**
 * A half's value from its definition, with nothing shared with the codec: text of its bits, read as digits.
 */
function valueOf(half: number): number {
  const digits = half.toString(2).padStart(16, '0');
  const sign = digits.startsWith('1') ? -1 : 1;
  const exponent = parseInt(digits.slice(1, 6), 2);
  const fraction = parseInt(digits.slice(6), 2) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const FINITE = Array.from({ length: 0x7c00 }, (_, half) => valueOf(half));

/**
 * Round to nearest even by search: of the two halves around a value the nearer; in the middle the one with an
 * even last bit.
 */
function nearestHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00; // midway between the largest half and what would be the next
  let [low, high] = [0, FINITE.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (FINITE[middle]! <= size) low = middle;
    else high = middle - 1;
  }
  const below = size - FINITE[low]!;
  const above = (FINITE[low + 1] ?? 65536) - size;
  return sign | (below < above || (below === above && low % 2 === 0) ? low : low + 1);
}

const bitsToFloat = (bits: number): number => new Float32Array(new Uint32Array([bits]).buffer)[0]!;

describe('the float16 codec', () => {
  it('decodes all 65,536 halves to their values', () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
    const values = fromHalves(halves);
    for (let half = 0; half < 0x10000; half += 1)
      if (!Object.is(values[half], valueOf(half)))
        throw new Error(`half ${half.toString(16)} → ${String(values[half])}`);
  });

  it('gives every half back, and one quiet NaN for all NaNs', () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
    const back = toHalves(fromHalves(halves));
    for (let half = 0; half < 0x10000; half += 1) {
      const isNaN = (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
      if (isNaN ? (back[half]! & 0x7fff) !== 0x7e00 : back[half] !== half)
        throw new Error(`half ${half.toString(16)} → ${back[half]!.toString(16)}`);
    }
  });

  it('rounds to the nearest half, ties to even, for every float between, at and next to two halves', () => {
    for (let half = 0; half < 0x7c00; half += 1) {
      const middle = (FINITE[half]! + (FINITE[half + 1] ?? 65536)) / 2;
      const [bits] = new Uint32Array(new Float32Array([middle]).buffer);
      const around = Float32Array.from(
        [bits! - 1, bits!, bits! + 1].map(bitsToFloat).flatMap((value) => [value, -value]),
      );
      expect(Array.from(toHalves(around))).toEqual(Array.from(around, nearestHalf));
    }
  });

  it('rounds any float as the definition says', () => {
    const anyFloat = fc.oneof(
      fc
        .nat({ max: 0xffffffff })
        .map(bitsToFloat)
        .filter((value) => !Number.isNaN(value)),
      fc.float({ min: -70000, max: 70000, noNaN: true }),
      fc.float({ min: Math.fround(-0.0001), max: Math.fround(0.0001), noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(anyFloat, { maxLength: 64 }), (values) => {
        expect(Array.from(toHalves(Float32Array.from(values)))).toEqual(values.map(nearestHalf));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes little-endian bytes', () => {
    expect(Array.from(encodeTokens(Float32Array.of(1, -2, 65504)))).toEqual([
      0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b,
    ]);
  });

  it('changes nothing when a snapshot is taken of a snapshot', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), (values) => {
        const once = encodeTokens(values);
        expect(encodeTokens(decodeTokens(once))).toEqual(once);
      }),
    );
  });

  it('reads views wherever they lie in their buffer, and leaves their neighbours alone', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), fc.nat({ max: 9 }), (values, offset) => {
        const bytes = encodeTokens(values);
        const wide = new Uint8Array(bytes.length + 20).fill(0xff);
        wide.set(bytes, offset);
        const view = wide.subarray(offset, offset + bytes.length);
        expect(decodeTokens(view)).toEqual(decodeTokens(bytes));
        expect(decodeTokens(Buffer.from(view.buffer, offset, bytes.length))).toEqual(decodeTokens(bytes));
      }),
    );
  });

  it('writes values where they are wanted', () => {
    const values = new Float32Array(4).fill(9);
    decodeTokens(encodeTokens(Float32Array.of(1, -2)), values.subarray(1, 3));
    expect([...values]).toEqual([9, 1, -2, 9]);
  });

  it('refuses half a half, and other values than there is room for', () => {
    expect(() => decodeTokens(new Uint8Array(3))).toThrow(TensorFormatError);
    expect(() => decodeTokens(new Uint8Array(4), new Float32Array(3))).toThrow(TensorFormatError);
  });
});
