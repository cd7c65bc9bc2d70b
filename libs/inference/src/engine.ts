import { join } from 'node:path';
import type { GraphName, RequiredGraph, ShortGraph } from '@loci/contracts';
import type { Bundle } from './bundle.js';
import { answerOutput, arraysOf, perceiveOutput, readOutput, rememberOutput } from './calls.js';
import type {
  AnswerInput,
  AnswerOutput,
  PerceiveInput,
  PerceiveOutput,
  ReadInput,
  ReadOutput,
  RememberInput,
  RememberOutput,
} from './calls.js';
import { BundleError, ExecutionProviderError, InferenceError } from './errors.js';
import {
  checkGraph,
  checkGraphs,
  elements,
  graphSpecs,
  offeredBy,
  readSpecs,
  shortSpecs,
  type FoundGraph,
  type GraphSpec,
  type TensorSpecs,
} from './graphs.js';
import { checkNext, type NextChunk } from './next-chunk.js';
import { feedsOf, type TensorArrays } from './tensors.js';
import type { ExecutionProvider, ThreadGraph } from './thread.js';
import { InferenceThreads } from './threads.js';

export interface EngineOptions {
  /** Where the graphs run, in order of preference. All of them must be available. */
  executionProviders: readonly ExecutionProvider[];
  /** Threads that one operator may use; 1 gives the same bits everywhere. */
  threads: number;
}

/**
 * A bundle's graphs, loaded and warm. Calls of perceive run one after the other on a thread of their own, and
 * so do all others on another. Answers run on both while nothing is perceived.
 */
export interface Engine {
  /**
   * One chunk's frames into features, by the graph that the length of its mask says. Frames that the chunk
   * before ended with are not read again.
   */
  perceive(input: PerceiveInput): Promise<PerceiveOutput>;
  /**
   * One chunk's features into the memory, by the graph that the length of its mask says.
   * @param options `giveAway`: the input's arrays are not copied, and are empty afterwards
   */
  remember(input: RememberInput, options?: { giveAway?: boolean }): Promise<RememberOutput>;
  /** One question's answer from the memory. */
  answer(input: AnswerInput): Promise<AnswerOutput>;
  /** One question's words. @throws InferenceError where the bundle has no read graph */
  read(input: ReadInput): Promise<ReadOutput>;
  /** Calls back once when an inference thread dies; its calls then reject with EngineStoppedError. */
  onCrash(listener: (error: Error) => void): void;
  /** Waits for the calls in flight, then frees the graphs. Later calls reject. */
  close(): Promise<void>;
}

/**
 * Loads a bundle's graphs, checks their inputs and outputs against the manifest's sizes, and runs each once.
 * @throws BundleError when a graph does not load or has other shapes
 * @throws ExecutionProviderError when an execution provider is not available
 */
export async function openEngine(
  bundle: Bundle,
  { executionProviders, threads: operatorThreads }: EngineOptions,
): Promise<Engine> {
  const { sizes, reading } = bundle.manifest;
  const files = filesOf(bundle, executionProviders);
  const threads = new InferenceThreads({
    graphs: Object.fromEntries(Object.entries(files).map(([graph, file]) => [graph, join(bundle.dir, file)])),
    executionProviders,
    threads: operatorThreads,
  });
  try {
    const specs = graphSpecs(sizes);
    const loaded = await threads.loaded();
    if (loaded.kind === 'unloadable') throw unloadable(loaded, files, executionProviders);
    const { graphs } = loaded;
    checkGraphs(specs, files, graphs);
    if (reading !== undefined) checkGraph(reading.graph, readSpecs(reading), graphs.read ?? NO_GRAPH);
    const short = Object.entries(shortSpecs(bundle.manifest)) as [ShortGraph, GraphSpec][];
    for (const [graph, spec] of short) checkGraph(files[graph] ?? graph, spec, graphs[graph] ?? NO_GRAPH);
    const next =
      files.perceive_next === undefined
        ? undefined
        : checkNext(files.perceive_next, files.perceive, sizes, {
            perceive: graphs.perceive ?? NO_GRAPH,
            next: graphs.perceive_next ?? NO_GRAPH,
          });
    const taken = {
      perceive: offeredBy(specs.perceive, graphs.perceive ?? NO_GRAPH),
      remember: offeredBy(specs.remember, graphs.remember ?? NO_GRAPH),
      answer: offeredBy(specs.answer, graphs.answer ?? NO_GRAPH),
      ...Object.fromEntries(
        short.map(([graph, spec]) => [graph, offeredBy(spec, graphs[graph] ?? NO_GRAPH)]),
      ),
    };
    const engine = new ThreadEngine(threads, bundle, taken, next);
    await engine.warmUp();
    return engine;
  } catch (error) {
    await threads.close();
    throw error;
  }
}

const NO_GRAPH: FoundGraph = { inputs: [], outputs: [] };

type GraphFiles = Record<RequiredGraph, string> & Partial<Record<ThreadGraph, string>>;
type GraphSpecs = Record<RequiredGraph, GraphSpec> & Partial<Record<ShortGraph, GraphSpec>>;

