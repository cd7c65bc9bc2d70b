import { AbortedError } from '@loci/contracts';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../src/index.js';
import { ClipFolder, coloursChange, KINDS, sizeChanges } from './clips.js';
import { ServedFile } from './serving.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const CHUNK = 4;
/** Chunks of four frames, of which each shares one with the one before. */
const chunks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...size, start: index * 3, end: index * 3 + CHUNK }));

let clips = 0;
/** A name that no test has used, so that nothing is known of the clip yet. */
const newIdentity = (): string => `clip ${++clips}`;

/** What each range gives when it is decoded by itself. */
const alone = (clip: string, ranges: { start: number; end: number }[]): Promise<Uint8Array[]> =>
  Promise.all(ranges.map((range) => decodeFrames(clip, { ...size, ...range })));

describe('Ranges of a clip that is known by its identity are the frames that each gives by itself', () => {
  it.each([
    'constant rate with sound',
    'variable frame rate',
    'open groups of pictures',
    'a start later than 0',
    'no whole key pictures but the first',
    'an edit list that hides the first pictures',
  ])('when one follows the other, past the end of the clip: %s', async (kind) => {
    const clip = await KINDS[kind]!(folder);
    const identity = newIdentity();
    const frames: Uint8Array[] = [];
    for (const chunk of chunks(6)) frames.push(await decodeFrames(clip, { ...chunk, identity }));
    expect(frames).toEqual(await alone(clip, chunks(6)));
  });

  it.each([
    ['size changes', sizeChanges],
    ['colour tags change', coloursChange],
  ])('when one follows the other, and the pictures’ %s half-way', async (_, make) => {
    const clip = await make(folder);
    const identity = newIdentity();
    const frames: Uint8Array[] = [];
    for (const chunk of chunks(4)) frames.push(await decodeFrames(clip, { ...chunk, identity }));
    expect(frames).toEqual(await alone(clip, chunks(4)));
  });

  it('when they begin in the middle, come two at a time, in any order, and more than once', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    const known = await alone(clip, chunks(4));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 2, maxLength: 6 }), async (order) => {
        const identity = newIdentity();
        for (let index = 0; index < order.length; index += 2) {
          const pair = order.slice(index, index + 2);
          const frames = await Promise.all(
            pair.map((chunk) => decodeFrames(clip, { ...chunks(4)[chunk]!, identity })),
          );
          expect(frames).toEqual(pair.map((chunk) => known[chunk]));
        }
      }),
      { numRuns: 6, examples: [[[0, 1, 2, 3]], [[1, 2, 3, 0]], [[0, 2, 1, 3]]] },
    );
  });

  it('sampled in two ways at the same time', async () => {
    const clip = await KINDS['variable frame rate']!(folder);
    const identity = newIdentity();
    for (const chunk of chunks(3)) {
      const dense = { ...chunk, fps: 5 };
      const frames = await Promise.all([
        decodeFrames(clip, { ...chunk, identity }),
        decodeFrames(clip, { ...dense, identity }),
      ]);
      expect(frames).toEqual([await decodeFrames(clip, chunk), await decodeFrames(clip, dense)]);
    }
  });
});

describe('A decoder that runs on', () => {
  it('opens the clip once for all ranges', async () => {
    const served = await ServedFile.open(await KINDS['constant rate with sound']!(folder));
    try {
      const identity = newIdentity();
      const [first, ...others] = chunks(3);
      await decodeFrames(served.url, { ...first!, identity });
      const requests = served.requests;
      for (const chunk of others) await decodeFrames(served.url, { ...chunk, identity });
      expect(served.requests).toBe(requests);
    } finally {
      await served.close();
    }
  });

  it('goes on over ranges that others decode, where a seek would begin far before', async () => {
    const served = await ServedFile.open(await KINDS['one group of pictures']!(folder));
    const ranges = [4, 8, 16].map((start) => ({ ...size, start, end: start + 2 }));
    const known = { identity: newIdentity(), entryIntervalS: 60 };
    const frames: Uint8Array[] = [];
    const requests = new Set<number>();
    for (const range of ranges) {
      frames.push(await decodeFrames(served.url, { ...range, ...known }));
      requests.add(served.requests);
    }
    expect(frames).toEqual(await Promise.all(ranges.map((range) => decodeFrames(served.url, range))));
    expect(requests.size).toBe(1);
    await served.close();
  });

  it('is ended by the signal of a range, and other ranges get their frames all the same', async () => {
    const clip = await KINDS['one group of pictures']!(folder);
    const identity = newIdentity();
    const controller = new AbortController();
    const stopped = decodeFrames(clip, { ...size, start: 0, end: 20, identity }, controller.signal);
    const other = decodeFrames(clip, { ...size, start: 2, end: 6, identity });
    controller.abort();
    await expect(stopped).rejects.toThrow(AbortedError);
    expect([await other]).toEqual(await alone(clip, [{ start: 2, end: 6 }]));
  });

  it('keeps to the time limit of a range', async () => {
    const clip = await KINDS['one group of pictures']!(folder);
    await expect(
      decodeFrames(clip, { ...size, start: 0, end: 20, timeLimitMs: 1, identity: newIdentity() }),
    ).rejects.toThrow('The clip took too long to decode.');
  });
});
