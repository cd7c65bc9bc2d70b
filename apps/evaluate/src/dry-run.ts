import { composeQuestion, readingOf } from '@loci/answering';
import type { RefusalReason } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { listBundles, openEngine, type Bundle, type Engine } from '@loci/inference';
import { readSettings } from '@loci/local';
import {
  benchmarkScore,
  bestConstant,
  constantScores,
  mostFrequent,
  QUESTION_TYPES,
  SPATIAL_BENCHMARKS,
  taskOf,
  type SpatialBenchmark,
} from '@loci/scoring';
import type { EvalQuestion } from './dataset/dataset.js';
import { asKnown } from './report/blind.js';
import { isTaskOf } from './report/reading.js';
import { table } from './report/text.js';

/** What the reader made of a question, and what constant answers to it score, 0 to 1. */
interface ReadQuestion {
  questionType: string;
  /** It was read as its own task, whether or not it was refused then. */
  isRead: boolean;
  refusal: RefusalReason | null;
  frequent: number;
  best: number;
}

/** Of a video of a day: no question is about a moment outside. */
const CLOCK = {
  ...{ startS: 0, firstStateS: 0, durationS: 86_400, lastS: 86_400 },
  memoryS: (videoS: number) => videoS,
};

/**
 * Reads questions without any video or service. Tells by task, as Markdown, how many the shipped reader reads
 * and refuses, and what constant answers score.
 * @throws CommandError where a question is of no task of numbers or letters
 */
export async function dryRun(name: string, questions: readonly EvalQuestion[]): Promise<string> {
  if (!questions.every(({ questionType }) => QUESTION_TYPES.includes(questionType)))
    throw new CommandError('--dry-run takes the questions of VSI-Bench and VSTI-Bench only.');
  const read = await readAll(questions);
  return [
    `# ${name}: ${questions.length} questions, read without videos`,
    'No question was answered. The constants are fitted on the questions that they answer.',
    ...SPATIAL_BENCHMARKS.flatMap((benchmark) => taskTable(benchmark, read) ?? []),
  ].join('\n\n');
}

/** @returns null when no question is of the benchmark */
function taskTable(benchmark: SpatialBenchmark, read: readonly ReadQuestion[]): string | null {
  const scoresOf = (constant: 'frequent' | 'best') =>
    benchmarkScore(
      benchmark,
      read.map(({ questionType, ...scores }) => ({ questionType, score: scores[constant] })),
    );
  const frequent = scoresOf('frequent');
  const best = scoresOf('best');
  if (frequent === null || best === null) return null;
  const tasks = frequent.tasks.flatMap(({ task, estimate }, index) => {
    const own = read.filter(({ questionType }) => task.types.includes(questionType));
    return own.length === 0 ? [] : [rowOf(task.title, own, [estimate, best.tasks[index]?.estimate])];
  });
  const all = read.filter(({ questionType }) => taskOf(questionType).benchmark === benchmark);
  return table(
    [benchmark, 'questions', 'read as it', 'unknown thing', 'refused else', 'most frequent', 'best constant'],
    [...tasks, rowOf('all; mean over the tasks', all, [frequent.macro, best.macro])],
  );
}

function rowOf(
  title: string,
  own: readonly ReadQuestion[],
  constants: readonly ({ score: number } | null | undefined)[],
): string[] {
  const unknown = own.filter(({ refusal }) => refusal === 'unknown_thing').length;
  const refused = own.filter(({ refusal }) => refusal !== null).length;
  const counts = [own.length, own.filter(({ isRead }) => isRead).length, unknown, refused - unknown];
  return [title, ...counts.map(String), ...constants.map((each) => (100 * (each?.score ?? 0)).toFixed(1))];
}

async function readAll(questions: readonly EvalQuestion[]): Promise<ReadQuestion[]> {
  const known = questions.map(asKnown);
  const frequent = constantScores(known, mostFrequent);
  const best = constantScores(known, bestConstant);
  const { modelDir } = readSettings();
  const [bundle] = await listBundles(modelDir);
  if (bundle === undefined) throw new CommandError(`There is no model bundle in ${modelDir}.`);
  const engine = await openEngine(bundle, { executionProviders: ['cpu'], threads: 1 });
  try {
    const read: ReadQuestion[] = [];
    for (const [index, question] of questions.entries())
      read.push({
        ...(await readOne(question, bundle, engine)),
        frequent: frequent[index] ?? 0,
        best: best[index] ?? 0,
      });
    return read;
  } finally {
    await engine.close();
  }
}

async function readOne(
  { question, options, questionType }: EvalQuestion,
  { manifest, reading: tokenizer }: Bundle,
  engine: Engine,
): Promise<Pick<ReadQuestion, 'questionType' | 'isRead' | 'refusal'>> {
  const { reading: section } = manifest;
  if (section === undefined || tokenizer === null)
    throw new CommandError(`${manifest.name} has no reader; --dry-run needs one.`);
  const { texts, ...input } = tokenizer.encode(question, options);
  const read = composeQuestion({
    reading: readingOf(texts, await engine.read(input), section),
    ...{ question, options, clock: CLOCK },
    manifest: { ...manifest, reading: section },
  });
  return {
    questionType,
    isRead: isTaskOf(read.understood?.task, questionType),
    refusal: 'refusal' in read ? read.refusal.reason : null,
  };
}
