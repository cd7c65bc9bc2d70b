import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { RunningDecoder } from '../src/running-decoder.js';
import { ClipFolder } from './clips.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());

// larger than what a pipe holds, so that ffmpeg waits where no frame is wanted
const [WIDTH, HEIGHT] = [192, 144];
const FRAME_BYTES = WIDTH * HEIGHT * 3;
const FRAMES = 20;

/** A decoder of 20 frames, and the file in which ffmpeg tells how far it is. */
function decodeTwenty(name: string): { decoder: RunningDecoder; progress: string } {
  const progress = folder.path(name);
  const decoder = new RunningDecoder({
    ...{ source: progress, first: 0, frameBytes: FRAME_BYTES, timeLimitMs: 60_000 },
    args: () => [
      ...['-loglevel', 'info', '-progress', progress, '-f', 'lavfi'],
      ...['-i', `testsrc2=size=${WIDTH}x${HEIGHT}:rate=2:duration=${FRAMES / 2}`],
      ...['-vf', 'showinfo=checksum=0', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
  });
  return { decoder, progress };
}

describe('A running decoder', () => {
  it('decodes ahead of runs that follow one another, and keeps that past the clip’s end', async () => {
    const { decoder, progress } = decodeTwenty('followed');
    for (const start of [0, 6, 12])
      await decoder.read({ start, end: start + 6, runEnd: start + 6 }, undefined);
    // the last two frames are in nobody's run yet
    await vi.waitFor(
      async () => {
        expect(await readFile(progress, 'utf8')).toContain('progress=end');
        expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
      },
      { timeout: 20_000 },
    );
    // what ffmpeg left in its pipe is read
    await new Promise(setImmediate);
    expect(decoder.reaches({ start: 18, end: FRAMES }, 0)).toBe(true);
    const last = await decoder.read({ start: 18, end: FRAMES, runEnd: FRAMES }, undefined);
    expect(last).toHaveLength(2 * FRAME_BYTES);
    decoder.close();
  });

  it('ends when frames beyond the clip’s end are asked for', async () => {
    const { decoder } = decodeTwenty('beyond');
    expect(await decoder.read({ start: 0, end: FRAMES + 1, runEnd: FRAMES + 1 }, undefined)).toBeNull();
    expect(decoder.over).toBe(true);
  });
});
