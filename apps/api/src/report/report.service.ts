import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { NotFoundError, evaluationSchema, robustnessSchema, type Report } from '@loci/contracts';
import type { z } from 'zod';
import type { Config } from '../config.js';
import { CONFIG } from '../connections/tokens.js';

const FILE = 'report.json';

/** The report that ships with the model. It is read for each request, so that a new one is seen at once. */
@Injectable()
export class ReportService {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  async get(): Promise<Report> {
    const folder = this.config.reportDir;
    const evaluation = folder === undefined ? null : await readJson(evaluationSchema, join(folder, FILE));
    if (folder === undefined || evaluation === null) throw new NotFoundError('A report of this installation');
    return { evaluation, robustness: await readJson(robustnessSchema, join(folder, 'robustness', FILE)) };
  }
}

/**
 * What a file holds by its contract, without what that does not name; null when there is no such file.
 * @throws ZodError for a file that breaks the contract
 */
async function readJson<T extends z.ZodType>(schema: T, file: string): Promise<z.infer<T> | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
