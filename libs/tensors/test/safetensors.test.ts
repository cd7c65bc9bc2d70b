import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTensors, TensorFormatError, writeTensors, type Tensor } from '../src/index.js';

const anyDims = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
const count = (dims: number[]): number => dims.reduce((product, dim) => product * dim, 1);
const filled =
  (dims: number[]) =>
  (at: (i: number) => number): number[] =>
    Array.from({ length: count(dims) }, (_, i) => at(i));
const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(anyDims, fc.constantFrom('f32', 'f16', 'u8', 'i32', 'bool'), fc.nat({ max: 99 }))
  .map(([dims, dtype, seed]) => {
    const values = filled(dims);
    switch (dtype) {
      case 'f32':
        return { dtype, dims, data: Float32Array.from(values((i) => (i - seed) / 7)) };
      case 'f16':
        return { dtype, dims, data: Uint16Array.from(values((i) => i * 997 + seed)) };
      case 'i32':
        return { dtype, dims, data: Int32Array.from(values((i) => (i - 3) * seed * 1e6)) };
      case 'u8':
        return { dtype, dims, data: Uint8Array.from(values((i) => i + seed)) };
      case 'bool':
        return { dtype, dims, data: Uint8Array.from(values((i) => (i + seed) % 2)) };
    }
  });
const anyName = fc
  .oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'tokens', 'Ω'))
  .filter((name) => name !== '__metadata__');
const anyTensors = fc.dictionary(anyName, anyTensor, { maxKeys: 6, noNullPrototype: true });

