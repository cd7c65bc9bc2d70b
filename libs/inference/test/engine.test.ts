import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { graphFrames } from '@loci/contracts';
import { readTensors } from '@loci/tensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BundleError,
  EngineStoppedError,
  ExecutionProviderError,
  InferenceError,
  loadBundle,
  openEngine,
  type Bundle,
  type Engine,
} from '../src/index.js';
import {
  editManifest,
  FIXTURES,
  NANO,
  nothing,
  replaceFile,
  someFrames,
  someQuestion,
  TINY,
  tinyCopy,
} from './tiny-bundle.js';

const CPU = { executionProviders: ['cpu'], threads: 1 } as const;

// its runs are long enough to be noticed, the tiny bundle's are not
describe('The engine of the shipped model', () => {
  let bundle: Bundle;
  let engine: Engine;
  beforeAll(async () => {
    bundle = await loadBundle(NANO);
    engine = await openEngine(bundle, CPU);
  });
  afterAll(() => engine.close());

  it('leaves the event loop free while a graph runs', async () => {
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await engine.perceive(someFrames(bundle.manifest.sizes));
    running = false;
    // runs on this thread would leave time for no more than the few turns around it
    expect(turns).toBeGreaterThan(20);
  });

  it('remembers a frame that is let in, and of masked ones nothing', async () => {
    const { sizes } = bundle.manifest;
    const chunk = { ...nothing(sizes), frameTimes: new Float32Array(sizes.frames_per_chunk).fill(99) };
    const letIn = (index: number): Uint8Array =>
      Uint8Array.from({ length: sizes.frames_per_chunk }, (_, frame) => (frame === index ? 1 : 0));
    const alone = await engine.remember({ ...chunk, frameMask: letIn(3) });
    expect([...alone.episodicSlot].flatMap((slot, index) => (slot < 0 ? [] : [index]))).toEqual([3]);
    for (const times of [alone.nextWorkingTimes, alone.nextEpisodicTimes])
      expect([...times].filter((time) => time === 99)).toHaveLength(1);
    const none = await engine.remember({ ...chunk, frameMask: letIn(-1) });
    expect([none.nextWorkingMask, none.nextEpisodicMask].flatMap((mask) => [...mask])).not.toContain(1);
  });

  it('says of every frame how doubtful it is that it goes on from the one before', async () => {
    const { stepDoubt } = await engine.perceive(someFrames(bundle.manifest.sizes));
    expect(stepDoubt).toHaveLength(bundle.manifest.sizes.frames_per_chunk);
    expect(stepDoubt.every((doubt, index) => doubt >= 0 && doubt <= 2 && (index > 0 || doubt === 0))).toBe(
      true,
    );
  });

  it('answers as the task that it is told, and to the end, whatever the question says', async () => {
    const { sizes, tasks } = bundle.manifest;
    const question = someQuestion(sizes);
    for (const [task, { token, kind }] of Object.entries(tasks)) {
      const { tokenIds } = await engine.answer({ ...question, task: bundle.tokenizer.taskId(task) });
      const [written, answer] = bundle.tokenizer.decode(tokenIds).split(' <answer> ');
      expect(written, task).toMatch(new RegExp(`^${token}( [a-z]+-?[0-9.]*)*$`));
      expect(answer, task).toMatch(kind === 'number' ? /^[0-9.]+$/ : /^[a-d]$/);
    }
  });

  it('takes few frames through a short graph, which sees in them what that of a chunk sees', async () => {
    const { sizes, golden } = bundle.manifest;
    const recorded = golden.find(({ graph }) => graph === 'perceive_short');
    const { tensors } = readTensors(await readFile(join(NANO, recorded?.inputs ?? '')));
    const frames = tensors['frames']?.data as Uint8Array<ArrayBuffer>;
    const frameMask = tensors['frame_mask']?.data as Uint8Array<ArrayBuffer>;
    const longer = sizes.frames_per_chunk / frameMask.length;
    const padded = (array: Uint8Array): Uint8Array => {
      const all = new Uint8Array(array.length * longer);
      all.set(array);
      return all;
    };
    const short = await engine.perceive({ frames, frameMask });
    const whole = await engine.perceive({ frames: padded(frames), frameMask: padded(frameMask) });
    expect([short, whole].map(({ novelty }) => novelty.length)).toEqual([
      graphFrames(bundle.manifest, frameMask.length),
      sizes.frames_per_chunk,
    ]);
    const cells = sizes.tokens * frameMask.filter((real) => real === 1).length;
    expect(short.category.slice(0, cells)).toEqual(whole.category.slice(0, cells));
    const apart = short.points
      .slice(0, 3 * cells)
      .map((value, i) => Math.abs(value - (whole.points[i] ?? 0)));
    // metres: the ways of the cameras are solved for together, in few rounds
    expect(Math.max(...apart)).toBeLessThan(0.001);
  });

  it('remembers and answers while it perceives', async () => {
    const { sizes } = bundle.manifest;
    const order: string[] = [];
    const [frames, state, question] = [someFrames(sizes), nothing(sizes), someQuestion(sizes)];
    await Promise.all([
      ...['first', 'second', 'third'].map((name) => engine.perceive(frames).then(() => order.push(name))),
      engine.remember(state).then(() => order.push('remember')),
      engine.answer(question).then(() => order.push('answer')),
    ]);
    expect(order.filter((name) => !['remember', 'answer'].includes(name))).toEqual([
      'first',
      'second',
      'third',
    ]);
    expect(order.at(-1)).toBe('third');
  });
});

