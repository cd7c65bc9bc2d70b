import type { CalibrationByKind } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { texts } from '../texts/results.js';
import type { ChartTable } from './chart.js';
import { colours, frame, scores } from './look.js';

const words = texts.calibration;
const KINDS = ['choices', 'numbers', 'words'] as const;

/** The bins that hold answers, of every kind of answer. Percent. */
function binsOf(calibration: CalibrationByKind) {
  return KINDS.flatMap((kind) =>
    (calibration[kind]?.bins ?? []).flatMap(({ confidence, score, questions }) =>
      confidence === null || score === null
        ? []
        : [{ kind: words.kinds[kind], sure: confidence * 100, right: score * 100, questions }],
    ),
  );
}

/** The mean distance between how sure and how often right, over all answers, 0 to 1. Null without answers. */
export function meanError(calibration: CalibrationByKind): number | null {
  const kinds = KINDS.flatMap((kind) => calibration[kind] ?? []);
  const answers = kinds.reduce((sum, { questions }) => sum + questions, 0);
  if (answers === 0) return null;
  return kinds.reduce((sum, { error, questions }) => sum + error * questions, 0) / answers;
}

/** How often answers are right against how sure Loci was: on the dashed line they are the same. */
export function calibrationChart(calibration: CalibrationByKind): TopLevelSpec {
  const bins = binsOf(calibration);
  const values = bins.map((bin) => ({
    ...bin,
    hintSure: texts.percent(bin.sure),
    hintRight: texts.percent(bin.right),
    hintQuestions: texts.count(bin.questions),
  }));
  const axis = { values: [0, 20, 40, 60, 80, 100], format: '.0f' };
  const x = { field: 'sure', type: 'quantitative', scale: scores, axis, title: `${words.sure} (%)` } as const;
  const y = {
    field: 'right',
    type: 'quantitative',
    scale: scores,
    axis,
    title: `${words.right} (%)`,
  } as const;
  const color = {
    field: 'kind',
    type: 'nominal',
    scale: {
      domain: [...new Set(bins.map(({ kind }) => kind))],
      range: [colours.own, colours.other, colours.blind],
    },
  } as const;
  return {
    ...frame,
    layer: [
      {
        data: { values: [{ at: 0 }, { at: 100 }] },
        mark: { type: 'line', color: colours.guide, strokeDash: [4, 4] },
        encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'at' } },
      },
      { data: { values }, mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } },
      {
        data: { values },
        mark: { type: 'circle', opacity: 0.9 },
        encoding: {
          ...{ x, y, color },
          size: {
            field: 'questions',
            type: 'quantitative',
            legend: null,
            scale: { range: [50, 500] },
          },
          tooltip: [
            { field: 'kind', title: words.kind },
            { field: 'hintSure', title: words.sure },
            { field: 'hintRight', title: words.right },
            { field: 'hintQuestions', title: texts.questions },
          ],
        },
      },
    ],
  };
}

export const calibrationTable = (calibration: CalibrationByKind): ChartTable => ({
  heads: [words.kind, words.sure, words.right, texts.questions],
  rows: binsOf(calibration).map(({ kind, sure, right, questions }) => [
    kind,
    texts.percent(sure),
    texts.percent(right),
    texts.count(questions),
  ]),
});