/**
 * The graphs' files within the bundle. On other processors than the CPU, a frame's bits may depend on how
 * many are read with it: there, none is read without those before.
 */
const filesOf = (
  { manifest: { reading, short, next }, perceive }: Bundle,
  executionProviders: readonly ExecutionProvider[],
): GraphFiles => ({
  perceive,
  remember: 'remember.onnx',
  answer: 'answer.onnx',
  ...(reading === undefined ? {} : { read: reading.graph }),
  ...(short === undefined ? {} : { perceive_short: short.perceive, remember_short: short.remember }),
  ...(next !== undefined && executionProviders.every((provider) => provider === 'cpu')
    ? { perceive_next: next.perceive }
    : {}),
});

function unloadable(
  { graph, message }: { graph: ThreadGraph; message: string },
  files: GraphFiles,
  executionProviders: readonly ExecutionProvider[],
): Error {
  const cause = new Error(message);
  // only the runtime's message tells a broken graph from a missing provider
  if (executionProviders.includes('cuda') && /cuda|execution ?provider|shared librar|backend/i.test(message))
    return new ExecutionProviderError(executionProviders, { cause });
  return new BundleError(files[graph] ?? graph, 'a graph that ONNX Runtime loads', message, { cause });
}

class ThreadEngine implements Engine {
  constructor(
    private readonly threads: InferenceThreads,
    private readonly bundle: Bundle,
    private readonly specs: GraphSpecs,
    private readonly next: NextChunk | undefined,
  ) {}

  perceive(input: PerceiveInput): Promise<PerceiveOutput> {
    return this.#perceive(arraysOf(input));
  }
  remember(input: RememberInput, { giveAway = false } = {}): Promise<RememberOutput> {
    return this.#remember(arraysOf(input), giveAway);
  }
  answer(input: AnswerInput): Promise<AnswerOutput> {
    return this.#answer(arraysOf(input));
  }
  async read(input: ReadInput): Promise<ReadOutput> {
    const { reading } = this.bundle.manifest;
    if (reading === undefined) throw new InferenceError(`${this.bundle.manifest.name} has no read graph`);
    const specs = readSpecs(reading, input.tokenIds.length);
    return readOutput(specs.outputs, await this.#run('read', specs, arraysOf(input)));
  }
  onCrash(listener: (error: Error) => void): void {
    this.threads.onCrash(listener);
  }
  close(): Promise<void> {
    return this.threads.close();
  }

  /** Runs each graph once on zeros: the first run allocates memory, and reveals outputs of a wrong shape. */
  async warmUp(): Promise<void> {
    const { perceive, perceive_short, remember, remember_short, answer } = this.specs;
    // a second time, for the graph of a chunk that goes on
    const again = this.next === undefined ? undefined : perceive;
    for (const spec of [perceive, again, perceive_short])
      if (spec !== undefined) await this.#perceive(zeros(spec.inputs));
    for (const spec of [remember, remember_short])
      if (spec !== undefined) await this.#remember(zeros(spec.inputs));
    // two at once: on both threads
    await Promise.all([this.#answer(zeros(answer.inputs)), this.#answer(zeros(answer.inputs))]);
    if (this.bundle.manifest.reading === undefined) return;
    // two lengths show that none is built into the graph
    for (const length of [3, 16])
      await this.read({ tokenIds: new Int32Array(length), segments: new Int32Array(length) });
  }

  async #perceive(arrays: TensorArrays): Promise<PerceiveOutput> {
    const [graph, spec] = this.#taking('perceive', arrays);
    return perceiveOutput(spec.outputs, await this.#run(graph, spec, arrays));
  }
  async #remember(arrays: TensorArrays, giveAway = false): Promise<RememberOutput> {
    const [graph, spec] = this.#taking('remember', arrays);
    return rememberOutput(spec.outputs, await this.#run(graph, spec, arrays, giveAway));
  }
  async #answer(arrays: TensorArrays): Promise<AnswerOutput> {
    const { answer } = this.specs;
    return answerOutput(answer.outputs, await this.#run('answer', answer, arrays));
  }

  /** The short graph for a mask of its length, else that of a chunk, which says what it reads. */
  #taking(graph: 'perceive' | 'remember', arrays: TensorArrays): [GraphName, GraphSpec] {
    const name = `${graph}_short` as const;
    const short = this.specs[name];
    const isShort =
      short !== undefined && arrays['frame_mask']?.length === short.inputs['frame_mask']?.dims[0];
    return isShort ? [name, short] : [graph, this.specs[graph]];
  }

  #run(
    graph: GraphName,
    { inputs, outputs }: GraphSpec,
    arrays: TensorArrays,
    giveAway = false,
  ): Promise<TensorArrays> {
    const feeds = feedsOf(graph, inputs, arrays);
    const next = graph === 'perceive' ? this.next : undefined;
    return this.threads.run({ graph, feeds, outputs: Object.keys(outputs), next }, giveAway);
  }
}

function zeros(specs: TensorSpecs): TensorArrays {
  const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, dims }]) => [name, new arrays[type](elements(dims))]),
  );
}
