import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inRoot } from '@loci/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A port that nothing listens on: connecting is refused at once. */
const NO_REGISTRY = 'http://127.0.0.1:9/';
/** What installs over the network, and the programs that do. */
const INSTALLERS = ['.ci/run', 'Dockerfile', 'tools/install-lighthouse', 'tools/install-s3proxy'].concat([
  ...['tools/install-schemathesis', 'tools/containers/engine', 'tools/containers/base-images'],
]);
const INSTALLS =
  /\bnpm (ci|install|pack)\b|\bpip"? install\b|\bapt-get .*(update|install|download)\b|\bmvn -|\bdebootstrap --/;

describe('tools/retry', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-retry-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs a command whose tries leave a line each in the file `tries`. */
  const retry = async (seconds: number, command: string) => {
    const script = `echo a try >>tries; ${command}`;
    const child = spawn(inRoot('tools/retry'), [String(seconds), 'sh', '-c', script], {
      cwd: folder,
      env: { ...process.env, npm_config_registry: NO_REGISTRY, npm_config_fetch_retries: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [output, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ]);
    const tries = (await readFile(join(folder, 'tries'), 'utf8')).trim().split('\n').length;
    return { code, output, tries };
  };

  it('runs what passes once', async () => {
    expect(await retry(60, 'true')).toEqual({ code: 0, output: '', tries: 1 });
  });

  it('tries again what failed', async () => {
    const { code, output, tries } = await retry(60, '[ "$(wc -l <tries)" -eq 2 ] || exit 7');
    expect({ code, tries }).toEqual({ code: 0, tries: 2 });
    expect(output).toContain('try 1 of 3 ended with code 7');
  });

  it('ends what stands still, and tries it again', async () => {
    const { code, output, tries } = await retry(3, '[ "$(wc -l <tries)" -eq 2 ] || sleep 1000');
    expect({ code, tries }).toEqual({ code: 0, tries: 2 });
    expect(output).toContain('try 1 of 3 was ended after 3 s');
  });

  it('gives up after three tries, and shows what npm had logged', async () => {
    const { code, output, tries } = await retry(60, 'npm view --silent lighthouse version');
    expect({ code, tries }).toEqual({ code: 1, tries: 3 });
    expect(output).toContain('ECONNREFUSED');
  });

  it.each(INSTALLERS)('is in each line of %s that installs over the network', async (file) => {
    const lines = (await readFile(inRoot(file), 'utf8')).replaceAll('\\\n', ' ').split('\n');
    const installs = lines.filter((line) => !line.trim().startsWith('#') && INSTALLS.test(line));
    expect(installs.length).toBeGreaterThan(0);
    expect(installs.filter((line) => !/\bretry\b/.test(line))).toEqual([]);
  });
});
