import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '@loci/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../src/dataset/dataset.js';
import { openDataset } from '../src/dataset/open.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { toPng, toSvg } from '../src/report/render.js';
import { summarise } from '../src/report/summary.js';
import { writeReport } from '../src/report/write.js';
import { AnswersFile, type AnswerRow, type VideoFacts } from '../src/run/answers-file.js';
import { answeredRow, failedRow } from '../src/run/row.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const facts = (durationS: number): VideoFacts => ({
  duration_s: durationS,
  frames: Math.round(2 * durationS),
  build_s: durationS / 4,
  wall_s: durationS / 2,
  model: 'loci-nano@0.1.0',
});
const answerOf = (text: string, over: Partial<Answer> = {}): Answer => ({
  text,
  kind: 'text',
  value: null,
  unit: null,
  choice: null,
  confidence: 0.9,
  trace: [],
  supported: true,
  evidence: [],
  out_of_domain: { score: 1, flag: false },
  ...over,
});

describe('the report', () => {
  let folder: DatasetFolder;
  let dataset: Dataset;
  beforeEach(async () => {
    folder = await DatasetFolder.create();
    await folder.write('questions.jsonl', [
      counting(1, 'short'),
      nearest(2, 'short'),
      counting(3, 'long', { pruned: true }),
      nearest(4, 'long'),
      counting(5, 'broken'),
    ]);
    await folder.write(
      'train.jsonl',
      Array.from({ length: 20 }, (_, index) => counting(100 + index, 'train', { ground_truth: '2' })),
    );
    dataset = await openDataset(folder.path);
  });
  afterEach(() => folder.remove());

  const rows = (): AnswerRow[] => {
    const [first, second, third, fourth, fifth] = dataset.questions;
    return [
      answeredRow(first!, answerOf('3.'), 0.2, facts(30)),
      answeredRow(second!, answerOf('plant', { choice: 'B', kind: 'choice' }), 0.4, facts(30)),
      answeredRow(third!, answerOf('four', { confidence: 0.1, supported: false }), 0.6, facts(150)),
      answeredRow(
        fourth!,
        answerOf('A', { choice: 'A', out_of_domain: { score: 3, flag: true } }),
        0.8,
        facts(150),
      ),
      failedRow(fifth!, 'POST /v1/videos was answered 422: The file is not a video', null),
    ];
  };

  it('has macro and micro averages, and takes failures and numbers that do not parse for wrong', () => {
    const report = summarise(dataset, rows(), null);
    const [table] = report.tables;
    expect(table?.benchmark).toBe('vsi-bench');
    // counting 1, 0, 0; rel. distance 1, 0
    expect(table?.macro?.score).toBeCloseTo((100 / 3 + 50) / 2);
    expect(table?.macro?.questions).toBe(5);
    expect(table?.micro.score).toBe(40);
    expect(report.counts).toEqual({
      questions: 5,
      answered: 4,
      failed: 1,
      unsupported: 1,
      videos: 3,
      failed_videos: 1,
      without_answer_yet: 0,
    });
    expect(report.failures).toEqual([
      { reason: 'POST /v1/videos was answered 422: The file is not a video', questions: 1 },
    ]);
  });

  it('has the blind baseline beside, and the margin over it', () => {
    const report = summarise(dataset, rows(), null);
    expect(report.blind_fitted_on).toBe('20 training questions');
    // 2 for 3 is off by a third: within 0.50 to 0.65
    const counted = report.tables[0]?.tasks.find((each) => each.score !== null);
    expect(counted).toMatchObject({ task: 'object count', questions: 3 });
    expect(counted?.blind).toBeCloseTo(40);
    expect(counted?.margin).toBeCloseTo(100 / 3 - 40);
  });

  it('has groups by length, the debiased variant, the videos out of the domain and the timings', () => {
    const report = summarise(dataset, rows(), null);
    expect(report.horizon.map(({ group, score, questions }) => ({ group, score, questions }))).toEqual([
      { group: 'short', score: 100, questions: 2 },
      { group: 'long', score: 0, questions: 2 },
    ]);
    expect(report.frames.map(({ group }) => group)).toEqual(['32–63', '256–511']);
    expect(report.debiased?.[0]?.micro.questions).toBe(4);
    expect(report.out_of_domain).toEqual({ videos: 2, flagged: 1, share: 0.5, mean_score: 2 });
    expect(report.timings).toEqual({
      videos: 2,
      video_minutes: 3,
      build_s_per_video_minute: 15,
      wall_s_per_video_minute: 30,
      latency_s: { median: 0.6, p95: 0.8 },
    });
    expect(report.calibration.choices?.questions).toBe(2);
    expect(report.calibration.choices?.error).toBeCloseTo(0.4);
  });

  it('says in words what it holds', () => {
    const text = reportMarkdown(summarise(dataset, rows(), { commit: '0123456789abcdef', changed: true }));
    expect(text).toContain('loci-nano@0.1.0');
    expect(text).toContain('commit 0123456789ab with changes');
    expect(text).toMatch(/\| object count \| 33\.3 ± 33\.3 \| 40\.0 \| −6\.7 \| 3 \|/);
    expect(text).toMatch(/\*\*macro: mean over 2 of the 8 tasks\*\* \| 41\.7 ± /);
    expect(text).toMatch(/micro: flat mean over questions \| 40\.0 ± /);
    expect(text).toContain('1 of 2 videos (50 %)');
    expect(text).toMatch(/failed, counted as wrong: 1 questions, among them all of 1 videos\n {2}- 1 × POST/);
  });

  it('lies in the folder with its figures', async () => {
    await writeReport(folder.path, summarise(dataset, rows(), null));
    const names = await readdir(folder.path);
    for (const figure of ['tasks-vsi-bench', 'horizon', 'frames', 'calibration'])
      expect(names).toEqual(expect.arrayContaining([`${figure}.svg`, `${figure}.png`]));
    expect(await readFile(join(folder.path, 'tasks-vsi-bench.svg'), 'utf8')).toContain('object count');
    expect((await readFile(join(folder.path, 'tasks-vsi-bench.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('draws letters also where no font is installed', async () => {
    const text = (label: string) =>
      toSvg({
        data: { values: [{ label }] },
        mark: { type: 'text', fontSize: 20 },
        encoding: { text: { field: 'label' } },
      });
    expect(toPng(await text('room size')).equals(toPng(await text('         ')))).toBe(false);
  });

  it('can be made before anything was answered', async () => {
    const report = summarise(dataset, [], null);
    expect(report).toMatchObject({
      model: null,
      tables: [],
      counts: { questions: 0, without_answer_yet: 5 },
    });
    await writeReport(folder.path, report);
  });

  it('has the metrics of words for ScanQA', async () => {
    await folder.write('qa/ScanQA_v1.0_val.json', [
      { scene_id: 'a', question_id: 'val-1', question: 'What color is it?', answers: ['dark brown'] },
      { scene_id: 'b', question_id: 'val-2', question: 'How many are there?', answers: ['2'] },
    ]);
    const words = await openDataset(join(folder.path, 'qa'));
    const report = summarise(
      words,
      [
        answeredRow(words.questions[0]!, answerOf('Brown'), 1, facts(30)),
        answeredRow(words.questions[1]!, answerOf('two'), 1, facts(30)),
      ],
      null,
    );
    expect(report.words).toMatchObject({ em: 50, em_refined: 100 });
    expect(report.tables[0]).toMatchObject({ benchmark: 'scanqa', macro: null, micro: { score: 50 } });
    expect(reportMarkdown(report)).toMatch(/EM@1 \| EM-R@1 \| BLEU-4 \| METEOR \| ROUGE-L \| CIDEr/);
  });
});

describe('the answers of a run', () => {
  let folder: DatasetFolder;
  beforeEach(async () => {
    folder = await DatasetFolder.create();
  });
  afterEach(() => folder.remove());

  it('survive a cut at any byte: whole lines are read, a torn one is dropped, new ones follow', async () => {
    await folder.write('questions.jsonl', [counting(1), nearest(2), counting(3)]);
    const rows = (await openDataset(folder.path)).questions.map((question) =>
      failedRow(question, 'größer', null),
    );
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: lines.length }), async (cut) => {
        const path = await folder.write('answers.jsonl', '');
        await writeFile(path, lines.subarray(0, cut));
        const whole = lines.subarray(0, cut).filter((byte) => byte === 10).length;
        const file = await AnswersFile.open(path);
        expect(file.rows).toEqual(rows.slice(0, whole));
        await file.append(rows.slice(whole));
        await file.close();
        expect(await readFile(path)).toEqual(lines);
      }),
      { numRuns: 40 },
    );
  });

  it('name the line that is none', async () => {
    const path = await folder.write('answers.jsonl', '{"id": 3}\n');
    await expect(AnswersFile.open(path)).rejects.toThrow(/answers\.jsonl:1: id: /);
  });
});
