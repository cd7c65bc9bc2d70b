import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A data set's folder for one test. */
export class DatasetFolder {
  private constructor(readonly path: string) {}

  static async create(): Promise<DatasetFolder> {
    return new DatasetFolder(await mkdtemp(join(tmpdir(), 'loci-test-dataset-')));
  }

  /** Writes a text as it is, and anything else as JSON; an array under `.jsonl` as a line for each item. */
  async write(name: string, content: unknown): Promise<string> {
    const file = join(this.path, name);
    await mkdir(dirname(file), { recursive: true });
    const lines =
      Array.isArray(content) && name.endsWith('.jsonl')
        ? content.map((item) => `${JSON.stringify(item)}\n`).join('')
        : JSON.stringify(content, null, 1);
    await writeFile(file, typeof content === 'string' ? content : lines);
    return file;
  }

  /** Makes a folder in it. */
  async folder(name: string): Promise<string> {
    await mkdir(join(this.path, name), { recursive: true });
    return join(this.path, name);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** A record of VSI-Bench: how many chairs there are in a room. */
export const counting = (id: number, scene = 'room', over: Record<string, unknown> = {}) => ({
  id,
  dataset: 'rooms',
  scene_name: scene,
  question_type: 'object_counting',
  question: 'How many chairs are there in this room?',
  options: null,
  ground_truth: '3',
  pruned: false,
  ...over,
});

/** A record of VSI-Bench: what is nearest to the door. */
export const nearest = (id: number, scene = 'room', over: Record<string, unknown> = {}) => ({
  ...counting(id, scene),
  question_type: 'object_rel_distance',
  question: 'Which of these objects is nearest to the door: sofa, plant or shelf?',
  options: ['A. sofa', 'B. plant', 'C. shelf'],
  ground_truth: 'B',
  ...over,
});
