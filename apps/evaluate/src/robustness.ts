import { ClientError } from '@loci/client';
import { CommandError, inRoot, runCommand } from '@loci/host';
import { readSettings } from '@loci/local';
import { QUESTION_TYPES, taskOf } from '@loci/scoring';
import { setFfmpegPath } from '@loci/video';
import type { Dataset } from './dataset/dataset.js';
import { openDataset } from './dataset/open.js';
import { readStudyOptions } from './options.js';
import { codeVersion } from './report/provenance.js';
import { studyMarkdown } from './robustness/markdown.js';
import { reportStudy } from './robustness/report.js';
import { answerStudy } from './robustness/study.js';
import { isVariant, NAMES, VARIANTS, withCompared, type VariantName } from './robustness/variants.js';
import { writeStudy } from './robustness/write.js';
import { MOMENT_TYPES } from './run/inserted.js';

const USAGE = [
  'npm run robustness -- --dataset PATH [--out DIR] [--url URL] [--api-key KEY]',
  '[--concurrency N] [--limit VIDEOS] [--variants A,B,C] [--resume]',
].join(' ');

const INTRODUCTION = [
  "Asks a data set's questions of the benchmarks' tasks of the service",
  `in ${NAMES.length} variants of its videos, and says what changes (docs/research/robustness.md):`,
].join(' ');

const OUT_HELP = 'where clips, answers and reports are kept; runs/robustness/<name of the folder> by default';

const HELP = `${USAGE}

${INTRODUCTION}
${NAMES.map((name) => `  ${name.padEnd(14)} ${VARIANTS[name].does}`).join('\n')}

  --dataset PATH     a folder as for npm run evaluate, or the file of its questions
  --out DIR          ${OUT_HELP}
  --url, --api-key   a running service; without it one is started for the time of the study
  --concurrency N    videos at once, 2 by default
  --limit VIDEOS     only the first so many videos
  --variants A,B,C   only these, with plain and what they are compared with
  --resume           goes on with the study in the folder, also with further variants

Ends with 0 when the study ran, whether or not its bars are met, and with 1 when it could not.`;

/** `npm run robustness -- --dataset PATH …`: how answers follow the videos (docs/research/robustness.md). */
await runCommand(
  async (say) => {
    const args = process.argv.slice(2);
    if (args.includes('--help')) {
      console.log(HELP);
      return 0;
    }
    const options = readStudyOptions(args, process.env['INIT_CWD'] ?? process.cwd(), USAGE);
    const ffmpegPath = readSettings().environment['FFMPEG_PATH'];
    setFfmpegPath(ffmpegPath === '' ? undefined : ffmpegPath);
    const names = chosenVariants(options.variants);
    const dataset = ofTheStudy(await openDataset(options.dataset), options.dataset);
    const out = options.out ?? inRoot('runs', 'robustness', dataset.name);
    const outcomes = await answerStudy(dataset, out, options, names, say);
    const report = reportStudy(dataset, outcomes, await codeVersion());
    await writeStudy(out, report, dataset, outcomes);
    console.log(studyMarkdown(report));
    return 0;
  },
  [ClientError],
);

/**
 * The variants to run; all where none are named.
 * @throws CommandError when one is not known
 */
function chosenVariants(names: readonly string[] | null): readonly VariantName[] {
  if (names === null) return NAMES;
  const unknown = names.find((name) => !isVariant(name));
  if (unknown !== undefined)
    throw new CommandError(`--variants: there is no ${unknown}; there are ${NAMES.join(', ')}.`);
  return withCompared(names.filter(isVariant));
}

/**
 * The data set with the questions that can be asked of every variant.
 * @throws CommandError when none is of VSI-Bench's tasks
 */
function ofTheStudy(dataset: Dataset, path: string): Dataset {
  const questions = dataset.benchmark === 'spatial' ? dataset.questions.filter(isAsked) : [];
  if (!questions.some(({ questionType }) => taskOf(questionType).benchmark === 'vsi-bench'))
    throw new CommandError(
      `${path}: there are no questions of VSI-Bench's tasks, over which the study averages.`,
    );
  return { ...dataset, questions };
}

/** Whether a question is of a benchmark's tasks, or asks for a moment; its moments must be in seconds. */
function isAsked({ questionType, question }: Dataset['questions'][number]): boolean {
  if (!QUESTION_TYPES.includes(questionType) || /\bframes?\b/.test(question)) return false;
  return taskOf(questionType).benchmark !== 'further' || MOMENT_TYPES.has(questionType);
}
