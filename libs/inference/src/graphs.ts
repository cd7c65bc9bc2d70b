import { GRAPHS, type GraphName, type Sizes } from '@loci/contracts';
import { BundleError } from './errors.js';

export type ElementType = 'float32' | 'uint8' | 'int32' | 'bool';
export interface TensorSpec {
  type: ElementType;
  dims: readonly number[];
}
export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export interface GraphSpec {
  inputs: TensorSpecs;
  outputs: TensorSpecs;
  /** Outputs that a graph may lack. */
  optional?: TensorSpecs;
}

/** An input or output of a loaded graph. A dimension that the graph leaves open is a string. */
export interface FoundTensor {
  name: string;
  type: string;
  dims: readonly (number | string)[];
}
export interface FoundGraph {
  inputs: FoundTensor[];
  outputs: FoundTensor[];
}

const f32 = (...dims: number[]): TensorSpec => ({ type: 'float32', dims });
const i32 = (...dims: number[]): TensorSpec => ({ type: 'int32', dims });
const u8 = (...dims: number[]): TensorSpec => ({ type: 'uint8', dims });
const mask = (...dims: number[]): TensorSpec => ({ type: 'bool', dims });

/** Names, types and shapes of the three graphs' tensors for a bundle's sizes (docs/design/bundle.md). */
export function graphSpecs(sizes: Sizes): Record<GraphName, GraphSpec> {
  const {
    frames_per_chunk: T,
    height,
    width,
    tokens: N,
    geometry_tokens: Ng,
    view_tokens: Nz,
    d_visual: Dv,
    d_geometry: Dg,
    d: D,
  } = sizes;
  const { working: Lw, episodic: Le, question_length: Q, answer_length: A } = sizes;
  const perceived = {
    visual_tokens: f32(T, N, Dv),
    geometry_tokens: f32(T, Ng, Dg),
    view_tokens: f32(T, Nz, Dg),
    points: f32(T, N, 3),
    centers: f32(T, N, 3),
    confidence: f32(T, N),
  };
  const state = (prefix: '' | 'next_') => ({
    [`${prefix}working`]: f32(Lw, N, D),
    [`${prefix}working_times`]: f32(Lw),
    [`${prefix}working_mask`]: mask(Lw),
    [`${prefix}episodic`]: f32(Le, N, D),
    [`${prefix}episodic_times`]: f32(Le),
    [`${prefix}episodic_mask`]: mask(Le),
  });
  return {
    perceive: {
      inputs: { frames: u8(T, height, width, 3), frame_mask: mask(T) },
      outputs: {
        ...perceived,
        camera_to_chunk: f32(T, 4, 4),
        category: i32(T, N),
        category_probability: f32(T, N),
        novelty: f32(T),
      },
      optional: { step_doubt: f32(T) },
    },
    remember: {
      inputs: {
        ...perceived,
        camera_to_world: f32(T, 4, 4),
        frame_mask: mask(T),
        frame_times: f32(T),
        ...state(''),
      },
      outputs: { ...state('next_'), episodic_slot: i32(T), gate: f32(T) },
    },
    answer: {
      inputs: { ...state(''), question_ids: i32(Q), question_mask: mask(Q) },
      outputs: { token_ids: i32(A), log_probabilities: f32(A), attention: f32(Lw + Le) },
    },
  };
}

/** The number of elements of a tensor with these dimensions. */
export const elements = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/** A graph's spec, with the optional outputs that the loaded graph has. */
export function offeredBy({ inputs, outputs, optional = {} }: GraphSpec, found: FoundGraph): GraphSpec {
  const offered = Object.entries(optional).filter(([name]) =>
    found.outputs.some((output) => output.name === name),
  );
  return { inputs, outputs: { ...outputs, ...Object.fromEntries(offered) } };
}

/**
 * Compares the loaded graphs with their specs. A graph may leave a dimension open, as loops often do, and may
 * have more outputs. It may not lack an input or output, nor have further inputs.
 * @throws BundleError that names the file, the tensor, and both shapes
 */
export function checkGraphs(specs: Record<GraphName, GraphSpec>, found: Record<GraphName, FoundGraph>): void {
  for (const graph of GRAPHS) {
    const file = `${graph}.onnx`;
    checkTensors(file, 'input', specs[graph].inputs, found[graph].inputs);
    checkTensors(file, 'output', offeredBy(specs[graph], found[graph]).outputs, found[graph].outputs);
    const stray = found[graph].inputs.find(({ name }) => !(name in specs[graph].inputs));
    if (stray !== undefined)
      throw new BundleError(
        file,
        `no input but ${Object.keys(specs[graph].inputs).join(', ')}`,
        `input ${stray.name}`,
      );
  }
}

function checkTensors(
  file: string,
  side: 'input' | 'output',
  specs: TensorSpecs,
  found: FoundTensor[],
): void {
  for (const [name, spec] of Object.entries(specs)) {
    const expectation = `${side} ${name} ${spec.type} [${spec.dims.join(', ')}]`;
    const tensor = found.find((candidate) => candidate.name === name);
    if (tensor === undefined)
      throw new BundleError(
        file,
        expectation,
        `no such ${side} (it has ${found.map(({ name: other }) => other).join(', ')})`,
      );
    const fits =
      tensor.type === spec.type &&
      tensor.dims.length === spec.dims.length &&
      tensor.dims.every((dim, axis) => typeof dim === 'string' || dim === spec.dims[axis]);
    if (!fits) throw new BundleError(file, expectation, `${tensor.type} [${tensor.dims.join(', ')}]`);
  }
}
