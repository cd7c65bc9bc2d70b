import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuiltProgram, findProcesses, readPidFiles } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Has a program believe that it may use eight cores; what it starts sees those that there are. */
const EIGHT_CORES = `--import data:text/javascript,${encodeURIComponent(`
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.availableParallelism = () => 8;
  syncBuiltinESMExports();
  delete process.env.NODE_OPTIONS;
`)}`;

describe('npm run demo', () => {
  let temporary: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'loci-test-demo-'));
  });
  afterAll(() => rm(temporary, { recursive: true, force: true }));

  it('answers a person’s own words beside the truths, in their unit, and leaves nothing', async () => {
    const demo = new BuiltProgram('apps/local/demo', { TMPDIR: temporary, NODE_OPTIONS: EIGHT_CORES });
    await demo.waitForOutput(/ → vid_/);
    // all workers are ready then: one clip does not pay for a second
    const [dataDir = ''] = await readdir(temporary);
    const services = Object.keys(await readPidFiles(join(temporary, dataDir)));
    expect(services.filter((name) => name.startsWith('worker'))).toEqual(['worker-1']);
    expect(await demo.exitCode, demo.output).toBe(0);
    const answers = demo.output.split('\n').filter((line) => /^│ \d+ /.test(line));
    expect(answers).toHaveLength(13);
    for (const line of answers.slice(0, 12)) expect(line).toMatch(/│ \d+ % +│ \S+ +│ (✓|✗)/);
    expect(answers[1]).toMatch(/ ft +│/);
    expect(answers[12]).toMatch(/unicorns.*│ no answer +│ 0 % /);
    expect(demo.output).toMatch(/13 was not answered\. .*cannot be asked about/);
    expect(demo.output).toMatch(/perceive \d+\.\d s, remember \d+\.\d s, answer \d+\.\d s/);
    expect(demo.output).toMatch(/follow-up to the finished memory.*without touching the video/);
    expect(await readdir(temporary)).toEqual([]);
    expect(await findProcesses(temporary)).toEqual([]);
  });

  it('says in one sentence that a file is no video, and exits with 1', async () => {
    const demo = new BuiltProgram('apps/local/demo', { TMPDIR: temporary, LOCI_WORKERS: '0' }, [
      'package.json',
      'How many chairs are there?',
    ]);
    expect(await demo.exitCode).toBe(1);
    expect(demo.output.trim().split('\n').at(-1)).toMatch(/^loci: POST \/v1\/videos was answered 422: /);
    expect(await findProcesses(temporary)).toEqual([]);
  });
});
