import type { ScoreTable } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { texts } from '../texts/results.js';
import type { ChartTable } from './chart.js';
import { colours, errorBar, frame, scores as scale } from './look.js';

/** The tasks that were asked, and at last their mean. */
function rowsOf({ tasks, macro, micro }: ScoreTable) {
  const mean = { task: macro === null ? texts.tasks.micro : texts.tasks.macro, ...(macro ?? micro) };
  return [...tasks, mean].flatMap((row) => (row.score === null ? [] : [row]));
}

/** A line a task, from the blind guess to Loci's score. */
export function taskChart(scores: ScoreTable): TopLevelSpec {
  const values = rowsOf(scores).map(({ task, score, standard_error, blind, questions }) => ({
    ...{ task, score, blind, who: texts.own, whoBlind: texts.blind },
    ...errorBar(score, standard_error),
    hintScore: `${texts.percent(score)} ${texts.plusMinus(standard_error)}`,
    hintBlind: blind === null ? texts.none : texts.percent(blind),
    hintQuestions: texts.count(questions),
  }));
  const y = {
    field: 'task',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelLimit: 150, grid: false },
  } as const;
  const x = (field: string) => ({ field, type: 'quantitative', title: texts.tasks.axis, scale }) as const;
  const color = (field: string) =>
    ({
      field,
      type: 'nominal',
      scale: { domain: [texts.own, texts.blind], range: [colours.own, colours.blind] },
    }) as const;
  const tooltip = [
    { field: 'hintScore', title: texts.own },
    { field: 'hintBlind', title: texts.blind },
    { field: 'hintQuestions', title: texts.questions },
  ];
  return {
    ...frame,
    data: { values },
    encoding: { y, tooltip },
    layer: [
      // all of a row answers to the pointer
      {
        mark: { type: 'bar', color: 'transparent', height: { band: 1 } },
        encoding: { x: { datum: 0 }, x2: { datum: 100 } },
      },
      {
        transform: [{ filter: 'datum.blind !== null' }],
        mark: { type: 'rule', color: colours.band, strokeWidth: 6 },
        encoding: { x: x('blind'), x2: { field: 'score' } },
      },
      {
        mark: { type: 'rule', color: colours.own, strokeWidth: 1.5 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        transform: [{ filter: 'datum.blind !== null' }],
        mark: { type: 'circle', size: 70, opacity: 1 },
        encoding: { x: x('blind'), color: color('whoBlind') },
      },
      { mark: { type: 'circle', size: 110, opacity: 1 }, encoding: { x: x('score'), color: color('who') } },
    ],
  };
}

export const taskTable = (scores: ScoreTable): ChartTable => ({
  heads: [texts.tasks.task, texts.score, texts.error, texts.blind, texts.margin, texts.questions],
  rows: rowsOf(scores).map(({ task, score, standard_error, blind, margin, questions }) => [
    task,
    texts.percent(score),
    texts.plusMinus(standard_error),
    blind === null ? texts.none : texts.percent(blind),
    margin === null ? texts.none : texts.signed(margin),
    texts.count(questions),
  ]),
});
