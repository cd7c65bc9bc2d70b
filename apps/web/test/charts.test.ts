import { readFileSync } from 'node:fs';
import type { Evaluation, Robustness } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { calibrationChart, calibrationTable, meanError } from '../src/charts/calibration-chart.js';
import { horizonChart, horizonTable } from '../src/charts/horizon-chart.js';
import { peopleChart, peopleTable } from '../src/charts/people-chart.js';
import { robustnessChart, robustnessTable } from '../src/charts/robustness-chart.js';
import { taskChart, taskTable } from '../src/charts/task-chart.js';

const read = (path: string): unknown =>
  JSON.parse(readFileSync(inRoot('docs/research/test-set', path), 'utf8'));
const report = read('report.json') as Evaluation;
const study = read('robustness/report.json') as Robustness;

/** The chart as the page draws it: with its expressions interpreted, at a width. */
const drawn = (spec: TopLevelSpec): Promise<View> => {
  const wide = compile({ ...spec, width: 400 }).spec;
  return new View(parse(wide, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'none',
  }).runAsync();
};
/** What stands along an axis. */
const along = (view: View, axis: 'x' | 'y'): unknown[] => {
  const { domain } = view.scale(axis) as { domain: () => unknown[] };
  return domain();
};
const circles = (svg: string): number => svg.split('<path').filter((path) => /,0,1,1,/.test(path)).length;

describe('the charts of the shipped report', () => {
  it('show every task beside its blind guess, and the table says the same', async () => {
    for (const table of report.tables) {
      const view = await drawn(taskChart(table));
      const { rows } = taskTable(table);
      expect(rows).toHaveLength(table.tasks.length + 1);
      expect(along(view, 'y')).toEqual(rows.map(([task]) => task));
      // a dot for the score and one for the guess, and two in the legend
      expect(circles(await view.toSVG())).toBe((table.tasks.length + 1) * 2 + 2);
    }
  });

  it('show short, mid and long', async () => {
    expect(along(await drawn(horizonChart(report.horizon)), 'x')).toEqual(['Short', 'Mid', 'Long']);
    expect(horizonTable(report.horizon).rows).toHaveLength(report.horizon.length);
  });

  it('show the bins that hold answers, and no others', async () => {
    const filled = [report.calibration.choices, report.calibration.numbers]
      .flatMap((kind) => kind?.bins ?? [])
      .filter(({ questions }) => questions > 0);
    expect(calibrationTable(report.calibration).rows).toHaveLength(filled.length);
    expect(along(await drawn(calibrationChart(report.calibration)), 'x')).toEqual([0, 100]);
  });

  it('show what each change of the clips did', async () => {
    const view = await drawn(robustnessChart(study));
    const { rows } = robustnessTable(study);
    expect(rows).toHaveLength(study.comparisons.length);
    expect(along(view, 'y')).toEqual(rows.map(([name]) => name));
  });
});

describe('what people reach', () => {
  it('stands in a chart of its own, without a score of Loci, and its mean is that of the tasks', async () => {
    const view = await drawn(peopleChart);
    expect(along(view, 'y')).toEqual(peopleTable.rows.map(([task]) => task));
    expect(peopleTable.heads).toEqual(['Task', 'People']);
    const scores = peopleTable.rows.map(([, score]) => Number.parseFloat(score ?? ''));
    const tasks = scores.slice(0, -1);
    expect(tasks.reduce((sum, score) => sum + score, 0) / tasks.length).toBeCloseTo(scores.at(-1) ?? 0, 1);
  });

  it('names the tasks as the report does', () => {
    const [vsi] = report.tables;
    expect(peopleTable.rows.map(([task]) => task)).toEqual(taskTable(vsi!).rows.map(([task]) => task));
  });
});

describe('the mean calibration error', () => {
  it('weighs the kinds of answers by how many there are', () => {
    const kind = (error: number, questions: number) => ({ error, questions, bins: [] });
    expect(meanError({ choices: kind(0.1, 30), numbers: kind(0.5, 10), words: null })).toBeCloseTo(0.2, 12);
    expect(meanError({ choices: null, numbers: null, words: null })).toBeNull();
  });
});

it('a task that was not asked is left out, and one without a blind guess keeps its score', () => {
  const scored = { score: 50, standard_error: null, blind: null, margin: null, questions: 4 };
  const table = {
    benchmark: 'scanqa',
    tasks: [
      { task: 'asked', metric: 'accuracy' as const, ...scored },
      { task: 'not asked', score: null },
    ],
    macro: null,
    micro: scored,
  };
  expect(taskTable(table).rows.map(([task, score, , blind]) => [task, score, blind])).toEqual([
    ['asked', '50.0 %', '–'],
    ['all questions', '50.0 %', '–'],
  ]);
});
