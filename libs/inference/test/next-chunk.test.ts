import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensors } from '@loci/tensors';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  listBundles,
  loadBundle,
  openEngine,
  type Bundle,
  type Engine,
  type PerceiveInput,
} from '../src/index.js';
import { goingOn, NANO, replaceFile, TINY } from './tiny-bundle.js';

const CPU = { executionProviders: ['cpu'], threads: 1 } as const;

describe('An engine whose bundle has a graph for chunks that go on', () => {
  let bundle: Bundle;
  let engine: Engine;
  const copies: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    bundle = await loadBundle(await goingOn((remove) => copies.push(remove)));
    engine = await openEngine(bundle, CPU);
  });
  afterAll(async () => {
    await engine.close();
    for (const remove of copies) await remove();
  });

  /** Frames from a place of one long clip on: a chunk begins 3 frames after the one before. */
  const chunkAt = (frame: number): PerceiveInput => {
    const { sizes } = bundle.manifest;
    const bytes = sizes.height * sizes.width * 3;
    const clip = Uint8Array.from({ length: 40 * bytes }, (_, index) => (index * index) % 251);
    const frames = clip.subarray(frame * bytes, (frame + sizes.frames_per_chunk) * bytes);
    return { frames, frameMask: new Uint8Array(sizes.frames_per_chunk).fill(1) };
  };
  const perceived = async (...frames: number[]): Promise<Float32Array | undefined> => {
    const outputs = await Promise.all(frames.map((frame) => engine.perceive(chunkAt(frame))));
    return outputs.at(-1)?.points;
  };

  // the graphs of the tiny bundle give other values, unlike those of a real one: they show which one ran
  it('goes on from what it has read of the pictures that both chunks show', async () => {
    const [alone, after] = [await perceived(20, 3), await perceived(0, 3)];
    expect(after).not.toEqual(alone);
    expect(await perceived(20, 0, 3)).toEqual(after);
    // what was read is that of the chunk just before
    expect(await perceived(20, 0, 3, 6)).not.toEqual(await perceived(20, 3, 6));
  });

  it('is refused when a chunk leaves other readings than the next one takes', async () => {
    const dir = await goingOn();
    await replaceFile(dir, 'perceive.onnx', await readFile(join(TINY, 'perceive.onnx')));
    await expect(openEngine(await loadBundle(dir), CPU)).rejects.toThrow(
      /^perceive\.onnx: expected output next_reading float32 \[2, 6\], found no such output/,
    );
  });

  it('reads all pictures of a chunk that begins with others than the one before ended with', async () => {
    const alone = await perceived(20, 3);
    expect(await perceived(0, 4, 3)).toEqual(alone);
    expect(await perceived(0, 3, 3)).toEqual(alone);
  });
});

async function chunkIn(inputs: string): Promise<PerceiveInput> {
  const { tensors } = readTensors(await readFile(join(NANO, inputs)));
  return {
    frames: tensors['frames']?.data as Uint8Array,
    frameMask: tensors['frame_mask']?.data as Uint8Array,
  };
}

describe('The shipped model', () => {
  it.each([
    ['', 'float'],
    [' in 8 bits', '8bit'],
  ] as const)('perceives%s a chunk that goes on as it does alone, bit for bit', async (_, precision) => {
    const [bundle] = await listBundles(NANO, precision);
    if (bundle === undefined) throw new Error('there is a bundle');
    const engine = await openEngine(bundle, CPU);
    onTestFinished(() => engine.close());
    const { sizes, golden } = bundle.manifest;
    const chunks = golden.filter(({ graph }) => graph === 'perceive').map(({ inputs }) => chunkIn(inputs));
    const [first, second] = await Promise.all(chunks);
    if (first === undefined || second === undefined) throw new Error('there are two cases of perceive');
    const shared = sizes.overlap * sizes.height * sizes.width * 3;
    expect(Buffer.compare(first.frames.subarray(-shared), second.frames.subarray(0, shared))).toBe(0);
    const blank = { ...first, frames: new Uint8Array(first.frames.length) };
    const alone = (await Promise.all([blank, second].map((chunk) => engine.perceive(chunk))))[1];
    const after = (await Promise.all([first, second].map((chunk) => engine.perceive(chunk))))[1];
    expect(after).toEqual(alone);
  });
});
