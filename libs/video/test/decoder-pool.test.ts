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
/** A run of chunks of four frames, of which each shares one with the one before. */
const chunks = (count: number, run = count) =>
  Array.from({ length: count }, (_, index) => {
    const runEnd = Math.ceil((index + 1) / run) * run * 3 + 1;
    return { ...size, start: index * 3, end: index * 3 + CHUNK, runEnd };
  });

type Range = ReturnType<typeof chunks>[number];

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

  it('when runs of two chunks are read side by side, in every order of runs', async () => {
    const clip = await KINDS['open groups of pictures']!(folder);
    const [a, b, c, d, e, f] = chunks(6, 2) as [Range, Range, Range, Range, Range, Range];
    for (const order of [
      [a, c, b, d, e, f],
      [e, a, f, b, c, d],
      [c, e, a, d, b, f],
    ]) {
      const identity = newIdentity();
      const frames: Uint8Array[] = [];
      for (const chunk of order) frames.push(await decodeFrames(clip, { ...chunk, identity }));
      expect(frames).toEqual(await alone(clip, order));
    }
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

/** How often the clip has been opened after each of these ranges, from nothing known of it. */
async function openings(ranges: Range[]): Promise<number[]> {
  const served = await ServedFile.open(await KINDS['one group of pictures']!(folder));
  const identity = newIdentity();
  const requests: number[] = [];
  for (const range of ranges) {
    await decodeFrames(served.url, { ...range, identity });
    requests.push(served.requests);
  }
  await served.close();
  return requests;
}

describe('A decoder that runs on', () => {
  it('opens the clip once for all ranges of a run, and of runs that follow', async () => {
    expect(new Set(await openings(chunks(4))).size).toBe(1);
    expect(new Set(await openings(chunks(4, 2))).size).toBe(1);
  });

  it('opens it once for each run, where others decode the runs between', async () => {
    const [a, b, , , e, f] = chunks(6, 2) as [Range, Range, Range, Range, Range, Range];
    const [afterA, afterB, afterE, afterF] = (await openings([a, b, e, f])) as [
      number,
      number,
      number,
      number,
    ];
    expect([afterB, afterF]).toEqual([afterA, afterE]);
    expect(afterE).toBeGreaterThan(afterB);
  });

  it('goes on over ranges that others decode, where a seek would begin far before', async () => {
    const served = await ServedFile.open(await KINDS['one group of pictures']!(folder));
    const ranges = [4, 8, 16].map((start) => ({ ...size, start, end: start + 2, runEnd: start + 2 }));
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
    const run = { ...size, identity, runEnd: 24 };
    const stopped = decodeFrames(clip, { ...run, start: 0, end: 20 }, controller.signal);
    const other = decodeFrames(clip, { ...run, start: 2, end: 6 });
    controller.abort();
    await expect(stopped).rejects.toThrow(AbortedError);
    expect([await other]).toEqual(await alone(clip, [{ start: 2, end: 6 }]));
  });

  it('keeps to the time limit of a range', async () => {
    const clip = await KINDS['one group of pictures']!(folder);
    await expect(
      decodeFrames(clip, {
        ...{ ...size, start: 0, end: 20, runEnd: 24 },
        ...{ timeLimitMs: 1, identity: newIdentity() },
      }),
    ).rejects.toThrow('The clip took too long to decode.');
  });
});
