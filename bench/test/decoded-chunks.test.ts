import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { temporaryFolder } from '@loci/testing';
import { decodeFrames, ffmpegPath, setFfmpegPath } from '@loci/video';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadDefaultBundle } from '../src/bundle.js';
import { decodeChunks } from '../src/decoded-chunks.js';

const CLIP = inRoot('samples/walk-900009.mp4');
const FRAMES = 40;

describe('the clip of one program that decodes and then runs the graphs', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('bench');
  });
  afterEach(() => setFfmpegPath(undefined));
  afterAll(() => folder.remove());

  it('is decoded by a single ffmpeg, into the chunks that a worker decodes', async () => {
    const { manifest } = await loadDefaultBundle();
    const { sizes, sampling, preprocessing } = manifest;
    const starts = join(folder.path, 'starts');
    const counting = join(folder.path, 'ffmpeg');
    await writeFile(counting, `#!/bin/sh\necho "$@" >>'${starts}'\nexec '${ffmpegPath()}' "$@"\n`);
    await chmod(counting, 0o755);
    setFfmpegPath(counting);
    const chunks = await decodeChunks(CLIP, FRAMES, manifest);
    setFfmpegPath(undefined);

    // one more looks at the clip's first picture, and decodes nothing else
    const decoding = (await readFile(starts, 'utf8')).split('\n').filter((line) => line.includes('rawvideo'));
    expect(decoding).toHaveLength(1);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { span, frames, frameMask } of chunks) {
      const { start, end } = span;
      const { height, width } = sizes;
      const alone = { start, end, fps: sampling.fps, height, width, fit: preprocessing.fit };
      const expected = await decodeFrames(CLIP, alone);
      expect(Buffer.compare(frames.subarray(0, expected.length), expected)).toBe(0);
      expect(frameMask.filter((bit) => bit === 1)).toHaveLength(end - start);
    }
  });
});
