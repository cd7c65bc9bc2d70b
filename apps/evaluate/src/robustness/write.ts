import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { summarise } from '../report/summary.js';
import { writeFigure, writeReport } from '../report/write.js';
import { writeAtomically } from '../run/run.js';
import { changesFigure } from './figure.js';
import { studyMarkdown } from './markdown.js';
import type { Outcomes, StudyReport } from './report.js';

/** Writes the study's report and figure into a folder, and each variant's report into the folder below. */
export async function writeStudy(
  out: string,
  report: StudyReport,
  dataset: Dataset,
  outcomes: Outcomes,
): Promise<void> {
  for (const [name, { rows }] of outcomes)
    if (rows.length > 0) await writeReport(join(out, name), summarise(dataset, rows, report.code));
  await writeAtomically(join(out, 'report.json'), report);
  await writeFile(join(out, 'report.md'), studyMarkdown(report));
  await writeFigure(out, 'changes', changesFigure(report));
}