/** A file with the given header (text or what is turned into it) and data. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}
const tensor = (over: object = {}): object => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over });
const eight = new Uint8Array(8);

describe('a tensor file', () => {
  it('gives back what was written, wherever it lies in memory', () => {
    fc.assert(
      fc.property(
        anyTensors,
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
        fc.nat({ max: 9 }),
        fc.boolean(),
        (tensors, metadata, offset, buffer) => {
          const file = writeTensors(tensors, metadata);
          const wide = new Uint8Array(file.length + offset);
          wide.set(file, offset);
          const read = readTensors(buffer ? Buffer.from(wide.buffer, offset) : wide.subarray(offset));
          expect(Object.entries(read.tensors).sort()).toEqual(Object.entries(tensors).sort());
          expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
        },
      ),
    );
  });

  it('has the same bytes whatever the order of its tensors', () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        expect(writeTensors(Object.fromEntries(Object.entries(tensors).reverse()))).toEqual(
          writeTensors(tensors),
        );
      }),
    );
  });

  it('is read without a copy where it is aligned', () => {
    const file = writeTensors({
      mask: { dtype: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) },
      points: { dtype: 'f32', dims: [2], data: Float32Array.of(1, 2) },
    });
    expect(readTensors(file).tensors['points']?.data.buffer).toBe(file.buffer);
  });

  it('follows the safetensors layout', () => {
    const file = writeTensors({ a: { dtype: 'f32', dims: [1], data: Float32Array.of(1) } }, { made: 'here' });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
      __metadata__: { made: 'here' },
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    expect(Array.from(file.subarray(8 + length))).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('cannot be written with a shape that is not its data’s, or a name that is taken', () => {
    expect(() => writeTensors({ a: { dtype: 'u8', dims: [2], data: new Uint8Array(3) } })).toThrow(
      /tensor a of shape \[2\] holds 3 values/,
    );
    expect(() => writeTensors({ __metadata__: { dtype: 'u8', dims: [1], data: new Uint8Array(1) } })).toThrow(
      TensorFormatError,
    );
  });
});

describe('a hostile tensor file', () => {
  const hostile: [string, Uint8Array, RegExp][] = [
    ['is empty', new Uint8Array(0), /0 bytes/],
    ['ends in its length', new Uint8Array(7), /7 bytes/],
    ['claims a header longer than itself', fileOf({}, eight, 11n), /header of 11 bytes does not fit/],
    ['claims a header of 2^63 bytes', fileOf({}, eight, 1n << 63n), /does not fit/],
    ['has a header that is no JSON', fileOf('{"a":'), /not JSON/],
    [
      'has a header that is no UTF-8',
      (() => {
        const file = fileOf('"??"');
        file[9] = 0xff;
        return file;
      })(),
      /not JSON/,
    ],
    ['has a list for a header', fileOf([]), /not an object/],
    ['has nothing for a header', fileOf('null'), /not an object/],
    ['has a tensor that is a number', fileOf({ a: 1 }, eight), /tensor a is not described/],
    [
      'has an unknown element type',
      fileOf({ a: tensor({ dtype: 'F8_E4M3' }) }, eight),
      /tensor a has an element type .*F8_E4M3/,
    ],
    [
      'names an element type of Object.prototype',
      fileOf({ a: tensor({ dtype: 'constructor' }) }, eight),
      /element type/,
    ],
    ['has no shape', fileOf({ a: tensor({ shape: undefined }) }, eight), /no valid shape/],
    ['has a negative dimension', fileOf({ a: tensor({ shape: [-2, -1] }) }, eight), /no valid shape/],
    ['has half a dimension', fileOf({ a: tensor({ shape: [0.5, 4] }) }, eight), /no valid shape/],
    [
      'has a shape that overflows',
      fileOf({ a: tensor({ shape: [2 ** 53 - 1, 2 ** 53 - 1, 2] }) }, eight),
      /has 8 bytes/,
    ],
    [
      'has offsets that are texts',
      fileOf({ a: tensor({ data_offsets: ['0', '8'] }) }, eight),
      /no valid offsets/,
    ],
    ['has three offsets', fileOf({ a: tensor({ data_offsets: [0, 4, 8] }) }, eight), /no valid offsets/],
    ['points past its end', fileOf({ a: tensor({ data_offsets: [4, 12] }) }, eight), /outside of the file/],
    [
      'points backwards',
      fileOf({ a: tensor({ shape: [0], data_offsets: [8, 0] }) }, eight),
      /outside of the file/,
    ],
    [
      'has fewer bytes than its shape',
      fileOf({ a: tensor({ shape: [3] }) }, eight),
      /of shape \[3\] has 8 bytes/,
    ],
    [
      'hides bytes before a tensor',
      fileOf({ a: tensor({ shape: [1], data_offsets: [4, 8] }) }, eight),
      /gap at byte 0/,
    ],
    [
      'hides bytes after the last tensor',
      fileOf({ a: tensor({ shape: [1], data_offsets: [0, 4] }) }, eight),
      /4 bytes follow/,
    ],
    ['uses bytes twice', fileOf({ a: tensor(), b: tensor() }, eight), /doubly used/],
    [
      'has a truth value of 2',
      fileOf({ a: tensor({ dtype: 'BOOL', shape: [8] }) }, new Uint8Array(8).fill(2)),
      /truth value/,
    ],
    ['has metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /metadata a is not a text/],
    ['has metadata that is a list', fileOf({ __metadata__: [] }), /metadata is not an object/],
  ];

  it.each(hostile)('that %s is refused with a reason', (_, file, reason) => {
    expect(() => readTensors(file)).toThrow(TensorFormatError);
    expect(() => readTensors(file)).toThrow(reason);
  });

  it('is refused wherever it is cut, and never read as something else', () => {
    fc.assert(
      fc.property(anyTensors, fc.nat(), (tensors, cut) => {
        const file = writeTensors(tensors);
        expect(() => readTensors(file.subarray(0, cut % file.length))).toThrow(TensorFormatError);
      }),
    );
  });

  it('of any bytes ends in a typed error or in tensors, nothing else', () => {
    const anyBytes = fc
      .tuple(
        fc.uint8Array({ maxLength: 60 }),
        anyTensors,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
      )
      .map(([bytes, tensors, edits]) => {
        const file = edits.length === 0 ? bytes : writeTensors(tensors);
        for (const [at, byte] of edits) file[at % file.length] = byte;
        return file;
      });
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        try {
          for (const { dims, data } of Object.values(readTensors(bytes).tensors))
            expect(count(dims)).toBe(data.length);
        } catch (error) {
          expect(error).toBeInstanceOf(TensorFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