describe('An engine', () => {
  let bundle: Bundle;
  let engine: Engine;
  beforeAll(async () => {
    bundle = await loadBundle(TINY);
    engine = await openEngine(bundle, CPU);
  });
  afterAll(() => engine.close());

  it('sees no jumps where the perceive graph does not say so', async () => {
    const { stepDoubt } = await engine.perceive(someFrames(bundle.manifest.sizes));
    expect([...stepDoubt]).toEqual(Array.from({ length: bundle.manifest.sizes.frames_per_chunk }, () => 0));
  });

  it('gives the same bits for the same input, and leaves the input alone', async () => {
    const input = someFrames(bundle.manifest.sizes);
    const [first, second] = [await engine.perceive(input), await engine.perceive(input)];
    expect(second).toEqual(first);
    expect(input).toEqual(someFrames(bundle.manifest.sizes));
  });

  it('does not copy what is given away, and remembers the same of it', async () => {
    const { sizes } = bundle.manifest;
    const [kept, given] = [nothing(sizes), nothing(sizes)];
    const remembered = await engine.remember(kept);
    expect(await engine.remember(given, { giveAway: true })).toEqual(remembered);
    expect(kept).toEqual(nothing(sizes));
    expect((Object.values(given) as ArrayLike<unknown>[]).every(({ length }) => length === 0)).toBe(true);
  });

  it('answers the calls that share a thread in the order in which they were made', async () => {
    const order: string[] = [];
    const { sizes } = bundle.manifest;
    await Promise.all([
      engine.remember(nothing(sizes)).then(() => order.push('first chunk')),
      engine.remember(nothing(sizes)).then(() => order.push('second chunk')),
      // while the other thread perceives
      engine.perceive(someFrames(sizes)),
      engine.answer(someQuestion(sizes)).then(() => order.push('answer')),
    ]);
    expect(order).toEqual(['first chunk', 'second chunk', 'answer']);
  });

  it('names the input that is missing or of another size, and goes on', async () => {
    const { sizes } = bundle.manifest;
    const { frames } = someFrames(sizes);
    await expect(engine.perceive({ frames } as Parameters<Engine['perceive']>[0])).rejects.toThrow(
      'perceive reads frame_mask as bool [5], which is missing',
    );
    await expect(
      engine.perceive({ frames: frames.subarray(1), frameMask: new Uint8Array(5) }),
    ).rejects.toThrow(InferenceError);
    await expect(engine.answer({ ...someQuestion(sizes), questionIds: new Int32Array(3) })).rejects.toThrow(
      'answer reads question_ids as int32 [12], and was given 3 elements',
    );
    await expect(engine.answer(someQuestion(sizes))).resolves.toBeDefined();
  });

  it('asked for CUDA where there is none says so instead of falling back', async (test) => {
    const attempt = openEngine(bundle, { executionProviders: ['cuda', 'cpu'], threads: 1 });
    const opened = await attempt.catch((error: unknown) => error);
    if (!(opened instanceof Error)) {
      await (opened as Engine).close();
      return test.skip('this machine has CUDA');
    }
    expect(opened).toBeInstanceOf(ExecutionProviderError);
    expect(opened.message).toMatch(
      /^the execution providers cuda, cpu were asked for and cannot be had on this machine: /,
    );
  });
});

