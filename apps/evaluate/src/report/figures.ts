import type { Calibration } from '@loci/scoring';
import type { TopLevelSpec } from 'vega-lite';
import { nameOf } from './markdown.js';
import type { GroupScore, Report } from './summary.js';
import type { ScoreTable } from './tables.js';

export const OURS = '#1f5fa8';
const BLIND = '#b4bcc6';
/** A benchmark's own colour, and beside it the paler one of its blind baseline. */
const PAIRS = [
  ['#1f5fa8', '#a9bdd4'],
  ['#c8553d', '#e3bdb3'],
] as const;
const KINDS = ['#1f5fa8', '#c8553d', '#3b8f5a'];
const FONT = 'DejaVu Sans';

export const CONFIG: NonNullable<TopLevelSpec['config']> = {
  font: FONT,
  background: 'white',
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 10,
    gridColor: '#e6e9ed',
    domainColor: '#8a939e',
    tickColor: '#8a939e',
    labelColor: '#2c3440',
    titleColor: '#2c3440',
  },
  legend: {
    labelFontSize: 12,
    labelLimit: 0,
    title: null,
    orient: 'top',
    symbolSize: 120,
    labelColor: '#2c3440',
  },
  title: { fontSize: 15, anchor: 'start', color: '#1b222c', offset: 12 },
};

const SCORE_SCALE = { domain: [0, 100] };

/** The figures of a report by their names, as Vega-Lite. */
export function figures(report: Report): Record<string, TopLevelSpec> {
  const average = report.words === null ? 'macro average' : 'exact match';
  return {
    ...Object.fromEntries(report.tables.map((table) => [`tasks-${table.benchmark}`, taskBars(table)])),
    ...(report.horizon.length === 0
      ? {}
      : { horizon: groupLines(report.horizon, `Long horizon: ${average}`, 'length of the video') }),
    ...(report.frames.length === 0
      ? {}
      : { frames: groupLines(report.frames, `Number of frames: ${average}`, 'sampled frames of the video') }),
    calibration: calibrationCurve(report),
  };
}

