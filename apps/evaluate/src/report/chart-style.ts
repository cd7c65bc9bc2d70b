import type { TopLevelSpec } from 'vega-lite';

/** The colour of Loci's own scores, and that of the blind baseline's. */
export const OWN_COLOUR = '#1f5fa8';
export const BLIND_COLOUR = '#b4bcc6';
/** One pair per benchmark: its own colour, and a paler one for its blind baseline. */
export const COLOUR_PAIRS = [
  ['#1f5fa8', '#a9bdd4'],
  ['#c8553d', '#e3bdb3'],
] as const;
export const THREE_COLOURS = ['#1f5fa8', '#c8553d', '#3b8f5a'];
export const GUIDE_COLOUR = '#8a939e';
const TEXT_COLOUR = '#2c3440';

/** The look of every figure. */
export const CONFIG: NonNullable<TopLevelSpec['config']> = {
  font: 'DejaVu Sans',
  background: 'white',
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 10,
    gridColor: '#e6e9ed',
    domainColor: GUIDE_COLOUR,
    tickColor: GUIDE_COLOUR,
    labelColor: TEXT_COLOUR,
    titleColor: TEXT_COLOUR,
  },
  legend: {
    labelFontSize: 12,
    labelLimit: 0,
    title: null,
    orient: 'top',
    symbolSize: 120,
    labelColor: TEXT_COLOUR,
  },
  title: { fontSize: 15, anchor: 'start', color: '#1b222c', offset: 12 },
};

/** A vertical axis of scores in percent. */
export const SCORE_AXIS = {
  field: 'score',
  type: 'quantitative',
  title: 'score (%)',
  scale: { domain: [0, 100] as number[] },
} as const;

/** The ends of an error bar, in percent. */
export const errorBar = (score: number, standardError: number | null): { low: number; high: number } => ({
  low: Math.max(0, score - (standardError ?? 0)),
  high: Math.min(100, score + (standardError ?? 0)),
});
