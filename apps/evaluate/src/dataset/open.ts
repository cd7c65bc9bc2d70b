import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RECORD_FILES } from '@loci/contracts';
import type { Benchmark, Dataset, EvalQuestion } from './dataset.js';
import { DatasetError } from './records.js';
import { readSpatial } from './spatial.js';
import { readWalk, type Walk } from './walk.js';
import { readScanqa, readSqa3d } from './words.js';

/** Names of a data set's file of questions. The first that exists counts. */
const QUESTION_FILES = [...RECORD_FILES, 'ScanQA_v1.0_val.json', 'v1_balanced_questions_test_scannetv2.json'];
/** Names of the file of training questions. */
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

function benchmarkOf(file: string): Benchmark {
  if (basename(file).startsWith('ScanQA')) return 'scanqa';
  return basename(file).startsWith('v1_balanced_questions') ? 'sqa3d' : 'spatial';
}

/**
 * Reads a data set.
 * @param path a folder, or the file of its questions; videos are searched from the folder
 * @throws DatasetError that names the file, and the line where there is one
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
  const walk = benchmark === 'spatial' ? await readWalk(root) : null;
  if (walk !== null) checkWalk(walk, questions);
  return {
    name: basename(root),
    benchmark,
    world: walk === null ? null : 'real',
    walk,
    questions,
    train: existsSync(train) && train !== file ? await READERS[benchmark](train, root) : null,
  };
}

/** A folder with a walk has questions about that walk alone. */
function checkWalk({ scene }: Walk, questions: readonly EvalQuestion[]): void {
  const other = questions.find((question) => question.scene !== scene);
  if (other !== undefined)
    throw new DatasetError(other.item, `the question is about ${other.scene}, but the walk is of ${scene}`);
}
