import type { GroupScore } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { COLOUR_PAIRS, CONFIG, errorBar, SCORE_AXIS } from './chart-style.js';
import { nameOf } from './names.js';

/** A figure with a line for each benchmark over groups of videos; the blind baseline's line is dashed. */
export function groupLines(groups: readonly GroupScore[], title: string, xTitle: string): TopLevelSpec {
  const order = [...new Set(groups.map(({ group }) => nameOf(group)))];
  const values = groups.flatMap(pointsOf);
  const { color, strokeDash, benchmarks } = lineStyles(groups, new Set(values.map(({ line }) => line)));
  const x = {
    field: 'group',
    type: 'ordinal',
    sort: order,
    title: xTitle,
    axis: { labelAngle: 0, labelLimit: 160 },
  } as const;
  const low = { field: 'low', type: 'quantitative', title: 'score (%)' } as const;
  const high = { field: 'high', type: 'quantitative' } as const;
  return {
    title: `${title}, ± one standard error`,
    width: Math.max(460, 110 * order.length),
    height: 280,
    config: CONFIG,
    data: { values },
    encoding: { x },
    layer: [
      {
        mark: { type: 'line', point: { size: 55 }, strokeWidth: 2 },
        encoding: { y: SCORE_AXIS, color, strokeDash },
      },
      { mark: { type: 'rule' }, encoding: { y: low, y2: { field: 'high' }, color } },
      {
        // the numbers of several benchmarks would overlap; the report's table holds them
        transform: [{ filter: benchmarks > 1 ? 'false' : '!datum.blind' }],
        mark: { type: 'text', dy: -11, fontSize: 11 },
        encoding: { y: high, text: { field: 'score', format: '.1f' }, color },
      },
    ],
  };
}

/** The point of a group, and that of its blind baseline. */
function pointsOf({ benchmark, group, score, standard_error, blind }: GroupScore) {
  const base = { group: nameOf(group), line: lineName(benchmark, false), blind: false };
  const baseline = { ...base, line: lineName(benchmark, true), blind: true };
  return [
    { ...base, score, ...errorBar(score, standard_error) },
    ...(blind === null ? [] : [{ ...baseline, score: blind, low: blind, high: blind }]),
  ];
}

/** Colours and dashes of the lines that have points. */
function lineStyles(groups: readonly GroupScore[], names: ReadonlySet<string>) {
  const benchmarks = [...new Set(groups.map(({ benchmark }) => benchmark))];
  const lines = benchmarks
    .flatMap((benchmark, index) => {
      const [color, paler] = COLOUR_PAIRS[index % COLOUR_PAIRS.length] ?? COLOUR_PAIRS[0];
      return [
        { name: lineName(benchmark, false), color, dash: [1, 0] },
        { name: lineName(benchmark, true), color: paler, dash: [5, 4] },
      ];
    })
    .filter(({ name }) => names.has(name));
  const domain = lines.map(({ name }) => name);
  const legend = { columns: 2 };
  const colors = { domain, range: lines.map(({ color }) => color) };
  const dashes = { domain, range: lines.map(({ dash }) => dash) };
  return {
    benchmarks: benchmarks.length,
    color: { field: 'line', scale: colors, legend },
    strokeDash: { field: 'line', scale: dashes, legend },
  };
}

const lineName = (benchmark: string, blind: boolean): string =>
  `${nameOf(benchmark)}, ${blind ? 'blind' : 'Loci'}`;
