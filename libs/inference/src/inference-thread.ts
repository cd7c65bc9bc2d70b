// The program of the inference thread. Tests run it from this source, so it may import only types from the
// files beside it.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { FoundTensor } from './graphs.js';
import type { NextChunk } from './next-chunk.js';
import type { Feed, TensorArray } from './tensors.js';
import type { ThreadAnswer, ThreadCall, ThreadGraph, ThreadRun, ThreadStart } from './thread.js';

// on Node 24, onnxruntime-node uses this global for float16 tensors and fails; Loci has no float16 tensors
Reflect.deleteProperty(globalThis, 'Float16Array');
const { InferenceSession: Sessions, Tensor: Tensors } = await import('onnxruntime-node');

if (parentPort === null) throw new Error('this file is the program of a worker thread');
const port = parentPort;
const start = workerData as ThreadStart;
const sessions = new Map<ThreadGraph, InferenceSession>();

async function load(): Promise<ThreadAnswer> {
  const graphs: Partial<Record<ThreadGraph, { inputs: FoundTensor[]; outputs: FoundTensor[] }>> = {};
  for (const [graph, path] of Object.entries(start.graphs) as [ThreadGraph, string][]) {
    let session: InferenceSession;
    try {
      session = await Sessions.create(path, {
        executionProviders: [...start.executionProviders],
        intraOpNumThreads: start.threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        // a pattern of the first run's memory would only add a second arena, and saves no time
        enableMemPattern: false,
        logSeverityLevel: 3,
      });
    } catch (error) {
      return { kind: 'unloadable', graph, message: messageOf(error) };
    }
    sessions.set(graph, session);
    graphs[graph] = { inputs: session.inputMetadata.map(found), outputs: session.outputMetadata.map(found) };
  }
  return { kind: 'loaded', graphs };
}

function found(tensor: InferenceSession.ValueMetadata): FoundTensor {
  return tensor.isTensor
    ? { name: tensor.name, type: tensor.type, dims: tensor.shape }
    : { name: tensor.name, type: 'not a tensor', dims: [] };
}

async function run(
  call: Extract<ThreadCall, { kind: 'run' }>,
): Promise<{ answer: ThreadAnswer; transfer: ArrayBuffer[] }> {
  const { id, graph, feeds, outputs, next } = call;
  try {
    const results =
      next === undefined ? await sessionOf(graph).run(tensorsOf(feeds), outputs) : await runChunk(call, next);
    const arrays: Record<string, TensorArray> = {};
    const transfer: ArrayBuffer[] = [];
    for (const name of outputs) {
      const array = results[name]?.data as TensorArray;
      arrays[name] = array;
      if (array.buffer instanceof ArrayBuffer) transfer.push(array.buffer);
    }
    return { answer: { kind: 'ran', id, arrays }, transfer };
  } catch (error) {
    return { answer: { kind: 'failed', id, message: messageOf(error) }, transfer: [] };
  } finally {
    for (const { data } of Object.values(feeds)) release(data);
  }
}

/** Gives memory back that only this thread has; the collector, which sees little of it, would come late. */
function release({ buffer }: TensorArray): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** The pictures that the last chunk ended with, and what was read of them, by the reading's name. */
let ended: { pictures: Uint8Array; readings: Record<string, Tensor> } | undefined;

/**
 * Runs perceive; where the chunk begins with the pictures that the last one ended with, perceive_next on the
 * others. Whether it does is seen from the pictures alone, so it is the same wherever they come from.
 */
async function runChunk(
  { feeds, outputs }: ThreadRun,
  next: NextChunk,
): Promise<InferenceSession.ReturnType> {
  const { frames, ...mask } = feeds;
  if (frames === undefined || !(frames.data instanceof Uint8Array)) throw new Error('a chunk has frames');
  const { data, dims } = frames;
  const count = dims[0] ?? 0;
  const bytes = (data.length / count) * next.shared;
  const all = [...outputs, ...next.readings.map((name) => `next_${name}`)];
  let results: InferenceSession.ReturnType;
  if (ended !== undefined && Buffer.compare(ended.pictures, data.subarray(0, bytes)) === 0) {
    const rest: Feed = {
      ...frames,
      data: data.subarray(bytes),
      dims: [count - next.shared, ...dims.slice(1)],
    };
    const given = { ...tensorsOf({ ...mask, frames: rest }), ...ended.readings };
    results = await sessionOf('perceive_next').run(given, all);
  } else {
    results = await sessionOf('perceive').run(tensorsOf(feeds), all);
  }
  const readings: Record<string, Tensor> = {};
  for (const name of next.readings) readings[name] = results[`next_${name}`] as Tensor;
  for (const { data: before } of Object.values(ended?.readings ?? {})) release(before as TensorArray);
  const pictures = ended?.pictures.length === bytes ? ended.pictures : new Uint8Array(bytes);
  pictures.set(data.subarray(-bytes));
  ended = { pictures, readings };
  return results;
}

function sessionOf(graph: ThreadGraph): InferenceSession {
  const session = sessions.get(graph);
  if (session === undefined) throw new Error(`${graph} is not loaded`);
  return session;
}

const tensorsOf = (feeds: Record<string, Feed>): Record<string, OnnxValue> =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensors(type, data, dims)]),
  );
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function close(): Promise<void> {
  for (const session of sessions.values()) await session.release();
  port.close();
}

let last = Promise.resolve();
port.on('message', (call: ThreadCall) => {
  last = last.then(async () => {
    if (call.kind === 'close') return close();
    const { answer, transfer } = await run(call);
    port.postMessage(answer, transfer);
  });
});
port.postMessage(await load());
