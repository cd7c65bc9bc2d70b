import type { TopLevelSpec } from 'vega-lite';
import { texts } from '../texts/results.js';
import type { ChartTable } from './chart.js';
import { colours, frame, scores as scale } from './look.js';

const words = texts.people;

/**
 * What people reached on a part of VSI-Bench, in percent: Yang et al., "Thinking in Space: How Multimodal
 * Large Language Models See, Remember, and Recall Spaces", 2024, arXiv:2412.14171, table 1, "human level".
 */
const PEOPLE: readonly { task: string; score: number }[] = [
  { task: 'object count', score: 94.3 },
  { task: 'abs. distance', score: 47.0 },
  { task: 'object size', score: 60.4 },
  { task: 'room size', score: 45.9 },
  { task: 'rel. distance', score: 94.7 },
  { task: 'rel. direction', score: 95.8 },
  { task: 'route plan', score: 95.8 },
  { task: 'appearance order', score: 100.0 },
  { task: texts.tasks.macro, score: 79.2 },
];

/** A bar a task: people alone, for nothing that was measured in a drawn world stands beside them. */
export const peopleChart: TopLevelSpec = {
  ...frame,
  data: { values: PEOPLE.map((row) => ({ ...row, hint: texts.percent(row.score) })) },
  encoding: {
    y: { field: 'task', type: 'nominal', sort: null, title: null, axis: { labelLimit: 150, grid: false } },
    x: { field: 'score', type: 'quantitative', title: texts.tasks.axis, scale },
    tooltip: [{ field: 'hint', title: words.who }],
  },
  mark: { type: 'bar', color: colours.other, height: 10, cornerRadiusEnd: 5 },
};

export const peopleTable: ChartTable = {
  heads: [texts.tasks.task, words.who],
  rows: PEOPLE.map(({ task, score }) => [task, texts.percent(score)]),
};
