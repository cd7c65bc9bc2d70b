import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobSchema, jobSummarySchema, pageSchema, type JobSummary } from '@loci/contracts';
import { loopClip, sampleClip } from '@loci/harness';
import { BuiltProgram, findProcesses, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counting, DatasetFolder, nearest } from './datasets.js';

const SECONDS = 6;

describe('npm run evaluate', () => {
  let temporary: string;
  let set: DatasetFolder;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'loci-test-evaluate-'));
    set = await DatasetFolder.create();
    await set.write('rooms/broken.mp4', 'this is no video');
    for (const [index, scene] of ['first', 'second', 'third'].entries())
      await loopClip(await sampleClip(), SECONDS + index, join(set.path, 'rooms', `${scene}.mp4`));
    await set.write('questions.jsonl', [
      counting(1, 'first'),
      nearest(2, 'first'),
      counting(3, 'broken'),
      counting(4, 'second'),
      nearest(5, 'second'),
      counting(6, 'third'),
      // it has more tokens than the model reads, and fails without its neighbours
      counting(7, 'third', { question: 'How many chairs are there in this room? '.repeat(40) }),
      nearest(8, 'third'),
    ]);
  });
  afterAll(async () => {
    await set.remove();
    await rm(temporary, { recursive: true, force: true });
  });

  const rowsIn = async (out: string) =>
    (await readFile(join(out, 'answers.jsonl'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: string; status: string });

  it('killed with -9 and resumed, asks no question twice; failures count and stop nothing', async () => {
    const dataDir = join(temporary, 'stack');
    const stack = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: dataDir, PORT: '0' });
    const [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${url}${path}`, { headers: { authorization: 'Bearer dev' } })).json();
    const jobs = async (): Promise<JobSummary[]> =>
      pageSchema(jobSummarySchema).parse(await get('/v1/jobs?limit=100')).data;
    const out = join(temporary, 'out');
    const args = ['--dataset', set.path, '--url', url, '--concurrency', '1', '--out', out];

    const killed = new BuiltProgram('apps/evaluate/evaluate', {}, args);
    await waitFor(async () => ((await jobs()).length === 2 ? true : null));
    await killed.stop('SIGKILL');
    const before = await rowsIn(out);
    expect(before.map(({ id }) => id).slice(0, 3)).toEqual(['1', '2', '3']);
    expect(before.length).toBeLessThan(8);

    const refused = new BuiltProgram('apps/evaluate/evaluate', {}, args);
    expect(await refused.exitCode).toBe(1);
    expect(refused.output.trim()).toMatch(
      /^loci: .*answers\.jsonl holds answers already; go on with --resume, or choose another --out\.$/,
    );

    const resumed = new BuiltProgram('apps/evaluate/evaluate', {}, [...args, '--resume']);
    expect(await resumed.exitCode, resumed.output).toBe(0);
    const rows = await rowsIn(out);
    expect(rows.slice(0, before.length)).toEqual(before);
    expect(rows.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(rows.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual(['3', '7']);
    const whole = await Promise.all(
      (await jobs()).map(async ({ id }) => jobSchema.parse(await get(`/v1/jobs/${id}`))),
    );
    const asked = whole.flatMap(({ video_id, questions }) =>
      questions.map(({ question }) => `${video_id} ${question}`),
    );
    expect(asked).toHaveLength(new Set(asked).size);
    expect(resumed.output).toMatch(/macro: mean over 2 of the 8 tasks/);
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toMatchObject({
      counts: { questions: 8, answered: 6, failed: 2, videos: 4, failed_videos: 1 },
    });
    await stack.stop();
  });

  it('without a service starts one, of which nothing is left after kill -9 but the answers', async () => {
    const scratch = join(temporary, 'scratch');
    const out = join(temporary, 'embedded');
    await mkdir(scratch);
    const run = new BuiltProgram('apps/evaluate/evaluate', { TMPDIR: scratch, LOCI_WORKERS: '1' }, [
      '--dataset',
      set.path,
      '--out',
      out,
      '--concurrency',
      '1',
    ]);
    await waitFor(async () => ((await rowsIn(out)).length > 0 ? true : null));
    await run.stop('SIGKILL');
    await waitFor(async () =>
      (await readdir(scratch)).length === 0 && (await findProcesses(scratch)).length === 0 ? true : null,
    );
    expect((await rowsIn(out)).slice(0, 2)).toMatchObject([
      { id: '1', status: 'answered' },
      { id: '2', status: 'answered' },
    ]);
  });
});
