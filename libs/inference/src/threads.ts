import { InferenceThread, type ThreadAnswer, type ThreadRun, type ThreadStart } from './thread.js';
import type { TensorArrays } from './tensors.js';

/** Chunks and clips of few frames are perceived by graphs of their own. */
const isPerceive = (graph: string): boolean => graph.startsWith('perceive');

/**
 * The inference threads: perceive has one, all other graphs share one. What follows perception, a chunk's
 * remembering and the answers, is short, and neither waits for the chunks that are perceived next nor keeps
 * them waiting. Where perception rests, its thread answers too: the questions of a memory come together.
 */
export class InferenceThreads {
  readonly #perceive: InferenceThread;
  readonly #others: InferenceThread;

  /** @param program of the threads, as for InferenceThread */
  constructor({ graphs, ...start }: ThreadStart, program?: URL) {
    const threadOf = (runs: (graph: string) => boolean): InferenceThread =>
      new InferenceThread(
        { ...start, graphs: Object.fromEntries(Object.entries(graphs).filter(([graph]) => runs(graph))) },
        program,
      );
    this.#perceive = threadOf((graph) => isPerceive(graph) || graph === 'answer');
    this.#others = threadOf((graph) => !isPerceive(graph));
  }

  /** Resolves when all graphs are loaded, or one cannot be. Rejects when a thread dies before. */
  async loaded(): Promise<Extract<ThreadAnswer, { kind: 'loaded' | 'unloadable' }>> {
    const [perceive, others] = await Promise.all([this.#perceive.loaded, this.#others.loaded]);
    if (perceive.kind === 'unloadable') return perceive;
    if (others.kind === 'unloadable') return others;
    return { kind: 'loaded', graphs: { ...perceive.graphs, ...others.graphs } };
  }

  /** As InferenceThread.run, in the graph's thread. */
  run(run: ThreadRun, giveAway: boolean): Promise<TensorArrays> {
    return this.#threadOf(run.graph).run(run, giveAway);
  }

  #threadOf(graph: string): InferenceThread {
    if (isPerceive(graph)) return this.#perceive;
    return graph === 'answer' && !this.#others.idle && this.#perceive.idle ? this.#perceive : this.#others;
  }

  /** Calls back once when a thread ends unexpectedly; at once when one already has. */
  onCrash(listener: (error: Error) => void): void {
    let told = false;
    const once = (error: Error): void => {
      if (!told) listener(error);
      told = true;
    };
    this.#perceive.onCrash(once);
    this.#others.onCrash(once);
  }

  /** Waits for the pending calls, then ends the threads. */
  async close(): Promise<void> {
    await Promise.all([this.#perceive.close(), this.#others.close()]);
  }
}
