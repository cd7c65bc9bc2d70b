import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { figures } from './figures.js';
import { reportMarkdown } from './markdown.js';
import { toPng, toSvg } from './render.js';
import type { Report } from './summary.js';

/** Writes report.json, report.md and the figures (SVG and PNG) into a folder. */
export async function writeReport(out: string, report: Report): Promise<void> {
  await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(join(out, 'report.md'), reportMarkdown(report));
  for (const [name, spec] of Object.entries(figures(report))) await writeFigure(out, name, spec);
}

/** Writes a figure as SVG and PNG. */
export async function writeFigure(out: string, name: string, spec: TopLevelSpec): Promise<void> {
  const svg = await toSvg(spec);
  await writeFile(join(out, `${name}.svg`), svg);
  await writeFile(join(out, `${name}.png`), toPng(svg));
}
