import { readFile } from 'node:fs/promises';
import {
  START,
  localizeChunk,
  selectKeyframes,
  type Handover,
  type LocalizedChunk,
} from '@loci/localization';
import type { Tensor } from '@loci/tensors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FRAMES, FRESH, OVERLAP, TOKENS, chunkTensors, localizeArguments, roomChunk } from './chunks.js';
import { LocalizerProcess, type Answered } from './localizer-process.js';

const MANIFEST = new URL('../../../models/loci-nano/manifest.json', import.meta.url);

let localizer: LocalizerProcess;
beforeEach(() => {
  localizer = new LocalizerProcess();
});
afterEach(async () => {
  await localizer.end();
});

const truthsOf = (tensor: Tensor | undefined): number[] =>
  [...(tensor?.data ?? [])].flatMap((bit, index) => (bit === 1 ? [index] : []));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('the localizer', () => {
  it('places chunks bit for bit as the runtime does, padded or not', async () => {
    let before: Handover = START;
    for (const index of [0, 1, 2]) {
      const chunk = roomChunk(index, { boundary: index === 1 ? 4 : -1 });
      const { tensors, error } = await localizer.ask(
        'localize',
        localizeArguments(index),
        chunkTensors(chunk, FRAMES + 3 * index),
      );
      expect(error).toBeUndefined();
      const wanted: LocalizedChunk = localizeChunk(before, chunk, {
        firstFrame: index * FRESH,
        last: false,
        seenS: (frame) => frame / 2,
        metricScale: true,
        objectCategories: new Set([3, 4, 5, 6]),
        sizes: { tokens: TOKENS, overlap: OVERLAP },
      });
      expect(tensors['points']).toMatchObject({
        dims: [FRAMES, TOKENS, 3],
        data: wanted.placedFrames.points,
      });
      expect(tensors['centers']?.data).toEqual(wanted.placedFrames.centers);
      expect(tensors['camera_to_world']).toMatchObject({
        dims: [FRAMES, 4, 4],
        data: wanted.placedFrames.cameraToWorld,
      });
      expect(truthsOf(tensors['keyframe'])).toEqual(
        [...wanted.keyframes.keys()].filter((i) => wanted.keyframes[i]),
      );
      before = wanted;
    }
  });

  it('keeps lost frames, and releases them where they belong once that is known', async () => {
    const ask = (index: number, over: Parameters<typeof roomChunk>[1], last = false): Promise<Answered> =>
      localizer.ask('localize', localizeArguments(index, { last }), chunkTensors(roomChunk(index, over)));
    await ask(0, {});
    const lost = await ask(1, { boundary: 5, blankFrom: 5 });
    expect(lost.result).toEqual({
      lost: true,
      chunk: 1,
      shot_boundaries: [5],
    });
    expect(truthsOf(lost.tensors['localized'])).toEqual(range(OVERLAP, 5));
    expect(truthsOf(lost.tensors['pending'])).toEqual([5, 6, 7]);
    expect(lost.tensors['released_points']?.dims).toEqual([0, TOKENS, 3]);
    const still = await ask(2, { blankFrom: 0 });
    expect(truthsOf(still.tensors['pending'])).toEqual(range(OVERLAP, FRAMES));
    const found = await ask(3, {});
    expect(found.result).toMatchObject({ lost: false, chunk: 3 });
    expect([...(found.tensors['released_frame']?.data ?? [])]).toEqual([11, 12, 13, ...range(14, 20)]);
    expect([...(found.tensors['released_chunk']?.data ?? [])]).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect(found.tensors['released_camera_to_world']?.dims).toEqual([9, 4, 4]);
    expect(found.tensors['released_keyframe']?.dims).toEqual([9]);
    expect(truthsOf(found.tensors['localized'])).toEqual(range(OVERLAP, FRAMES));
  });

  it('keeps sessions apart, and begins one anew that was dropped', async () => {
    const first = (session: string): Promise<Answered> =>
      localizer.ask('localize', localizeArguments(0, { session }), chunkTensors(roomChunk(0)));
    expect((await first('one')).result).toMatchObject({ chunk: 0 });
    expect((await first('two')).result).toMatchObject({ chunk: 0 });
    expect((await first('one')).result).toMatchObject({ chunk: 1 });
    expect((await localizer.ask('drop', { session: 'one' })).result).toEqual({ dropped: true });
    expect((await localizer.ask('drop', { session: 'one' })).result).toEqual({ dropped: false });
    expect((await first('one')).result).toMatchObject({ chunk: 0 });
  });

  it('answers requests in their order, however many are sent at once', async () => {
    for (const index of range(0, 20))
      localizer.send(
        'localize',
        localizeArguments(0, { session: `video ${index}`, held: 1 + (index % FRAMES) }),
        chunkTensors(roomChunk(0)),
      );
    for (const index of range(0, 20))
      expect((await localizer.reply()).tensors['localized']?.dims).toEqual([1 + (index % FRAMES)]);
  });

  it('selects the keyframes of a whole tour', async () => {
    const there = roomChunk(0, { frames: 30 });
    const poses = Float32Array.of(...there.cameraToChunk, ...there.cameraToChunk);
    const times = Float32Array.from({ length: 60 }, (_, frame) => frame / 2);
    const { tensors } = await localizer.ask(
      'keyframes',
      {},
      {
        poses: { dtype: 'f32', dims: [60, 4, 4], data: poses },
        times: { dtype: 'f32', dims: [60], data: times },
      },
    );
    expect(truthsOf(tensors['keyframe'])).toEqual(range(0, 30));
    expect(selectKeyframes([], poses, times).keyframes.lastIndexOf(true)).toBe(29);
  });

  it('says how sure answers are, and of what terms that is made', async () => {
    const manifest = {
      tokens: { pad: '<pad>', bos: '<bos>', eos: '<eos>', answer: '<answer>', unknown: '<unk>' },
      tasks: { object_counting: { token: '<count>', kind: 'number', unit: null } },
      categories: ['chair'],
      calibration: { temperature: 2 },
    };
    const texts = ['<count> chair x1 z2 <answer> 4 <eos> <pad>', '<count> chair'];
    const logs = [-0.1, -3, -2, -1, -0.01, -0.9, -0.2, 0];
    const { result } = await localizer.ask(
      'confidence',
      { texts, manifest },
      {
        log_probabilities: { dtype: 'f32', dims: [2, 8], data: Float32Array.from([...logs, ...logs]) },
      },
    );
    expect(result).toEqual({
      answers: [
        {
          task: 'object_counting',
          answer: Math.fround(-0.9),
          trace: -2,
          confidence: expect.closeTo(0.6376, 4) as number,
        },
        null,
      ],
    });
  });

  it('composes an answer of what the answer graph writes, for which it asks', async () => {
    const manifest: unknown = JSON.parse(await readFile(MANIFEST, 'utf8'));
    const given = {
      ...{ manifest, task: 'object_size_estimation', question: 'how big is the bed?', options: null },
      ...{ things: [{ thing: 'bed', role: 'target', source: 0 }], seconds: 30, novelty: 1 },
      ...{ seen: null, last_seen_s: null, last_pose: null },
    };
    const ask = (asked: { put: unknown; text: string }[]) => {
      const data = new Float32Array(8 * asked.length).fill(-0.1);
      return localizer.ask(
        'composed',
        { ...given, asked },
        { log_probabilities: { dtype: 'f32', dims: [asked.length, 8], data } },
      );
    };
    const { wanted: put } = (await ask([])).result;
    expect(put).toMatchObject({
      task: 'object_size_estimation',
      question: expect.stringMatching(/of the bed/) as string,
    });
    expect((await ask([{ put, text: '<size> bed x1 z2 s205 <answer> 205 <eos>' }])).result).toMatchObject({
      answer: { value: 205, reason: null },
    });
  });

  it('replies what is wrong with a request, and goes on as if it had not been sent', async () => {
    const good = chunkTensors(roomChunk(0));
    await localizer.ask('localize', localizeArguments(0), good);
    const centerless = Object.fromEntries(Object.entries(good).filter(([name]) => name !== 'centers'));
    const wrong: [method: string, given: object, tensors: Record<string, Tensor>, error: RegExp][] = [
      ['sing', {}, {}, /no method "sing"/],
      ['localize', localizeArguments(1, { fps: 0 }), good, /arguments are wrong: fps/],
      ['localize', localizeArguments(1), centerless, /centers should be F32 \[8, 12, 3\] and is missing/],
      [
        'localize',
        localizeArguments(1, { tokens: 11 }),
        good,
        /points should be F32 .* and is F32 \[8, 12, 3\]/,
      ],
      ['localize', localizeArguments(1, { held: 9 }), good, /9 frames are held in a chunk of 8/],
      ['keyframes', {}, {}, /poses should be/],
      ['confidence', { texts: [] }, {}, /arguments are wrong: manifest/],
    ];
    for (const [method, given, tensors, error] of wrong)
      expect((await localizer.ask(method, given, tensors)).error).toMatch(error);
    localizer.sendBytes(Buffer.from('no safetensors'));
    expect((await localizer.reply()).error).toMatch(/not a valid tensor file/);
    expect((await localizer.ask('localize', localizeArguments(1), good)).result).toMatchObject({ chunk: 1 });
  });

  it('ends with its stdin', async () => {
    await localizer.ask('drop', { session: 'none' });
    expect(await localizer.end()).toBe(0);
  });
});
