import type { TopLevelSpec } from 'vega-lite';

/** Colours of the design system: an SVG takes them as they are, and follows light and dark by itself. */
export const colours = {
  own: 'var(--act)',
  other: 'var(--now)',
  blind: 'var(--edge)',
  guide: 'var(--edge)',
  band: 'var(--act-soft)',
  line: 'var(--line)',
  text: 'var(--ink)',
  soft: 'var(--ink-soft)',
} as const;

/** The look of every chart. */
export const CONFIG: NonNullable<TopLevelSpec['config']> = {
  font: "'Archivo Variable', sans-serif",
  background: 'transparent',
  // a table beside each chart says the same to a screen reader
  aria: false,
  view: { stroke: null },
  axis: {
    labelFontSize: 12.5,
    titleFontSize: 12.5,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: colours.line,
    domain: false,
    ticks: false,
    labelPadding: 8,
    labelColor: colours.text,
    titleColor: colours.soft,
  },
  legend: {
    labelFontSize: 12.5,
    labelLimit: 0,
    title: null,
    orient: 'top',
    symbolSize: 90,
    symbolType: 'circle',
    labelColor: colours.text,
  },
};

/** What every chart of the page begins with: as large as its place. */
export const frame = {
  width: 'container',
  height: 'container',
  config: CONFIG,
} as const satisfies Partial<TopLevelSpec>;

/** A scale of scores in percent. */
export const scores: { domain: number[] } = { domain: [0, 100] };

/** The ends of an error bar of a score in percent. */
export const errorBar = (score: number, error: number | null): { low: number; high: number } => ({
  low: Math.max(0, score - (error ?? 0)),
  high: Math.min(100, score + (error ?? 0)),
});

/** Pixels of a row, of the axis below all, and of a line of the legend above. */
const [ROW, AXIS, LEGEND] = [32, 48, 24];

/** How high a chart is that has a line a row. */
export const heightOf = (rows: number, { legend = false } = {}): number =>
  rows * ROW + AXIS + (legend ? LEGEND : 0);
