import { valueCount } from './arrays.js';
import { TensorFormatError } from './errors.js';

/**
 * A named array as tensor files hold it. Row-major; `f16` are the bits of halves (see fromHalves), `bool` is
 * 0 or 1 a byte. An empty `dims` is a scalar.
 */
export type Tensor = { [D in DType]: { dtype: D; dims: number[]; data: TensorArrays[D] } }[DType];
export type DType = keyof TensorArrays;
interface TensorArrays {
  f32: Float32Array;
  f16: Uint16Array;
  u16: Uint16Array;
  u8: Uint8Array;
  i32: Int32Array;
  bool: Uint8Array;
}

/** The format's name of each element type and its size in bytes, widest first. */
const DTYPES = {
  f32: { name: 'F32', bytes: 4 },
  i32: { name: 'I32', bytes: 4 },
  f16: { name: 'F16', bytes: 2 },
  u16: { name: 'U16', bytes: 2 },
  u8: { name: 'U8', bytes: 1 },
  bool: { name: 'BOOL', bytes: 1 },
} as const satisfies Record<DType, { name: string; bytes: number }>;
const ORDER = Object.keys(DTYPES);

const METADATA = '__metadata__';
/** The format's own bound on a header: nothing written here comes near it. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Tensors in the safetensors format: 8 bytes with the header's length, a JSON header, then the data without
 * gaps. Wide elements come first and the data begins at a multiple of 8, so that a reader need not copy. The
 * same tensors and metadata give the same bytes, whatever their order. Throws TensorFormatError when dims and
 * data disagree.
 */
export function writeTensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const ordered = Object.entries(tensors).sort(
    ([a, x], [b, y]) => ORDER.indexOf(x.dtype) - ORDER.indexOf(y.dtype) || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = [];
  if (metadata !== undefined)
    header.push([
      METADATA,
      Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]);
  let end = 0;
  for (const [name, { dtype, dims, data }] of ordered) {
    if (name === METADATA) throw new TensorFormatError(`${METADATA} cannot name a tensor`);
    if (valueCount(dims) !== data.length)
      throw new TensorFormatError(`tensor ${name} of shape [${dims.join(', ')}] holds ${data.length} values`);
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: DTYPES[dtype].name, shape: dims, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  file.fill(0x20, 8 + json.byteLength, 8 + headerBytes);
  let offset = 8 + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/**
 * The tensors of a safetensors file. Arrays are views of `file` where its alignment allows, else copies.
 * Whatever is not such a file (truncated, gaps or overlaps in the data, shapes that do not fit, an element
 * type that we do not read) throws TensorFormatError, which names the tensor.
 */
export function readTensors(file: Uint8Array): {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
} {
  const { header, data } = splitHeader(file);
  const spans: { begin: number; end: number }[] = [];
  const tensors: [string, Tensor][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      metadata = readMetadata(value);
      continue;
    }
    const { tensor, span } = readTensor(name, value, data);
    tensors.push([name, tensor]);
    spans.push(span);
  }
  checkCovered(spans, data.byteLength);
  return { tensors: Object.fromEntries(tensors), metadata };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function splitHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.byteLength < 8) throw new TensorFormatError(`it has ${file.byteLength} bytes`);
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true);
  if (length > BigInt(Math.min(file.byteLength - 8, MAX_HEADER_BYTES)))
    throw new TensorFormatError(`a header of ${length.toString()} bytes does not fit`);
  const end = 8 + Number(length);
  const header = parseHeader(file.subarray(8, end));
  if (!isRecord(header)) throw new TensorFormatError('its header is not an object');
  return { header, data: file.subarray(end) };
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TensorFormatError('its header is not JSON', { cause });
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) throw new TensorFormatError('its metadata is not an object');
  return Object.fromEntries(
    Object.entries(value).map(([key, text]): [string, string] => {
      if (typeof text !== 'string') throw new TensorFormatError(`its metadata ${key} is not a text`);
      return [key, text];
    }),
  );
}

function readTensor(
  name: string,
  value: unknown,
  data: Uint8Array,
): { tensor: Tensor; span: { begin: number; end: number } } {
  const fail = (why: string) => new TensorFormatError(`tensor ${name} ${why}`);
  if (!isRecord(value)) throw fail('is not described by an object');
  const dtype = (Object.keys(DTYPES) as DType[]).find((key) => DTYPES[key].name === value['dtype']);
  if (dtype === undefined) throw fail(`has an element type that is not read here: ${String(value['dtype'])}`);
  const dims: unknown = value['shape'];
  if (!Array.isArray(dims) || !dims.every(isCount)) throw fail('has no valid shape');
  const offsets: unknown = value['data_offsets'];
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw fail('has no valid offsets');
  const [begin = 0, end = 0] = offsets;
  if (begin > end || end > data.byteLength)
    throw fail(`lies outside of the file: ${begin} to ${end} of ${data.byteLength}`);
  if (valueCount(dims) * DTYPES[dtype].bytes !== end - begin)
    throw fail(`of shape [${dims.join(', ')}] has ${end - begin} bytes`);
  const bytes = data.subarray(begin, end);
  if (dtype === 'bool' && bytes.some((byte) => byte > 1))
    throw fail('has a truth value that is neither 0 nor 1');
  return { tensor: tensorOf(dtype, dims, bytes), span: { begin, end } };
}

function tensorOf(dtype: DType, dims: number[], bytes: Uint8Array): Tensor {
  const size = DTYPES[dtype].bytes;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const length = byteLength / size;
  switch (dtype) {
    case 'f32':
      return { dtype, dims, data: new Float32Array(buffer, byteOffset, length) };
    case 'i32':
      return { dtype, dims, data: new Int32Array(buffer, byteOffset, length) };
    case 'f16':
    case 'u16':
      return { dtype, dims, data: new Uint16Array(buffer, byteOffset, length) };
    case 'u8':
    case 'bool':
      return { dtype, dims, data: new Uint8Array(buffer, byteOffset, length) };
  }
}

/** Every byte of the data belongs to exactly one tensor: nothing can hide in the file. */
function checkCovered(spans: { begin: number; end: number }[], bytes: number): void {
  let covered = 0;
  for (const { begin, end } of spans.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered)
      throw new TensorFormatError(
        `its data has a ${begin > covered ? 'gap' : 'doubly used part'} at byte ${Math.min(begin, covered)}`,
      );
    covered = end;
  }
  if (covered !== bytes) throw new TensorFormatError(`${bytes - covered} bytes follow the last tensor`);
}
