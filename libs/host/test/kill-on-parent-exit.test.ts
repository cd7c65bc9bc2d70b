import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killOnParentExit } from '../src/index.js';
import { isAlive, killHard, startParent, waitUntil } from './processes.js';

describe('a process that is tied to its parent', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-host-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is killed when its parent is killed with -9, and its folder is removed', async () => {
    const scratch = join(folder, 'a scratch folder');
    await mkdir(join(scratch, 'below'), { recursive: true });
    const { parent, child } = await startParent('child', 'KILL', '30', scratch, 'sleep', '600');
    expect(isAlive(child)).toBe(true);
    await killHard(parent);
    await waitUntil(() => !isAlive(child));
    await waitUntil(() => !existsSync(scratch));
    expect(existsSync(folder)).toBe(true);
  });

  it.each(['INT', 'TERM'])('is sent SIG%s where that is asked for, and may take its time', async (signal) => {
    const [record, ready] = [join(folder, 'signal'), join(folder, 'ready')];
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    const program = `
      const { existsSync, writeFileSync } = require('node:fs');
      process.on('SIG${signal}', () => setTimeout(() => {
        writeFileSync('${record}', existsSync('${scratch}') ? 'with its folder' : 'without its folder');
        process.exit();
      }, 200));
      writeFileSync('${ready}', '');
      setInterval(() => undefined, 60_000);`;
    const args = [signal, '30', scratch, process.execPath, '-e', program];
    const { parent, child } = await startParent('child', ...args);
    await waitUntil(() => existsSync(ready));
    await killHard(parent);
    await waitUntil(() => !isAlive(child) && !existsSync(scratch));
    expect(await readFile(record, 'utf8')).toBe('with its folder');
  });

  it('ends also when it stands still', async () => {
    const { parent, child } = await startParent('child', 'INT', '30', join(folder, 'none'), 'sleep', '600');
    process.kill(child, 'SIGSTOP');
    await killHard(parent);
    await waitUntil(() => !isAlive(child));
  });

  it('is killed when it does not end of its signal', async () => {
    const scratch = join(folder, 'scratch');
    const ready = join(folder, 'ready');
    const deaf = `trap '' TERM; touch '${ready}'; while :; do sleep 1; done`;
    const { parent, child } = await startParent('child', 'TERM', '0.5', scratch, 'sh', '-c', deaf);
    await waitUntil(() => existsSync(ready));
    await killHard(parent);
    await waitUntil(() => !isAlive(child));
  });

  it('is left alone, with its folder, once it is released', async () => {
    const file = join(folder, 'kept');
    await writeFile(file, '');
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const release = killOnParentExit(child.pid!, 'KILL', [file]);
    await release();
    await release();
    expect(isAlive(child.pid!)).toBe(true);
    expect(existsSync(file)).toBe(true);
    await killHard(child);
  });
});
