import { join } from 'node:path';
import type { GraphName } from '@loci/contracts';
import type { Bundle } from './bundle.js';
import { answerOutput, arraysOf, perceiveOutput, rememberOutput } from './calls.js';
import type {
  AnswerInput,
  AnswerOutput,
  PerceiveInput,
  PerceiveOutput,
  RememberInput,
  RememberOutput,
} from './calls.js';
import { BundleError, ExecutionProviderError } from './errors.js';
import { checkGraphs, elements, graphSpecs, offeredBy, type GraphSpec, type TensorSpecs } from './graphs.js';
import { feedsOf, type TensorArrays } from './tensors.js';
import { InferenceThread, type ExecutionProvider } from './thread.js';

export interface EngineOptions {
  /** Where the graphs run, in order of preference. All of them must be available. */
  executionProviders: readonly ExecutionProvider[];
  /** Threads that one operator may use; 1 gives the same bits everywhere. */
  threads: number;
}

/**
 * A bundle's three graphs, loaded and warm. Calls run one after the other on a thread of their own. Remember
 * calls go before the others that wait.
 */
export interface Engine {
  /** One chunk's frames into features. */
  perceive(input: PerceiveInput): Promise<PerceiveOutput>;
  /** One chunk's features into the memory. */
  remember(input: RememberInput): Promise<RememberOutput>;
  /** One question's answer from the memory. */
  answer(input: AnswerInput): Promise<AnswerOutput>;
  /** Calls back once when the inference thread dies; every call then rejects with EngineStoppedError. */
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
  { executionProviders, threads }: EngineOptions,
): Promise<Engine> {
  const path = (graph: GraphName): string => join(bundle.dir, `${graph}.onnx`);
  const thread = new InferenceThread({
    graphs: { perceive: path('perceive'), remember: path('remember'), answer: path('answer') },
    executionProviders,
    threads,
  });
  try {
    const specs = graphSpecs(bundle.manifest.sizes);
    const loaded = await thread.loaded;
    if (loaded.kind === 'unloadable') throw unloadable(loaded, executionProviders);
    checkGraphs(specs, loaded.graphs);
    const engine = new ThreadEngine(thread, {
      perceive: offeredBy(specs.perceive, loaded.graphs.perceive),
      remember: offeredBy(specs.remember, loaded.graphs.remember),
      answer: offeredBy(specs.answer, loaded.graphs.answer),
    });
    await engine.warmUp();
    return engine;
  } catch (error) {
    await thread.close();
    throw error;
  }
}

function unloadable(
  { graph, message }: { graph: GraphName; message: string },
  executionProviders: readonly ExecutionProvider[],
): Error {
  const cause = new Error(message);
  // only the runtime's message tells a broken graph from a missing provider
  if (executionProviders.includes('cuda') && /cuda|execution ?provider|shared librar|backend/i.test(message))
    return new ExecutionProviderError(executionProviders, { cause });
  return new BundleError(`${graph}.onnx`, 'a graph that ONNX Runtime loads', message, { cause });
}

class ThreadEngine implements Engine {
  constructor(
    private readonly thread: InferenceThread,
    private readonly specs: Record<GraphName, GraphSpec>,
  ) {}

  async perceive(input: PerceiveInput): Promise<PerceiveOutput> {
    return perceiveOutput(this.specs.perceive.outputs, await this.#run('perceive', arraysOf(input)));
  }
  async remember(input: RememberInput): Promise<RememberOutput> {
    return rememberOutput(this.specs.remember.outputs, await this.#run('remember', arraysOf(input)));
  }
  async answer(input: AnswerInput): Promise<AnswerOutput> {
    return answerOutput(this.specs.answer.outputs, await this.#run('answer', arraysOf(input)));
  }
  onCrash(listener: (error: Error) => void): void {
    this.thread.onCrash(listener);
  }
  close(): Promise<void> {
    return this.thread.close();
  }

  /** Runs each graph once on zeros: the first run allocates memory, and reveals outputs of a wrong shape. */
  async warmUp(): Promise<void> {
    perceiveOutput(
      this.specs.perceive.outputs,
      await this.#run('perceive', zeros(this.specs.perceive.inputs)),
    );
    rememberOutput(
      this.specs.remember.outputs,
      await this.#run('remember', zeros(this.specs.remember.inputs)),
    );
    answerOutput(this.specs.answer.outputs, await this.#run('answer', zeros(this.specs.answer.inputs)));
  }

  #run(graph: GraphName, arrays: TensorArrays): Promise<TensorArrays> {
    const { inputs, outputs } = this.specs[graph];
    return this.thread.run(graph, feedsOf(graph, inputs, arrays), Object.keys(outputs));
  }
}

function zeros(specs: TensorSpecs): TensorArrays {
  const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, dims }]) => [name, new arrays[type](elements(dims))]),
  );
}