/** A bar a task with the blind baseline's beside it. */
function taskBars({ benchmark, tasks, macro, micro }: ScoreTable): TopLevelSpec {
  const average = { task: macro === null ? 'all' : 'macro average', ...(macro ?? micro) };
  const values = [...tasks, average].flatMap((each) => {
    if (each.score === null) return [];
    const error = each.standard_error ?? 0;
    const own = {
      task: each.task,
      who: 'Loci',
      score: each.score,
      low: Math.max(0, each.score - error),
      high: Math.min(100, each.score + error),
    };
    return [
      own,
      ...(each.blind === null
        ? []
        : [{ ...own, who: 'blind', score: each.blind, low: each.blind, high: each.blind }]),
    ];
  });
  const x = {
    field: 'task',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelAngle: -35, labelLimit: 220 },
  } as const;
  const xOffset = { field: 'who', sort: ['Loci', 'blind'] };
  return {
    ...{
      title: `${nameOf(benchmark)}: score by task, ± one standard error`,
      width: { step: 30 },
      height: 300,
      config: CONFIG,
      data: { values },
    },
    encoding: { x, xOffset },
    layer: [
      {
        mark: { type: 'bar', cornerRadiusEnd: 2 },
        encoding: {
          y: { field: 'score', type: 'quantitative', title: 'score (%)', scale: SCORE_SCALE },
          color: { field: 'who', scale: { domain: ['Loci', 'blind'], range: [OURS, BLIND] } },
        },
      },
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

/** A line a benchmark over groups of videos, the blind baseline's dashed. */
function groupLines(groups: readonly GroupScore[], title: string, xTitle: string): TopLevelSpec {
  const order = [...new Set(groups.map(({ group }) => nameOf(group)))];
  const benchmarks = [...new Set(groups.map(({ benchmark }) => benchmark))];
  const lines = benchmarks.flatMap((benchmark, index) => {
    const [own, blind] = PAIRS[index % PAIRS.length] ?? PAIRS[0];
    return [
      { line: lineName(benchmark, false), color: own, dash: [1, 0] },
      { line: lineName(benchmark, true), color: blind, dash: [5, 4] },
    ];
  });
  const values = groups.flatMap(({ benchmark, group, score, standard_error, blind }) => {
    const error = standard_error ?? 0;
    const own = {
      group: nameOf(group),
      line: lineName(benchmark, false),
      blind: false,
      score,
      low: Math.max(0, score - error),
      high: Math.min(100, score + error),
    };
    return [
      own,
      ...(blind === null
        ? []
        : [{ ...own, line: lineName(benchmark, true), blind: true, score: blind, low: blind, high: blind }]),
    ];
  });
  const domain = lines.map(({ line }) => line).filter((line) => values.some((value) => value.line === line));
  const of = <T>(pick: (line: (typeof lines)[number]) => T) => ({
    domain,
    range: lines.filter(({ line }) => domain.includes(line)).map(pick),
  });
  const x = {
    field: 'group',
    type: 'ordinal',
    sort: order,
    title: xTitle,
    axis: { labelAngle: 0, labelLimit: 160 },
  } as const;
  const color = { field: 'line', scale: of((line) => line.color), legend: { columns: 2 } } as const;
  return {
    ...{
      title: `${title}, ± one standard error`,
      width: Math.max(460, 110 * order.length),
      height: 280,
      config: CONFIG,
      data: { values },
    },
    encoding: { x },
    layer: [
      {
        mark: { type: 'line', point: { size: 55 }, strokeWidth: 2 },
        encoding: {
          y: { field: 'score', type: 'quantitative', title: 'score (%)', scale: SCORE_SCALE },
          color,
          strokeDash: { field: 'line', scale: of((line) => line.dash), legend: { columns: 2 } },
        },
      },
      {
        mark: { type: 'rule' },
        encoding: {
          y: { field: 'low', type: 'quantitative', title: 'score (%)' },
          y2: { field: 'high' },
          color,
        },
      },
      // the numbers of several lines would lie over each other; they stand in the report's table
      {
        transform: [{ filter: benchmarks.length > 1 ? 'false' : '!datum.blind' }],
        ...{
          mark: { type: 'text', dy: -11, fontSize: 11 },
          encoding: {
            y: { field: 'high', type: 'quantitative' },
            text: { field: 'score', format: '.1f' },
            color,
          },
        },
      },
    ],
  };
}

const lineName = (benchmark: string, blind: boolean): string =>
  `${nameOf(benchmark)}, ${blind ? 'blind' : 'Loci'}`;

/** How often answers were right against how sure the model was; a point's size is its number of answers. */
function calibrationCurve({ calibration: { choices, numbers, words } }: Report): TopLevelSpec {
  const of = (name: string, found: Calibration | null) => {
    const what = found === null ? name : `${name} (expected error ${found.error.toFixed(3)})`;
    return (found?.bins ?? []).flatMap(({ confidence, score, questions }) =>
      confidence === null || score === null ? [] : [{ what, confidence, score, questions }],
    );
  };
  const values = [...of('choices', choices), ...of('numbers', numbers), ...of('words', words)];
  const unit = { domain: [0, 1] };
  return {
    ...{ title: 'Calibration: score against confidence', width: 340, height: 340, config: CONFIG },
    layer: [
      {
        data: { values: [{ at: 0 }, { at: 1 }] },
        mark: { type: 'line', color: '#8a939e', strokeDash: [4, 4] },
        encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } },
      },
      {
        ...{ data: { values }, mark: { type: 'line', strokeWidth: 1.5, point: false } },
        encoding: {
          x: {
            field: 'confidence',
            type: 'quantitative',
            scale: unit,
            title: 'confidence (mean of the bin)',
          },
          y: { field: 'score', type: 'quantitative', scale: unit, title: 'score (mean of the bin)' },
          color: { field: 'what', scale: { range: KINDS }, legend: { direction: 'vertical' } },
        },
      },
      {
        ...{ data: { values }, mark: { type: 'circle', opacity: 0.9 } },
        encoding: {
          x: { field: 'confidence', type: 'quantitative' },
          y: { field: 'score', type: 'quantitative' },
          color: { field: 'what' },
          size: { field: 'questions', type: 'quantitative', legend: null, scale: { range: [40, 400] } },
        },
      },
    ],
  };
}
