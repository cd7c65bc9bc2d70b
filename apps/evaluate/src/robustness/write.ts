import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { summarise } from '../report/summary.js';
import { writeFigure, writeReport } from '../report/write.js';
import { writeAtomically } from '../run/run.js';
import { changesFigure } from './figure.js';
import { studyMarkdown } from './markdown.js';
import type { Outcome, StudyReport } from './report.js';
import { NAMES, type VariantName } from './variants.js';

/** Writes the study's report and figure into a folder, and each variant's report into the folder below. */
export async function writeStudy(
  out: string,
  report: StudyReport,
  dataset: Dataset,
  outcomes: Readonly<Record<VariantName, Outcome>>,
): Promise<void> {
  for (const name of NAMES)
    if (outcomes[name].rows.length > 0)
      await writeReport(join(out, name), summarise(dataset, outcomes[name].rows, report.code));
  await writeAtomically(join(out, 'report.json'), report);
  await writeFile(join(out, 'report.md'), studyMarkdown(report));
  await writeFigure(out, 'changes', changesFigure(report));
}
