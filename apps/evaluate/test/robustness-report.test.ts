import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../src/dataset/dataset.js';
import { openDataset } from '../src/dataset/open.js';
import { judge } from '../src/report/judge.js';
import { compare, sameAnswer } from '../src/robustness/compare.js';
import { studyMarkdown } from '../src/robustness/markdown.js';
import { meets, reportStudy, type Outcome, type Outcomes } from '../src/robustness/report.js';
import { samplingOf } from '../src/robustness/study.js';
import { NAMES, withCompared, type Bar, type VariantName } from '../src/robustness/variants.js';
import { writeStudy } from '../src/robustness/write.js';
import type { AnswerRow, VideoFacts } from '../src/run/answers-file.js';
import { failedRow } from '../src/run/row.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const facts = (over: Partial<VideoFacts> = {}): VideoFacts => ({
  duration_s: 30,
  frames: 60,
  build_s: 3,
  wall_s: 9,
  model: 'loci-nano@0.1.0',
  ...over,
});

describe('the robustness study', () => {
  let folder: DatasetFolder;
  let dataset: Dataset;
  beforeEach(async () => {
    folder = await DatasetFolder.create();
    // the truth of counting is 3, of what is nearest B
    await folder.write('questions.jsonl', [
      counting(1, 'first'),
      nearest(2, 'first'),
      counting(3, 'second'),
      nearest(4, 'second'),
    ]);
    dataset = await openDataset(folder.path);
  });
  afterEach(() => folder.remove());

  /** Rows that answer the questions in their order; null is a failure. Further questions were not asked. */
  const rows = (predictions: (string | null)[], over: Partial<VideoFacts> = {}): AnswerRow[] =>
    predictions.map((prediction, index) => {
      const row = failedRow(dataset.questions[index]!, 'it failed', facts(over));
      return prediction === null
        ? row
        : {
            ...row,
            status: 'answered',
            reason: null,
            prediction,
            confidence: 0.5,
            supported: true,
            latency_s: 1,
          };
    });
  const compared = (before: (string | null)[], after: (string | null)[]) =>
    compare(judge(dataset, rows(before), null), judge(dataset, rows(after), null));
  const outcomes = (
    over: Partial<Record<VariantName, Outcome>> = {},
    names: readonly VariantName[] = NAMES,
  ): Outcomes =>
    new Map(names.map((name) => [name, over[name] ?? { rows: rows(['3', 'B', '3', 'A']), skipped: null }]));

  it('compares question by question, in points of the macro average', () => {
    // counting 3 → 4 of 3 (off by a third: 0.4), 3 → 3; nearest B → A, A → B
    const found = compared(['3', 'B', '3', 'A'], ['4', 'A', '3', 'B'])!;
    expect(
      found.tasks
        .filter(({ change }) => change !== null)
        .map(({ task, change }) => [task, Math.round(change!.change)]),
    ).toEqual([
      ['object count', -30],
      ['rel. distance', 0],
    ]);
    expect(found.macro.change).toBeCloseTo(-15);
    // the first video adds (−0.3 / 2 − 1 / 2) / 2 to the deviation of the mean, the second its opposite
    expect(found.macro.standard_error).toBeCloseTo(100 * Math.sqrt(2 * 2 * 0.325 ** 2));
    expect(found).toMatchObject({
      questions: 4,
      videos: 2,
      equal_counts: { equal: 1, questions: 2, share: 50 },
      equal_answers: { equal: 1, questions: 4, share: 25 },
    });
  });

  it('leaves out what one of the runs was not asked, and counts a failure as wrong', () => {
    expect(compared(['3', 'B', '3'], ['3', 'B'])).toMatchObject({ questions: 2, macro: { change: 0 } });
    expect(compared(['3', 'B'], [null, 'B'])).toMatchObject({
      macro: { change: -50 },
      equal_counts: { equal: 0 },
    });
    expect(compared([], ['3'])).toBeNull();
  });

  it('takes answers for equal that say the same, and failures for equal to nothing', () => {
    const [count, choice] = rows(['3', 'B']);
    const same = (row: AnswerRow, first: string, second: string) =>
      sameAnswer({ ...row, prediction: first }, { ...row, prediction: second });
    expect([
      same(count!, '3', '3.0'),
      same(count!, '3.', '3'),
      same(count!, '3', '4'),
      same(count!, 'three', 'three'),
      same(count!, 'three', '3'),
    ]).toEqual([true, true, false, true, false]);
    expect([same(choice!, 'B', 'b.'), same(choice!, 'B', 'A')]).toEqual([true, false]);
    const [failed] = rows([null]);
    expect(sameAnswer(failed!, failed!)).toBe(false);
  });

  it('finds no change between a run and itself, and the opposite change the other way round', () => {
    const predictions = fc.array(fc.constantFrom('1', '2', '3', '4', 'A', 'B'), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(predictions, predictions, (before, after) => {
        expect(compared(before, before)).toMatchObject({
          macro: { change: 0, standard_error: 0 },
          equal_answers: { share: 100 },
        });
        const [there, back] = [compared(before, after)!, compared(after, before)!];
        expect(there.macro.change + back.macro.change).toBeCloseTo(0);
        expect(there.macro.standard_error).toBeCloseTo(back.macro.standard_error!);
        expect(there.equal_answers).toEqual(back.equal_answers);
      }),
    );
  });

  it('holds the bars where they are: a share of the counts, points up or down', () => {
    const points: Bar = { kind: 'change', most: 3 };
    const share: Bar = { kind: 'equal counts', least: 95 };
    const macro = (change: number) => ({
      macro: { change, standard_error: 1, questions: 100 },
      equal_counts: null,
    });
    expect([-3.01, -3, 0, 3, 3.01].map((change) => meets(points, macro(change)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    const counts = (equal: number) => ({
      ...macro(50),
      equal_counts: { equal, questions: 20, share: 5 * equal },
    });
    expect([18, 19, 20].map((equal) => meets(share, counts(equal)))).toEqual([false, true, true]);
    expect(meets(share, macro(0))).toBeNull();
    expect(meets(null, macro(0))).toBeNull();
  });

  it('reports every variant beside the plain clips, and the scaled ones beside each other', () => {
    const report = reportStudy(
      dataset,
      outcomes({
        looped: { rows: rows(['3', 'B', '4', 'A']), skipped: null },
        '480p': { rows: rows(['3', 'A', '3', 'A']), skipped: null },
      }),
      null,
    );
    expect(report.comparisons.map(({ of, against, met }) => `${of} ${against} ${String(met)}`)).toEqual([
      'looped plain false',
      'four-times plain true',
      'there-and-back plain true',
      'a-b-a a-b true',
      'a-b-a plain null',
      'lead-10 plain true',
      'lead-60 plain true',
      'pause-15 plain true',
      'pause-60 plain true',
      'half-rate plain true',
      'double-rate plain true',
      '480p plain false',
      '720p plain true',
      '480p 720p false',
      'compressed plain true',
      'rotated plain true',
      'pq plain true',
      'hlg plain true',
    ]);
    expect(report.variants[0]).toMatchObject({
      name: 'plain',
      macro: { score: 75 },
      questions: 4,
      failed: 0,
      videos: 2,
      sampled_fps: 2,
    });
    const text = studyMarkdown(report);
    expect(text).toContain(
      '| looped | −15.0 ± 15.0 | – | – | 50.0 % of 2 | 75.0 % of 4 | 4 | equal counts ≥ 95 % | fail |',
    );
    expect(text).toMatch(/\| 480p against 720p \| −25\.0 ± 25\.0 \|/);
    expect(text).toMatch(/\| rel\. distance \| \+0\.0 ± 0\.0 \|/);
  });

  it('holds silence to two points, and everything else to three', () => {
    const { comparisons } = reportStudy(dataset, outcomes(), null);
    const most = (name: VariantName) => comparisons.find(({ of }) => of === name)?.bar;
    expect([most('pause-60'), most('rotated'), most('four-times')]).toEqual([
      { kind: 'change', most: 2 },
      { kind: 'change', most: 3 },
      { kind: 'equal counts', least: 95 },
    ]);
  });

  it('of chosen variants, reports those and what they are compared with', () => {
    const names = withCompared(['a-b-a', 'lead-10']);
    expect(names).toEqual(['plain', 'a-b', 'a-b-a', 'lead-10']);
    expect(withCompared(['480p'])).toEqual(['plain', '480p', '720p']);
    const report = reportStudy(dataset, outcomes({}, names), null);
    expect(report.variants.map(({ name }) => name)).toEqual(names);
    expect(report.comparisons.map(({ of, against }) => `${of} ${against}`)).toEqual([
      'a-b-a a-b',
      'a-b-a plain',
      'lead-10 plain',
    ]);
  });

  it('says why a variant was not run, and makes no comparison with it', () => {
    const report = reportStudy(
      dataset,
      outcomes({
        'half-rate': { rows: [], skipped: 'the model reads 2 to 4 frames/s, and this would be 1' },
      }),
      null,
    );
    expect(report.comparisons.find(({ of }) => of === 'half-rate')).toMatchObject({ met: null, found: null });
    expect(studyMarkdown(report)).toContain('not run: the model reads 2 to 4 frames/s, and this would be 1');
  });

  it('refuses to compare answers of different models', () => {
    expect(() =>
      reportStudy(
        dataset,
        outcomes({ rotated: { rows: rows(['3'], { model: 'loci-nano@0.2.0' }), skipped: null } }),
        null,
      ),
    ).toThrow(/different models \(loci-nano@0\.1\.0, loci-nano@0\.2\.0\)/);
  });

  it('lies in the folder with its figure, and the report of each variant below', async () => {
    const found = outcomes({ rotated: { rows: [], skipped: null } });
    for (const name of NAMES) await folder.write(`study/${name}/run.json`, {});
    const out = join(folder.path, 'study');
    await writeStudy(out, reportStudy(dataset, found, null), dataset, found);
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(['report.json', 'report.md', 'changes.svg', 'changes.png']),
    );
    expect(await readFile(join(out, 'changes.svg'), 'utf8')).toContain('480p against 720p');
    expect(JSON.parse(await readFile(join(out, 'looped', 'report.json'), 'utf8'))).toMatchObject({
      counts: { questions: 4 },
    });
  });

  it('asks for half and twice the model’s rate, as far as the model takes it, and else for nothing', () => {
    const model = { sampling: { fps: 2, min_fps: 1, max_fps: 3 } };
    expect([0.5, 1, 2].map((times) => samplingOf(model, times))).toEqual([
      { fps: 1 },
      { fps: null },
      { refused: 'the model reads 1 to 3 frames/s, and this would be 4' },
    ]);
  });
});
