import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@loci/host';
import { temporaryFolder, waitFor } from '@loci/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RotatingLog } from '../src/stack/rotating-log.js';
import { Service } from '../src/stack/service.js';

/** Serves on $PORT, and logs each request. */
const PROGRAM = `require('node:http').createServer((request, response) => {
  console.log('asked for ' + request.url);
  response.end(String(process.pid));
}).listen(Number(process.env.PORT), '127.0.0.1')`;

/** Says why it does not start, and then what it has logged before. */
const FAILING = `process.stderr.write('the port is in use\\n');
for (let route = 0; route < 100; route += 1) console.log('{"msg":"mapped a route"}');
process.exitCode = 1`;

/** Mounts a disk of so many KiB; false where only root can. */
const mountSmallDisk = (path: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path]).status === 0;

describe('a service', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let serviceOf: (program: string) => Service;
  let service: Service;
  let url: string;
  let said: string[];

  beforeEach(async () => {
    folder = await temporaryFolder('service');
    const port = await freePort();
    url = `http://127.0.0.1:${port}/readyz`;
    said = [];
    serviceOf = (program) =>
      new Service(
        {
          ...{ name: 'server', command: [process.execPath, '-e', program], readyUrl: url },
          environment: { ...process.env, PORT: String(port) },
          logFile: join(folder.path, 'server.log'),
          pidFile: join(folder.path, 'server.pid'),
        },
        (line) => said.push(line),
      );
    service = serviceOf(PROGRAM);
  });
  afterEach(async () => {
    await service.stop();
    spawnSync('umount', ['-l', folder.path]);
    await folder.remove();
  });

  const pid = (): Promise<number | null> =>
    fetch(url).then(
      async (answer) => Number(await answer.text()),
      () => null,
    );
  const successorOf = (before: number): Promise<number> =>
    waitFor(() => pid().then((now) => (now === before ? null : now)));
  const log = (): Promise<string> => readFile(join(folder.path, 'server.log'), 'utf8').catch(() => '');

  it('is started again when it ends, and what it says is logged', async () => {
    service.start();
    await service.ready;
    const first = await waitFor(pid);
    process.kill(first, 'SIGKILL');
    await successorOf(first);
    expect(said).toContain('server ended (SIGKILL); starting it again');
    expect(await log()).toContain('asked for /readyz');
  });

  it('that does not start is told by what it says of it, not by what it logged', async () => {
    service = serviceOf(FAILING);
    service.start();
    await expect(service.ready).rejects.toThrow('The server does not start: the port is in use');
  });

  it('outlives a full disk, says so, and comes back by itself', async ({ skip }) => {
    if (!mountSmallDisk(folder.path)) skip('only root can mount a disk to fill');
    service.start();
    await service.ready;
    const first = await waitFor(pid);
    const filler = join(folder.path, 'filler');
    await writeFile(filler, Buffer.alloc(2 ** 20)).catch(() => undefined);
    // further answers need further lines of the log
    await waitFor(async () => {
      await pid();
      return said.some((line) => /server\.log cannot be written: ENOSPC/.test(line)) ? true : null;
    });
    expect(await pid()).toBe(first);
    process.kill(first, 'SIGKILL');
    const second = await successorOf(first);
    process.kill(second, 'SIGKILL');
    const third = await successorOf(second);
    await writeFile(filler, '');
    await waitFor(async () => {
      await pid();
      return said.some((line) => line.endsWith('server.log is written again')) ? true : null;
    });
    expect(await pid()).toBe(third);
  });
});

describe('a log', () => {
  it('never grows beyond its limit, and keeps what came before', async () => {
    const folder = await temporaryFolder('log');
    const file = join(folder.path, 'server.log');
    const log = new RotatingLog(file, () => undefined, 100);
    for (let line = 0; line < 50; line += 1) log.write(`line ${line}\n`);
    expect((await stat(file)).size).toBeLessThanOrEqual(100);
    expect((await stat(`${file}.1`)).size).toBeLessThanOrEqual(100);
    expect((await readFile(`${file}.1`, 'utf8')) + (await readFile(file, 'utf8'))).toMatch(
      /line 48\nline 49\n$/,
    );
    await folder.remove();
  });
});
