import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Benchmark, Dataset, EvalQuestion } from './dataset.js';
import { DatasetError } from './records.js';
import { readSpatial } from './spatial.js';
import { readScanqa, readSqa3d } from './words.js';

/** The files that a folder's questions may stand in, and those of its training questions; the first that is there counts. */
const QUESTION_FILES = [
  'questions.jsonl',
  'questions.json',
  'test.jsonl',
  'test.json',
  'ScanQA_v1.0_val.json',
  'v1_balanced_questions_test_scannetv2.json',
];
const TRAIN_FILES: Record<Benchmark, string> = {
  spatial: 'train.jsonl',
  scanqa: 'ScanQA_v1.0_train.json',
  sqa3d: 'v1_balanced_questions_train_scannetv2.json',
};

const READERS: Record<Benchmark, (file: string, root: string) => Promise<EvalQuestion[]>> = {
  spatial: readSpatial,
  scanqa: readScanqa,
  sqa3d: readSqa3d,
};

const benchmarkOf = (file: string): Benchmark =>
  basename(file).startsWith('ScanQA')
    ? 'scanqa'
    : basename(file).startsWith('v1_balanced_questions')
      ? 'sqa3d'
      : 'spatial';

/**
 * Reads a data set: a folder, or the file of its questions. The videos are looked for from the folder.
 * @throws DatasetError naming the file, and the line where there is one
 */
export async function openDataset(path: string): Promise<Dataset> {
  if (!existsSync(path)) throw new DatasetError({ file: path }, 'there is no such file or folder');
  const folder = statSync(path).isDirectory();
  const root = folder ? path : dirname(path);
  const file = folder ? QUESTION_FILES.map((name) => join(root, name)).find(existsSync) : path;
  if (file === undefined)
    throw new DatasetError({ file: path }, `there is none of ${QUESTION_FILES.join(', ')}`);
  const benchmark = benchmarkOf(file);
  const train = join(root, TRAIN_FILES[benchmark]);
  const questions = await READERS[benchmark](file, root);
  if (questions.length === 0) throw new DatasetError({ file }, 'there are no questions');
  return {
    name: basename(root),
    benchmark,
    questions,
    train: existsSync(train) && train !== file ? await READERS[benchmark](train, root) : null,
  };
}
