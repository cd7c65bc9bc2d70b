import type { Robustness } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { texts } from '../texts/results.js';
import type { ChartTable } from './chart.js';
import { colours, frame } from './look.js';

const words = texts.robustness;

const variantName = (name: string): string => (words.names as Record<string, string>)[name] ?? name;
const comparedName = (of: string, against: string): string =>
  against === words.plain ? variantName(of) : words.against(variantName(of), variantName(against));

/** The comparisons that were made. */
const rowsOf = ({ comparisons }: Robustness) =>
  comparisons.flatMap(({ of, against, found }) =>
    found === null ? [] : [{ name: comparedName(of, against), ...found.macro, equal: found.equal_answers }],
  );

/** Points beside zero that the axis shows at least. */
const LEAST_REACH = 5;

/** How the mean score changes when the clips do: a dot a change, with its error. */
export function robustnessChart(study: Robustness): TopLevelSpec {
  const values = rowsOf(study).map(({ name, change, standard_error, equal }) => ({
    ...{ name, change, low: change - (standard_error ?? 0), high: change + (standard_error ?? 0) },
    hint: `${texts.signed(change)} ${texts.plusMinus(standard_error)}`,
    hintEqual: texts.percent(equal.share),
  }));
  const reach = Math.ceil(Math.max(LEAST_REACH, ...values.flatMap(({ low, high }) => [-low, high])));
  const scale = { domain: [-reach, reach] };
  const x = (field: string) => ({ field, type: 'quantitative', title: words.axis, scale }) as const;
  return {
    ...frame,
    data: { values },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { labelLimit: 170, grid: false } },
      tooltip: [
        { field: 'hint', title: words.change },
        { field: 'hintEqual', title: words.equal },
      ],
    },
    layer: [
      {
        mark: { type: 'bar', color: 'transparent', height: { band: 1 } },
        encoding: { x: { datum: -reach }, x2: { datum: reach } },
      },
      { mark: { type: 'rule', color: colours.guide, strokeDash: [4, 4] }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: 'rule', color: colours.own, strokeWidth: 2 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      { mark: { type: 'circle', color: colours.own, size: 110, opacity: 1 }, encoding: { x: x('change') } },
    ],
  };
}

export const robustnessTable = (study: Robustness): ChartTable => ({
  heads: [words.variant, words.change, texts.error, words.equal, texts.questions],
  rows: rowsOf(study).map(({ name, change, standard_error, equal, questions }) => [
    name,
    texts.signed(change),
    texts.plusMinus(standard_error),
    texts.percent(equal.share),
    texts.count(questions),
  ]),
});
