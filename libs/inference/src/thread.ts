import { Worker } from 'node:worker_threads';
import type { GraphName } from '@loci/contracts';
import { EngineStoppedError, InferenceError } from './errors.js';
import type { FoundGraph } from './graphs.js';
import type { NextChunk } from './next-chunk.js';
import type { Feed, TensorArrays } from './tensors.js';

/** The graphs of bundles, and the one that finds keypoints. */
export type ThreadGraph = GraphName | 'keypoints' | 'things';

export type ExecutionProvider = 'cpu' | 'cuda';

/** The data that the thread starts with. */
export interface ThreadStart {
  /** Path of each graph's file. */
  graphs: Partial<Record<ThreadGraph, string>>;
  executionProviders: readonly ExecutionProvider[];
  /** Threads that one operator may use. */
  threads: number;
}

/** A graph, what it is to read, and which of its outputs are wanted. */
export interface ThreadRun {
  graph: ThreadGraph;
  feeds: Record<string, Feed>;
  outputs: string[];
  /**
   * Of perceive: where the frames begin with those that the last such run ended with, perceive_next runs in
   * its place and does not read them again. The bits are the same.
   */
  next?: NextChunk | undefined;
}

/** Messages to the thread. */
export type ThreadCall = ({ kind: 'run'; id: number } & ThreadRun) | { kind: 'close' };

/** Messages from the thread: first whether the graphs were loaded, then the end of each run. */
export type ThreadAnswer =
  | { kind: 'loaded'; graphs: Partial<Record<ThreadGraph, FoundGraph>> }
  | { kind: 'unloadable'; graph: ThreadGraph; message: string }
  | { kind: 'ran'; id: number; arrays: TensorArrays }
  | { kind: 'failed'; id: number; message: string };

interface Pending {
  graph: ThreadGraph;
  resolve: (arrays: TensorArrays) => void;
  reject: (error: Error) => void;
}

/** The thread's program beside this file: the source in tests, else its build. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './inference-thread.ts' : './inference-thread.js',
  import.meta.url,
);

/**
 * An inference thread, seen from the main thread. session.run() blocks its thread, so it has one of its own.
 * Calls are answered in order. When the thread dies, all pending calls reject with EngineStoppedError.
 */
export class InferenceThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #crashListeners: ((error: Error) => void)[] = [];
  readonly #exited: Promise<void>;
  #nextId = 0;
  #closing = false;
  #stopped: EngineStoppedError | undefined;
  /** Resolves when the graphs are loaded, or cannot be. Rejects when the thread dies before. */
  readonly loaded: Promise<Extract<ThreadAnswer, { kind: 'loaded' | 'unloadable' }>>;

  constructor(start: ThreadStart, program: URL = PROGRAM) {
    this.#worker = new Worker(program, { workerData: start, name: 'inference' });
    const loaded = Promise.withResolvers<Extract<ThreadAnswer, { kind: 'loaded' | 'unloadable' }>>();
    this.loaded = loaded.promise;
    this.loaded.catch(() => undefined);
    this.#worker.on('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'loaded' || answer.kind === 'unloadable') loaded.resolve(answer);
      else this.#finish(answer);
    });
    let cause: unknown;
    this.#worker.on('error', (error: unknown) => {
      cause = error;
    });
    const exited = Promise.withResolvers<undefined>();
    this.#exited = exited.promise;
    this.#worker.once('exit', (code) => {
      this.#end(code, cause);
      if (this.#stopped !== undefined) loaded.reject(this.#stopped);
      exited.resolve(undefined);
    });
  }

  /** Whether no call is in flight. */
  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /**
   * Runs a graph when its turn has come. Arrays are copied, but for those in shared memory: they must stay as
   * they are until the graph has run. Those that are given away are not copied, and are empty afterwards.
   * @throws InferenceError when the graph fails, EngineStoppedError when the thread has ended or ends before
   */
  run(run: ThreadRun, giveAway = false): Promise<TensorArrays> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (this.#closing) return Promise.reject(new EngineStoppedError('the engine is closed'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { graph: run.graph, resolve, reject });
      this.#post({ kind: 'run', id, ...run }, giveAway ? buffersOf(run.feeds) : []);
    });
  }

  /** Calls back once when the thread ends unexpectedly; at once when it already has. */
  onCrash(listener: (error: Error) => void): void {
    if (this.#stopped !== undefined && !this.#closing) listener(this.#stopped);
    else this.#crashListeners.push(listener);
  }

  /** Waits for the pending calls, then ends the thread. */
  async close(): Promise<void> {
    if (!this.#closing && this.#stopped === undefined) {
      this.#closing = true;
      this.#post({ kind: 'close' });
    }
    await this.#exited;
  }

  #post(call: ThreadCall, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(call, transfer);
  }

  #finish(answer: Extract<ThreadAnswer, { kind: 'ran' | 'failed' }>): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    this.#pending.delete(answer.id);
    if (answer.kind === 'ran') pending.resolve(answer.arrays);
    else pending.reject(new InferenceError(`${pending.graph} failed: ${answer.message}`));
  }

  #end(code: number, cause: unknown): void {
    const why = this.#closing ? 'the engine is closed' : `the inference thread died (exit code ${code})`;
    const error = new EngineStoppedError(why, cause === undefined ? {} : { cause });
    this.#stopped = error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    if (!this.#closing) for (const listener of this.#crashListeners) listener(error);
  }
}

/** The memory of arrays that have a buffer of their own. */
const buffersOf = (feeds: Record<string, Feed>): ArrayBuffer[] =>
  Object.values(feeds).flatMap(({ data: { buffer, byteLength } }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
