import type { TopLevelSpec } from 'vega-lite';
import { calibrationCurve } from './calibration-curve.js';
import { groupLines } from './group-lines.js';
import type { Report } from './summary.js';
import { taskBars } from './task-bars.js';

/** The figures of a report by file name, as Vega-Lite. */
export function figures(report: Report): Record<string, TopLevelSpec> {
  const { tables, words, horizon, frames } = report;
  const average = words === null ? 'macro average' : 'exact match';
  const found: Record<string, TopLevelSpec> = {};
  for (const table of tables) found[`tasks-${table.benchmark}`] = taskBars(table);
  if (horizon.length > 0)
    found['horizon'] = groupLines(horizon, `Long horizon: ${average}`, 'length of the video');
  if (frames.length > 0)
    found['frames'] = groupLines(frames, `Number of frames: ${average}`, 'sampled frames of the video');
  found['calibration'] = calibrationCurve(report);
  return found;
}
