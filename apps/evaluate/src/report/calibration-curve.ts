import type { Calibration } from '@loci/scoring';
import type { TopLevelSpec } from 'vega-lite';
import { CONFIG, GUIDE_COLOUR, THREE_COLOURS } from './chart-style.js';
import type { Report } from './summary.js';

/** A figure of scores against confidences. A point's size is its number of answers. */
export function calibrationCurve({ calibration: { choices, numbers, words } }: Report): TopLevelSpec {
  const values = [...binsOf('choices', choices), ...binsOf('numbers', numbers), ...binsOf('words', words)];
  const scale = { domain: [0, 1] };
  const x = { field: 'confidence', type: 'quantitative' } as const;
  const y = { field: 'score', type: 'quantitative' } as const;
  return {
    title: 'Calibration: score against confidence',
    width: 340,
    height: 340,
    config: CONFIG,
    layer: [
      {
        data: { values: [{ at: 0 }, { at: 1 }] },
        mark: { type: 'line', color: GUIDE_COLOUR, strokeDash: [4, 4] },
        encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.5, point: false },
        encoding: {
          x: { ...x, scale, title: 'confidence (mean of the bin)' },
          y: { ...y, scale, title: 'score (mean of the bin)' },
          color: { field: 'what', scale: { range: THREE_COLOURS }, legend: { direction: 'vertical' } },
        },
      },
      {
        data: { values },
        mark: { type: 'circle', opacity: 0.9 },
        encoding: {
          x,
          y,
          color: { field: 'what' },
          size: { field: 'questions', type: 'quantitative', legend: null, scale: { range: [40, 400] } },
        },
      },
    ],
  };
}

/** The bins that hold answers, under a name with the expected calibration error. */
function binsOf(name: string, calibration: Calibration | null) {
  if (calibration === null) return [];
  const what = `${name} (expected error ${calibration.error.toFixed(3)})`;
  return calibration.bins.flatMap(({ confidence, score, questions }) =>
    confidence === null || score === null ? [] : [{ what, confidence, score, questions }],
  );
}
