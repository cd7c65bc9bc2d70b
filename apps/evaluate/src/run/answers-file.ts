import { existsSync } from 'node:fs';
import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { parseItem, readItems } from '../dataset/records.js';

/** What the run knows of a video; null where the service did not take it. */
const videoSchema = z.object({
  duration_s: z.number(),
  /** Sampled frames that the memory was built from. */
  frames: z.number(),
  /** Summed over chunks: the time in which they were perceived and remembered. */
  build_s: z.number(),
  /** From the first job's submission to its end. */
  wall_s: z.number(),
  model: z.string(),
});
export type VideoFacts = z.infer<typeof videoSchema>;

/** A line of answers.jsonl. */
const rowSchema = z.object({
  id: z.string(),
  scene: z.string(),
  question_type: z.string(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
  truths: z.array(z.string()),
  status: z.enum(['answered', 'failed']),
  /** Why it failed. */
  reason: z.string().nullable(),
  /** The letter of a choice where one can be read, else the answer's text; '' when failed. */
  prediction: z.string(),
  /** 0 to 1: mean relative accuracy, right letter, or exact match. */
  score: z.number(),
  confidence: z.number().nullable(),
  supported: z.boolean().nullable(),
  out_of_domain: z.object({ score: z.number(), flag: z.boolean() }).nullable(),
  latency_s: z.number().nullable(),
  video: videoSchema.nullable(),
});
export type AnswerRow = z.infer<typeof rowSchema>;

/** The answers of a run, a JSON line each. What was appended is on the disk, whatever happens next. */
export class AnswersFile {
  readonly #file: FileHandle;
  readonly rows: AnswerRow[];
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, rows: AnswerRow[]) {
    this.#file = file;
    this.rows = rows;
  }

  /** Opens the file with what stands in it; a last line that a kill tore is cut off. @throws DatasetError at a line that is not an answer */
  static async open(path: string): Promise<AnswersFile> {
    const rows: AnswerRow[] = [];
    if (existsSync(path)) {
      await truncate(path, (await readFile(path)).lastIndexOf('\n') + 1);
      rows.push(...(await readItems(path)).map((item) => parseItem(rowSchema, item)));
    }
    return new AnswersFile(await open(path, 'a'), rows);
  }

  /** Resolves when the rows are on the disk. */
  append(rows: readonly AnswerRow[]): Promise<void> {
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    // one after another: a line must not begin within another
    this.#last = this.#last.then(async () => {
      await this.#file.appendFile(lines);
      await this.#file.sync();
      this.rows.push(...rows);
    });
    return this.#last;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
