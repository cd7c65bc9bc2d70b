import type { ElementType, TensorSpecs } from './graphs.js';
import { elements } from './graphs.js';
import { InferenceError } from './errors.js';

/** Arrays of float32, of uint8 and bool (one byte of 0 or 1), and of int32. */
export type TensorArray = Float32Array | Uint8Array | Int32Array;
export type TensorArrays = Record<string, TensorArray>;

/** A tensor on its way to the inference thread. */
export interface Feed {
  type: ElementType;
  dims: readonly number[];
  data: TensorArray;
}

const ARRAYS = { float32: Float32Array, uint8: Uint8Array, bool: Uint8Array, int32: Int32Array } as const;

/**
 * Checks a call's arrays against a graph's inputs, and adds their types and dimensions.
 * @throws InferenceError that names an input that is missing, or has another type or length
 */
export function feedsOf(graph: string, specs: TensorSpecs, arrays: TensorArrays): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  for (const [name, { type, dims }] of Object.entries(specs)) {
    const data = arrays[name];
    const expectation = `${graph} reads ${name} as ${type} [${dims.join(', ')}]`;
    if (data === undefined) throw new InferenceError(`${expectation}, which is missing`);
    if (!(data instanceof ARRAYS[type]))
      throw new InferenceError(`${expectation}, and was given ${data.constructor.name}`);
    if (data.length !== elements(dims))
      throw new InferenceError(`${expectation}, and was given ${data.length} elements`);
    feeds[name] = { type, dims, data };
  }
  return feeds;
}

/** Reads a graph's outputs by name and type. Throws InferenceError for one that does not fit its spec. */
export class Outputs {
  constructor(
    private readonly graph: string,
    private readonly specs: TensorSpecs,
    private readonly arrays: TensorArrays,
  ) {}

  floats(name: string): Float32Array {
    return this.#read(name, Float32Array);
  }
  integers(name: string): Int32Array {
    return this.#read(name, Int32Array);
  }
  mask(name: string): Uint8Array {
    return this.#read(name, Uint8Array);
  }

  #read<A extends TensorArray>(name: string, type: new () => A): A {
    const array = this.arrays[name];
    const spec = this.specs[name];
    if (spec === undefined || !(array instanceof type) || array.length !== elements(spec.dims)) {
      const expected = spec === undefined ? 'nothing' : `${spec.type} [${spec.dims.join(', ')}]`;
      const given = array === undefined ? 'nothing' : `${array.constructor.name} of ${array.length}`;
      throw new InferenceError(`${this.graph} should give ${name} as ${expected}, and gave ${given}`);
    }
    return array;
  }
}
