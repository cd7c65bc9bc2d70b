import type { GroupScore } from '@loci/contracts';
import type { TopLevelSpec } from 'vega-lite';
import { texts } from '../texts/results.js';
import type { ChartTable } from './chart.js';
import { colours, errorBar, frame, scores } from './look.js';

const words = texts.horizon;
const LINE_COLOURS = [colours.own, colours.other];
const DASHED = [5, 4];
const SOLID = [1, 0];

const nameIn = (names: Record<string, string>, name: string): string => names[name] ?? name;
export const benchmarkName = (name: string): string => nameIn(texts.benchmarks, name);
const groupName = (name: string): string => nameIn(words.groups, name);

/** A line for each benchmark over the length of the videos, and a dashed one for its blind guess. */
export function horizonChart(groups: readonly GroupScore[]): TopLevelSpec {
  const values = groups.flatMap(pointsOf);
  const benchmarks = [...new Set(groups.map(({ benchmark }) => benchmark))];
  const lines = benchmarks.flatMap((benchmark, index) =>
    [false, true].map((blind) => ({
      name: words.line(benchmarkName(benchmark), blind),
      color: LINE_COLOURS[index % LINE_COLOURS.length] ?? colours.own,
      dash: blind ? DASHED : SOLID,
    })),
  );
  const domain = lines.map(({ name }) => name);
  const color = {
    field: 'line',
    type: 'nominal',
    scale: { domain, range: lines.map(({ color }) => color) },
    legend: { columns: 2, symbolType: 'stroke' },
  } as const;
  const strokeDash = {
    field: 'line',
    type: 'nominal',
    scale: { domain, range: lines.map(({ dash }) => dash) },
  } as const;
  const y = (field: string) =>
    ({ field, type: 'quantitative', title: texts.tasks.axis, scale: scores }) as const;
  return {
    ...frame,
    data: { values },
    encoding: {
      x: {
        field: 'group',
        type: 'ordinal',
        sort: [...new Set(values.map(({ group }) => group))],
        title: null,
        axis: { labelAngle: 0, grid: false },
      },
      color,
      tooltip: [
        { field: 'line', title: words.group },
        { field: 'hint', title: texts.score },
        { field: 'hintQuestions', title: texts.questions },
      ],
    },
    layer: [
      { mark: { type: 'line', strokeWidth: 2.5 }, encoding: { y: y('score'), strokeDash } },
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { y: y('low'), y2: { field: 'high' } } },
      { mark: { type: 'circle', size: 80, opacity: 1 }, encoding: { y: y('score') } },
    ],
  };
}

/** The point of a group, and that of its blind guess. */
function pointsOf({ benchmark, group, score, standard_error, blind, questions }: GroupScore) {
  const name = benchmarkName(benchmark);
  const base = { group: groupName(group), hintQuestions: texts.count(questions) };
  const own = {
    ...base,
    line: words.line(name, false),
    ...{ score, ...errorBar(score, standard_error) },
    hint: `${texts.percent(score)} ${texts.plusMinus(standard_error)}`,
  };
  if (blind === null) return [own];
  const guess = { ...base, line: words.line(name, true), score: blind, low: blind, high: blind };
  return [own, { ...guess, hint: texts.percent(blind) }];
}

export const horizonTable = (groups: readonly GroupScore[]): ChartTable => ({
  heads: [words.group, texts.score, texts.error, texts.blind, texts.questions],
  rows: groups.map(({ benchmark, group, score, standard_error, blind, questions }) => [
    `${groupName(group)}: ${benchmarkName(benchmark)}`,
    texts.percent(score),
    texts.plusMinus(standard_error),
    blind === null ? texts.none : texts.percent(blind),
    texts.count(questions),
  ]),
});
