import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loopClip, sampleClip } from '@loci/harness';
import { BuiltProgram, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyReport } from '../src/robustness/report.js';
import { NAMES, withCompared } from '../src/robustness/variants.js';
import type { AnswerRow } from '../src/run/answers-file.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const SECONDS = 6;
const CHOSEN = NAMES.filter((name) => ['looped', 'lead-10', 'a-b-a', 'rotated'].includes(name));
const RATES = ['half-rate', 'double-rate'] as const;

describe('npm run robustness', () => {
  let set: DatasetFolder;
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'loci-test-robustness-'));
    set = await DatasetFolder.create();
    await loopClip(await sampleClip(), SECONDS, join(await set.folder('rooms'), 'first.mp4'));
    await set.write('questions.jsonl', [
      ...[counting(1, 'first'), nearest(2, 'first'), counting(3, 'unseen')],
      counting(4, 'first', {
        question_type: 'camera_displacement',
        question: 'How far (in meters) is the camera at 4 seconds from where it was at 1 seconds?',
      }),
    ]);
  });
  afterAll(async () => {
    await set.remove();
    await rm(out, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    new BuiltProgram('apps/evaluate/robustness', { LOCI_WORKERS: '1' }, args);
  const study = (...variants: string[]) => [
    ...['--dataset', set.path, '--out', out, '--limit', '1', '--concurrency', '1', '--resume'],
    ...['--variants', variants.join(',')],
  ];
  const readReport = async () => JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as StudyReport;
  const answers = async (name: string) =>
    (await readFile(join(out, name, 'answers.jsonl'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '');

  it('killed with -9 and resumed, uses the clips and answers it has, and reports the variants', async () => {
    const killed = run(...study(...CHOSEN));
    await waitFor(async () => ((await answers('looped')).length > 0 ? true : null));
    await killed.stop('SIGKILL');
    const clip = join(out, 'rotated', 'clips', 'rooms%2Ffirst.mp4');
    const before = { made: (await stat(clip)).mtimeMs, plain: await answers('plain') };

    const resumed = run(...study(...CHOSEN));
    expect(await resumed.exitCode, resumed.output).toBe(0);
    expect({ made: (await stat(clip)).mtimeMs, plain: await answers('plain') }).toEqual(before);
    const report = await readReport();
    expect(report.variants.map(({ name, questions, failed }) => [name, questions, failed])).toEqual(
      withCompared(CHOSEN).map((name) => [name, 3, 0]),
    );
    expect(report.comparisons.every(({ bar, met }) => (bar === null) === (met === null))).toBe(true);
    expect(resumed.output).toContain('| a-b-a against a-b |');
  });

  it('asks for the moments of a clip where its variant shows them', async () => {
    const moments = async (name: string) => {
      const rows = (await answers(name)).map((line) => JSON.parse(line) as AnswerRow);
      return rows.find(({ question_type: type }) => type === 'camera_displacement')?.understood?.moments;
    };
    expect(await moments('plain')).toEqual([4, 1]);
    expect(await moments('lead-10')).toEqual([604, 601]);
  });

  it('goes on with further variants, and asks for half and twice the frames', async () => {
    const more = run(...study(...CHOSEN, ...RATES));
    expect(await more.exitCode, more.output).toBe(0);
    expect(more.output).not.toMatch(/looped: \d/);
    const rates: Record<string, number> = { 'half-rate': 1, 'double-rate': 4 };
    for (const { name, sampled_fps: rate } of (await readReport()).variants)
      expect(Math.round(rate ?? 0), name).toBe(rates[name] ?? 2);
  });

  it('starts nothing when all is answered', async () => {
    const again = run(...study(...CHOSEN));
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
      [[...study('lead-11')], /^loci: --variants: there is no lead-11; there are plain, looped, /],
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
