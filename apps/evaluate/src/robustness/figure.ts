import type { TopLevelSpec } from 'vega-lite';
import { CONFIG, OURS } from '../report/figures.js';
import { comparisonName } from './markdown.js';
import type { StudyReport } from './report.js';

const BAND = '#e3ead9';

/** The change of the macro average a comparison, with the band of what may change. */
export function changesFigure({ comparisons, bars: { most_change } }: StudyReport): TopLevelSpec {
  const values = comparisons.flatMap(({ of, against, found }) => {
    if (found === null) return [];
    const { change, standard_error } = found.macro;
    return [
      {
        compared: comparisonName({ of, against }),
        change,
        low: change - (standard_error ?? 0),
        high: change + (standard_error ?? 0),
      },
    ];
  });
  const y = {
    field: 'compared',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelLimit: 220 },
  } as const;
  const x = (field: string) =>
    ({ field, type: 'quantitative', title: 'change of the macro average (points)' }) as const;
  return {
    ...{
      title: `What changes when the video does, ± one standard error; band: ±${most_change}`,
      width: 460,
      height: { step: 34 },
      config: CONFIG,
    },
    layer: [
      {
        data: { values: [{ from: -most_change, to: most_change }] },
        mark: { type: 'rect', color: BAND },
        encoding: { x: x('from'), x2: { field: 'to' } },
      },
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', color: '#8a939e', strokeDash: [4, 4] },
        encoding: { x: x('at') },
      },
      {
        data: { values },
        mark: { type: 'rule', color: OURS, strokeWidth: 2 },
        encoding: { y, x: x('low'), x2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'circle', color: OURS, size: 90, opacity: 1 },
        encoding: { y, x: x('change') },
      },
      {
        data: { values },
        mark: { type: 'text', dy: -11, fontSize: 11 },
        encoding: { y, x: x('change'), text: { field: 'change', format: '+.1f' } },
      },
    ],
  };
}
