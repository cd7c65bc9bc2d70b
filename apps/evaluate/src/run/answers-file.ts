import { existsSync } from 'node:fs';
import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { parseItem, readItems } from '../dataset/records.js';

/** What a run knows of a video. */
const videoSchema = z.object({
  duration_s: z.number(),
  /** Sampled frames that the memory was built from. */
  frames: z.number(),
  /** Time to perceive and remember, summed over chunks. */
  build_s: z.number(),
  /** Time from the first job's submission to its end. */
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
  /** The letter of a choice where the answer has one, else its text; '' when failed. */
  prediction: z.string(),
  /** 0 to 1: mean relative accuracy, right letter, or exact match. */
  score: z.number(),
  confidence: z.number().nullable(),
  supported: z.boolean().nullable(),
  out_of_domain: z.object({ score: z.number(), flag: z.boolean() }).nullable(),
  latency_s: z.number().nullable(),
  /** Null when the service did not take the video. */
  video: videoSchema.nullable(),
});
export type AnswerRow = z.infer<typeof rowSchema>;

/** The answers of a run, one JSON line each. Appended rows survive a kill. */
export class AnswersFile {
  readonly #file: FileHandle;
  readonly rows: AnswerRow[];
  #latest: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, rows: AnswerRow[]) {
    this.#file = file;
    this.rows = rows;
  }

  /**
   * Opens the file and reads its rows. An incomplete last line is cut off: a kill left it.
   * @throws DatasetError at a line that is not an answer
   */
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
    // one after another: a line must not begin inside another
    this.#latest = this.#latest.then(async () => {
      await this.#file.appendFile(lines);
      await this.#file.sync();
      this.rows.push(...rows);
    });
    return this.#latest;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
