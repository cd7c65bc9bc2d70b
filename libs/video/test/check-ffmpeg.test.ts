import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { checkFfmpeg, FfmpegMissingError, setFfmpegPath } from '../src/index.js';
import { ClipFolder } from './clips.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
let programs = 0;

/** Runs the check with a program that calls itself ffmpeg of a version. */
async function checkOf(version: string): Promise<void> {
  const program = folder.path(`ffmpeg-${programs++}`);
  await writeFile(program, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  setFfmpegPath(program);
  await checkFfmpeg();
}

describe('The check of the ffmpeg in use', () => {
  afterEach(() => setFfmpegPath(undefined));

  it('takes the one that comes with the packages, and tells its version', async () => {
    await expect(checkFfmpeg()).resolves.toMatch(/^n?\d+\.\d+/);
  });

  it.each(['6.1', '6.1.1-3ubuntu5', '7.0', 'n7.0-7-gd38bf5e08e', '10.0', 'N-118000-g1234567890'])(
    'takes %s',
    async (version) => {
      await expect(checkOf(`ffmpeg version ${version} Copyright`)).resolves.toBeUndefined();
    },
  );

  it.each(['4.1', '5.1.8-0+deb12u1', 'n6.0', '6.0.1'])('refuses %s in one sentence', async (version) => {
    await expect(checkOf(`ffmpeg version ${version} Copyright`)).rejects.toThrow(
      /^ffmpeg \S+ \(\S+\) is too old: 6.1 is needed$/,
    );
  });

  it('refuses another program, and one that does not start', async () => {
    await expect(checkOf('hello')).rejects.toThrow(/is no ffmpeg$/);
    setFfmpegPath('/no/such/ffmpeg');
    await expect(checkFfmpeg()).rejects.toThrow(FfmpegMissingError);
  });
});
