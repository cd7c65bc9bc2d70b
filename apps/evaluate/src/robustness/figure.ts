import type { TopLevelSpec } from 'vega-lite';
import { CONFIG, GUIDE_COLOUR, OWN_COLOUR } from '../report/chart-style.js';
import { comparisonName } from './markdown.js';
import type { StudyReport } from './report.js';

const BAND_COLOUR = '#e3ead9';

/** A figure with the change of the macro average for each comparison, and where it has a bar the band. */
export function changesFigure({ comparisons }: StudyReport): TopLevelSpec {
  const values = comparisons.flatMap(({ of, against, bar, found }) => {
    if (found === null) return [];
    const { change, standard_error } = found.macro;
    const error = standard_error ?? 0;
    const most = bar?.kind === 'change' ? bar.most : 0;
    return [
      {
        compared: comparisonName({ of, against }),
        ...{ change, low: change - error, high: change + error },
        ...{ from: -most, to: most },
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
    title: 'What changes when the video does, ± one standard error; bands: the bars',
    width: 460,
    height: { step: 34 },
    config: CONFIG,
    layer: [
      {
        data: { values },
        mark: { type: 'bar', color: BAND_COLOUR, height: { band: 1 } },
        encoding: { y, x: x('from'), x2: { field: 'to' } },
      },
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', color: GUIDE_COLOUR, strokeDash: [4, 4] },
        encoding: { x: x('at') },
      },
      {
        data: { values },
        mark: { type: 'rule', color: OWN_COLOUR, strokeWidth: 2 },
        encoding: { y, x: x('low'), x2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'circle', color: OWN_COLOUR, size: 90, opacity: 1 },
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
