import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { BuiltProgram, freshDatabase, temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A person waits no longer than this for a failure. */
const LIMIT_MS = 20_000;

/** Each names something that cannot be used. */
const UNUSABLE = {
  DATABASE_URL: 'postgres://loci:secret@127.0.0.1:1/loci',
  QUEUE_URL: 'redis://127.0.0.1:1',
  OBJECT_STORE_URL:
    's3://key:secret@bucket?endpoint=http%3A%2F%2F127.0.0.1%3A1&region=us-east-1&path_style=true',
  FFMPEG_PATH: '/nowhere/ffmpeg',
};
const PROGRAMS = ['apps/api/main', 'apps/worker/main', 'apps/local/start'];

describe('one sentence says why there is no start', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    folder = await temporaryFolder('start');
    database = await freshDatabase();
  });
  afterAll(async () => {
    await database.stop();
    await folder.remove();
  });

  const usable = () => ({
    ...{ DATABASE_URL: database.url, QUEUE_URL: database.url, MODEL_DIR: inRoot('models') },
    OBJECT_STORE_URL: `file://${join(folder.path, 'objects')}`,
    ...{ LOCI_DATA_DIR: join(folder.path, 'data'), LOCI_WORKERS: '1', PORT: '0', HOST: '127.0.0.1' },
  });
  /** The last line of a start that failed. */
  async function complaint(
    program: string,
    environment: Record<string, string>,
    args: string[] = [],
  ): Promise<string> {
    const start = new BuiltProgram(program, environment, args);
    expect(await start.exitCode, start.output).toBe(1);
    return start.output.trim().split('\n').at(-1) ?? '';
  }

  for (const program of PROGRAMS)
    it.each(Object.entries(UNUSABLE))(
      `of ${program}: %s`,
      async (name, value) => {
        const line = await complaint(program, { ...usable(), [name]: value });
        expect(line).toMatch(new RegExp(`^(loci|Loci|loci worker).*: what ${name} names cannot be used: .+`));
        expect(line).not.toContain('secret');
      },
      LIMIT_MS,
    );

  it.each(['start', 'doctor'])(
    'of npm run %s: an argument, which would do nothing',
    async (command) => {
      const line = await complaint(`apps/local/${command}`, usable(), ['--port', '1']);
      expect(line).toMatch(/^loci: --port says nothing here: environment variables do/);
    },
    LIMIT_MS,
  );

  /** Mounts a disk on a new folder; it lasts until the callback has ended. */
  async function onDisk(options: string, use: (path: string) => Promise<void>): Promise<boolean> {
    const path = join(folder.path, 'disk');
    await mkdir(path, { recursive: true });
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status !== 0) return false;
    try {
      await use(path);
    } finally {
      spawnSync('umount', ['-l', path]);
    }
    return true;
  }

  it('of npm start: a data folder that is read-only', { timeout: LIMIT_MS }, async ({ skip }) => {
    const mounted = await onDisk('ro', async (path) => {
      expect(await complaint('apps/local/start', { LOCI_DATA_DIR: path, PORT: '0' })).toMatch(
        /^loci: .*disk.* cannot be made: .*read-only/,
      );
    });
    if (!mounted) skip('only root can mount a disk');
  });

  it('of npm start: a data folder on a full disk', { timeout: LIMIT_MS }, async ({ skip }) => {
    const mounted = await onDisk('size=64k', async (path) => {
      for (const name of ['pids', 'logs', 'objects']) await mkdir(join(path, name));
      await writeFile(join(path, 'filler'), Buffer.alloc(2 ** 20)).catch(() => undefined);
      expect(await complaint('apps/local/start', { LOCI_DATA_DIR: path, PORT: '0' })).toMatch(
        /^loci: .*disk.* cannot be written: .*ENOSPC/,
      );
    });
    if (!mounted) skip('only root can mount a disk');
  });
});