describe('Closing an engine', () => {
  it('lets calls in flight end and refuses later ones', async () => {
    const bundle = await loadBundle(TINY);
    const engine = await openEngine(bundle, CPU);
    let crashed = false;
    engine.onCrash(() => (crashed = true));
    const inFlight = engine.perceive(someFrames(bundle.manifest.sizes));
    const closed = engine.close();
    await expect(engine.answer(someQuestion(bundle.manifest.sizes))).rejects.toThrow(EngineStoppedError);
    await expect(inFlight).resolves.toHaveProperty('visualTokens');
    await closed;
    await engine.close();
    await expect(engine.answer(someQuestion(bundle.manifest.sizes))).rejects.toThrow(EngineStoppedError);
    expect(crashed).toBe(false);
  });
});

describe('Graphs that do not fit their manifest', () => {
  const refusal = async (dir: string): Promise<Error> => {
    const opened = await openEngine(await loadBundle(dir), CPU).catch((error: unknown) => error);
    expect(opened).toBeInstanceOf(BundleError);
    return opened as BundleError;
  };

  it('are refused for an input of another shape, by both shapes', async () => {
    const dir = await tinyCopy();
    await replaceFile(
      dir,
      'perceive.onnx',
      await readFile(join(FIXTURES, 'broken/perceive-of-taller-frames.onnx')),
    );
    expect((await refusal(dir)).message).toBe(
      'perceive.onnx: expected input frames uint8 [5, 8, 12, 3], found uint8 [5, 9, 12, 3]',
    );
  });

  it('are refused for a missing input, by its name', async () => {
    const dir = await tinyCopy();
    await replaceFile(
      dir,
      'remember.onnx',
      await readFile(join(FIXTURES, 'broken/remember-without-frame-times.onnx')),
    );
    expect((await refusal(dir)).message).toMatch(
      /^remember\.onnx: expected input frame_times float32 \[5\], found no such input \(it has visual_tokens, /,
    );
  });

  it('are refused when the manifest states other sizes than they were made for', async () => {
    const dir = await tinyCopy();
    await editManifest(dir, (manifest) => (manifest.sizes.episodic = 32));
    expect((await refusal(dir)).message).toMatch(
      /^remember\.onnx: expected input episodic float32 \[32, 6, 6\], found float32 \[4, 6, 6\]$/,
    );
  });

  it('are refused when they are no graphs at all', async () => {
    const dir = await tinyCopy();
    await replaceFile(dir, 'answer.onnx', 'no graph');
    expect((await refusal(dir)).message).toMatch(
      /^answer\.onnx: expected a graph that ONNX Runtime loads, found /,
    );
  });

  it('are refused when one file stands in for another', async () => {
    const dir = await tinyCopy();
    await replaceFile(dir, 'answer.onnx', await readFile(join(TINY, 'perceive.onnx')));
    expect((await refusal(dir)).message).toMatch(/^answer\.onnx: expected input working/);
  });
});
