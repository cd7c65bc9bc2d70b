import { mkdir, mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LociClient } from '@loci/client';
import { BuiltProgram, readPidFiles, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoClip } from '../src/demo/samples.js';

const TWO_HOURS_AGO = new Date(Date.now() - 7_200_000);

/** Runs `npm run doctor` to its end. */
async function doctor(environment: Record<string, string>) {
  const program = new BuiltProgram('apps/local/doctor', environment);
  const code = await program.exitCode;
  return { code, lines: program.output.trim().split('\n').sort() };
}

describe('npm run doctor, on a stack', () => {
  let dataDir: string;
  let stack: BuiltProgram;
  let url: string;
  let videoId: string;
  let memoryId: string;
  const environment = () => ({ LOCI_DATA_DIR: dataDir, LOCI_WORKERS: '1', PORT: '0' });
  const objectFile = (key: string): string => join(dataDir, 'objects', key);
  const objects = async (): Promise<string[]> =>
    (await readdir(join(dataDir, 'objects'), { recursive: true })).sort();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loci-test-doctor-'));
    stack = new BuiltProgram('apps/local/start', environment());
    [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
    const client = new LociClient(url, 'dev');
    videoId = (await client.upload((await demoClip()).file)).id;
    memoryId = (await client.finished((await client.submit({ video_id: videoId })).id)).memory_id;
  });
  afterAll(async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Kills the API within an upload, which leaves the put for ever. Returns its name. */
  async function leaveUpload(): Promise<string> {
    const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.alloc(2 ** 20)) });
    const headers = { authorization: 'Bearer dev', 'content-type': 'video/mp4' };
    const upload = fetch(`${url}/v1/videos`, { method: 'POST', body, headers, duplex: 'half' });
    upload.catch(() => undefined);
    const [left] = await waitFor(async () => {
      const names = await readdir(objectFile('.incoming'));
      return names.length > 0 ? names : null;
    });
    process.kill((await readPidFiles(dataDir))['api']!, 'SIGKILL');
    await expect(upload).rejects.toThrow();
    return `.incoming/${left!}`;
  }
  const age = (key: string): Promise<void> => utimes(objectFile(key), TWO_HOURS_AGO, TWO_HOURS_AGO);

  it('finds nothing where rows and objects match', async () => {
    expect(await doctor(environment())).toEqual({ code: 0, lines: ['Rows and objects match.'] });
  });

  it('names what does not match, both ways, whether the stack runs or not, and leaves it', async () => {
    const unfinished = await leaveUpload();
    await age(unfinished);
    for (const key of ['uploads/vid_gone', 'videos/gone', 'frames/mem_gone/0']) {
      await mkdir(dirname(objectFile(key)), { recursive: true });
      await writeFile(objectFile(key), 'left');
      await age(key);
    }
    await writeFile(objectFile('uploads/vid_young'), 'its row may still come');
    const [clip] = (await readdir(objectFile('videos'))).filter((name) => name !== 'gone');
    await truncate(objectFile(`videos/${clip!}`), 1000);
    await rm(objectFile(`frames/${memoryId}/0`));
    await rm(objectFile(`map/${memoryId}/1`));
    const before = await objects();

    const orphan = `has no row; it was written ${TWO_HOURS_AGO.toISOString()} and has 4 bytes.`;
    const expected = [
      `${unfinished} is a put that nobody finishes.`,
      `uploads/vid_gone ${orphan}`,
      `videos/gone ${orphan}`,
      `frames/mem_gone/0 ${orphan}`,
      expect.stringMatching(
        new RegExp(`^${videoId} needs videos/${clip!}, which has 1000 bytes instead of \\d+\\.$`),
      ),
      `${memoryId} needs frames/${memoryId}/0, which is missing.`,
      `${memoryId} needs map/${memoryId}/1, which is missing.`,
      '1 unfinished put, 3 objects without a row, 3 rows without their object.',
    ];
    const running = await doctor(environment());
    expect(running.code).toBe(1);
    expect(running.lines).toEqual(expect.arrayContaining(expected));
    expect(running.lines).toHaveLength(expected.length);

    await stack.stop();
    const stopped = await doctor(environment());
    expect(stopped).toEqual({
      code: 1,
      lines: [...running.lines, 'loci: starting Postgres for this check'].sort(),
    });
    expect(await objects()).toEqual(before);
  });

  it('says in one sentence what it cannot look at', async () => {
    const none = await doctor({ LOCI_DATA_DIR: join(dataDir, 'none') });
    expect(none).toEqual({ code: 1, lines: [expect.stringMatching(/^loci: There is no object store at /)] });
    const away = await doctor({ ...environment(), DATABASE_URL: 'postgres://loci:secret@127.0.0.1:1/loci' });
    expect(away).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^loci: what DATABASE_URL names cannot be used: .+/)],
    });
  });
});
