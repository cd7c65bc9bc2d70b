import {
  GRAPHS,
  type GraphName,
  type Manifest,
  type ReadingSection,
  type RequiredGraph,
  type ShortGraph,
  type Sizes,
} from '@loci/contracts';
import { BundleError } from './errors.js';

export type ElementType = 'float32' | 'uint8' | 'int32' | 'bool';
export interface TensorSpec {
  type: ElementType;
  dims: readonly number[];
}
/** A tensor of a graph, a symbol where the graph leaves the dimension open. */
export interface OpenSpec {
  type: ElementType;
  dims: readonly (number | string)[];
}
export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export interface GraphSpec {
  inputs: TensorSpecs;
  outputs: TensorSpecs;
  /** Inputs that a graph need not ask for. */
  optionalInputs?: TensorSpecs;
  /** Outputs that a graph may lack. */
  optional?: TensorSpecs;
}

/** A graph whose shapes may have open dimensions. */
export interface OpenGraphSpec {
  inputs: Readonly<Record<string, OpenSpec>>;
  outputs: Readonly<Record<string, OpenSpec>>;
  optionalInputs?: Readonly<Record<string, OpenSpec>>;
  optional?: Readonly<Record<string, OpenSpec>>;
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

/** Names, types and shapes of the required graphs' tensors for a bundle's sizes (docs/design/bundle.md). */
export function graphSpecs(sizes: Sizes): Record<RequiredGraph, GraphSpec> {
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
      optionalInputs: { task: i32(1) },
      outputs: { token_ids: i32(A), log_probabilities: f32(A), attention: f32(Lw + Le) },
    },
  };
}

/** The graphs' tensors where T is that of the short graphs; none where the bundle has no such graphs. */
export function shortSpecs({
  sizes,
  short,
}: Pick<Manifest, 'sizes' | 'short'>): Partial<Record<ShortGraph, GraphSpec>> {
  if (short === undefined) return {};
  const { perceive, remember } = graphSpecs({ ...sizes, frames_per_chunk: short.frames });
  return { perceive_short: perceive, remember_short: remember };
}

/** The tensors of the read graph for a sequence of R tokens, or with R left open. */
export function readSpecs({ labels }: Pick<ReadingSection, 'labels'>): OpenGraphSpec;
export function readSpecs({ labels }: Pick<ReadingSection, 'labels'>, R: number): GraphSpec;
export function readSpecs({ labels }: Pick<ReadingSection, 'labels'>, R: number | 'R' = 'R'): OpenGraphSpec {
  const { tasks, reasons, units, things, roles } = labels;
  const tensor = (type: ElementType, ...dims: (number | string)[]): OpenSpec => ({ type, dims });
  return {
    inputs: { token_ids: tensor('int32', R), segments: tensor('int32', R) },
    outputs: {
      task: tensor('float32', tasks.length),
      reason: tensor('float32', reasons.length),
      unit: tensor('float32', units.length),
      things: tensor('float32', R, things.length),
      roles: tensor('float32', R, roles.length),
      starts: tensor('float32', R),
    },
  };
}

/** The number of elements of a tensor with these dimensions. */
export const elements = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

const offered = <S>(optional: Readonly<Record<string, S>>, found: FoundTensor[]): Record<string, S> =>
  Object.fromEntries(Object.entries(optional).filter(([name]) => found.some((each) => each.name === name)));

/** A graph's spec, with the optional inputs and outputs that the loaded graph has. */
export const offeredBy = (
  { inputs, outputs, optionalInputs = {}, optional = {} }: GraphSpec,
  found: FoundGraph,
): GraphSpec => ({
  inputs: { ...inputs, ...offered(optionalInputs, found.inputs) },
  outputs: { ...outputs, ...offered(optional, found.outputs) },
});

/**
 * Compares the loaded graphs with their specs. A graph may leave a dimension open, as loops often do, and may
 * have more outputs. It may not lack an input or output, nor have further inputs.
 * @throws BundleError that names the file, the tensor, and both shapes
 */
export function checkGraphs(
  specs: Record<RequiredGraph, GraphSpec>,
  files: Readonly<Record<RequiredGraph, string>>,
  found: Partial<Record<GraphName, FoundGraph>>,
): void {
  for (const graph of GRAPHS)
    checkGraph(files[graph], specs[graph], found[graph] ?? { inputs: [], outputs: [] });
}

/** Compares one loaded graph with its spec. @throws BundleError */
export function checkGraph(file: string, spec: OpenGraphSpec, found: FoundGraph): void {
  const inputs = { ...spec.inputs, ...offered(spec.optionalInputs ?? {}, found.inputs) };
  checkTensors(file, 'input', inputs, found.inputs);
  checkTensors(
    file,
    'output',
    { ...spec.outputs, ...offered(spec.optional ?? {}, found.outputs) },
    found.outputs,
  );
  const stray = found.inputs.find(({ name }) => !(name in inputs));
  if (stray !== undefined)
    throw new BundleError(file, `no input but ${Object.keys(inputs).join(', ')}`, `input ${stray.name}`);
}

function checkTensors(
  file: string,
  side: 'input' | 'output',
  specs: Readonly<Record<string, OpenSpec>>,
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
    // what the spec leaves open must be open in an input: another length would be refused at run time
    const fits =
      tensor.type === spec.type &&
      tensor.dims.length === spec.dims.length &&
      tensor.dims.every((dim, axis) => typeof dim === 'string' || dim === spec.dims[axis]);
    if (!fits) throw new BundleError(file, expectation, `${tensor.type} [${tensor.dims.join(', ')}]`);
  }
}
