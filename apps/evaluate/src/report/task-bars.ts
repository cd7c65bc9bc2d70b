import type { ScoreTable } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { BLIND_COLOUR, CONFIG, errorBar, OWN_COLOUR, SCORE_AXIS } from './chart-style.js';
import { nameOf } from './names.js';

/** A figure with a bar for each task, and the blind baseline's bar beside it. */
export function taskBars(table: ScoreTable): TopLevelSpec {
  const x = {
    field: 'task',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelAngle: -35, labelLimit: 220 },
  } as const;
  const color = { field: 'who', scale: { domain: ['Loci', 'blind'], range: [OWN_COLOUR, BLIND_COLOUR] } };
  return {
    title: `${nameOf(table.benchmark)}: score by task, ± one standard error`,
    width: { step: 30 },
    height: 300,
    config: CONFIG,
    data: { values: barValues(table) },
    encoding: { x, xOffset: { field: 'who', sort: ['Loci', 'blind'] } },
    layer: [
      { mark: { type: 'bar', cornerRadiusEnd: 2 }, encoding: { y: SCORE_AXIS, color } },
      {
        transform: [{ filter: "datum.who === 'Loci'" }],
        mark: { type: 'rule', color: '#0d2b4d' },
        encoding: { y: { field: 'low', type: 'quantitative', title: 'score (%)' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'text', baseline: 'bottom', dy: -4, fontSize: 10 },
        encoding: {
          y: { datum: 0 },
          text: { field: 'score', format: '.0f' },
          color: {
            condition: { test: "datum.who === 'Loci' && datum.score > 8", value: 'white' },
            value: '#2c3440',
          },
        },
      },
    ],
  };
}

function barValues({ tasks, macro, micro }: ScoreTable) {
  const average = { task: macro === null ? 'all' : 'macro average', ...(macro ?? micro) };
  return [...tasks, average].flatMap(({ task, ...scores }) => {
    if (scores.score === null) return [];
    const { score, standard_error, blind } = scores;
    return [
      { task, who: 'Loci', score, ...errorBar(score, standard_error) },
      ...(blind === null ? [] : [{ task, who: 'blind', score: blind, low: blind, high: blind }]),
    ];
  });
}
