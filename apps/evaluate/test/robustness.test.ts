import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loopClip, sampleClip } from '@loci/harness';
import { BuiltProgram, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyReport } from '../src/robustness/report.js';
import { NAMES } from '../src/robustness/variants.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const SECONDS = 6;

describe('npm run robustness', () => {
  let set: DatasetFolder;
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'loci-test-robustness-'));
    set = await DatasetFolder.create();
    await loopClip(await sampleClip(), SECONDS, join(await set.folder('rooms'), 'first.mp4'));
    await set.write('questions.jsonl', [counting(1, 'first'), nearest(2, 'first'), counting(3, 'unseen')]);
  });
  afterAll(async () => {
    await set.remove();
    await rm(out, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    new BuiltProgram('apps/evaluate/robustness', { LOCI_WORKERS: '1' }, args);
  const study = () => ['--dataset', set.path, '--out', out, '--limit', '1', '--concurrency', '1', '--resume'];
  const answers = async (name: string) =>
    (await readFile(join(out, name, 'answers.jsonl'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '');

  it('killed with -9 and resumed, uses the clips and answers it has, and reports every variant', async () => {
    const killed = run(...study());
    await waitFor(async () => ((await answers('looped')).length > 0 ? true : null));
    await killed.stop('SIGKILL');
    const clip = join(out, 'rotated', 'clips', 'rooms%2Ffirst.mp4');
    const before = { made: (await stat(clip)).mtimeMs, plain: await answers('plain') };

    const resumed = run(...study());
    expect(await resumed.exitCode, resumed.output).toBe(0);
    expect({ made: (await stat(clip)).mtimeMs, plain: await answers('plain') }).toEqual(before);
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as StudyReport;
    expect(report.variants.map(({ name, questions, failed }) => [name, questions, failed])).toEqual(
      NAMES.map((name) => [name, 2, 0]),
    );
    const rates: Record<string, number> = { 'half-rate': 1, 'double-rate': 4 };
    for (const { name, sampled_fps: rate } of report.variants)
      expect(Math.round(rate ?? 0), name).toBe(rates[name] ?? 2);
    expect(report.comparisons.every(({ met }) => met !== null)).toBe(true);
    expect(resumed.output).toContain('| 480p against 720p |');
  });

  it('starts nothing when all is answered', async () => {
    const again = run(...study());
    expect(await again.exitCode, again.output).toBe(0);
    expect(again.output).not.toContain('starting');
  });

  it('says in one sentence what is wrong, and ends with 1', async () => {
    const refusals: [string[], RegExp][] = [
      [[], /^loci: --dataset is missing: npm run robustness -- /],
      [
        ['--dataset', set.path, '--out', out],
        /^loci: .*questions\.jsonl:3: there is no video of rooms\/unseen/,
      ],
      [
        ['--dataset', set.path, '--out', out, '--limit', '1'],
        /^loci: .*answers\.jsonl holds answers already; go on with --resume, or choose another --out\.$/,
      ],
      [
        ['--dataset', await set.write('other.jsonl', [counting(9, 'first')]), '--out', out, '--resume'],
        /^loci: The study in .* is of other questions or other variants; choose another --out\.$/,
      ],
      [
        [
          '--dataset',
          await set.write('vsti.jsonl', [counting(9, 'first', { question_type: 'camera_displacement' })]),
          '--out',
          out,
        ],
        /^loci: .*vsti\.jsonl: there are no questions of VSI-Bench's tasks/,
      ],
    ];
    for (const [args, sentence] of refusals) {
      const refused = run(...args);
      expect(await refused.exitCode).toBe(1);
      expect(refused.output.trim()).toMatch(sentence);
    }
  });

  it('says with --help what it does and how it ends', async () => {
    const help = run('--help');
    expect(await help.exitCode).toBe(0);
    expect(help.output).toMatch(/Ends with 0 when the study ran, whether or not its bars are met/);
  });
});
