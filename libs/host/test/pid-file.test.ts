import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRecordedProcess, stopOrphan, writePidFile } from '../src/index.js';
import { isAlive, killHard } from './processes.js';

describe('the orphan of an earlier run', () => {
  let folder: string;
  let file: string;
  let orphan: ChildProcess;
  const start = async (program: string) => {
    orphan = spawn(process.execPath, ['-e', program, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(orphan.stdout!, 'data');
    await writePidFile(file, orphan.pid!);
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-orphan-'));
    file = join(folder, 'worker-1.pid');
  });
  afterEach(async () => {
    if (orphan.exitCode === null && orphan.signalCode === null) await killHard(orphan);
    await rm(folder, { recursive: true, force: true });
  });
  const IDLE = "console.log('ready'); setInterval(() => undefined, 60_000);";

  it('is found by its pid file, stopped, and its file removed', async () => {
    await start(IDLE);
    const ended = once(orphan, 'exit');
    expect(await findRecordedProcess(file, [folder])).toBe(orphan.pid);
    expect(await stopOrphan(file, [folder])).toBe(true);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(existsSync(file)).toBe(false);
  });

  it('is left alone when its command line is another program’s: process ids are used again', async () => {
    await start(IDLE);
    expect(await stopOrphan(file, [folder, 'worker/dist/main.js'])).toBe(false);
    expect(isAlive(orphan.pid!)).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('may have ended long ago, or may never have been', async () => {
    await start(IDLE);
    await killHard(orphan);
    expect(await stopOrphan(file, [folder])).toBe(false);
    expect(await stopOrphan(join(folder, 'missing.pid'), [folder])).toBe(false);
    await writeFile(file, 'no number');
    expect(await findRecordedProcess(file, [])).toBeNull();
  });
});
