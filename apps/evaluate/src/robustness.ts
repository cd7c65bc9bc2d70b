import { ClientError } from '@loci/client';
import { CommandError, inRoot, runCommand } from '@loci/host';
import { readSettings } from '@loci/local';
import { QUESTION_TYPES, taskOf } from '@loci/scoring';
import { setFfmpegPath } from '@loci/video';
import type { Dataset } from './dataset/dataset.js';
import { openDataset } from './dataset/open.js';
import { readOptions } from './options.js';
import { codeVersion } from './report/provenance.js';
import { studyMarkdown } from './robustness/markdown.js';
import { reportStudy } from './robustness/report.js';
import { answerStudy } from './robustness/study.js';
import { NAMES, VARIANTS } from './robustness/variants.js';
import { writeStudy } from './robustness/write.js';

const USAGE = [
  'npm run robustness -- --dataset PATH [--out DIR] [--url URL] [--api-key KEY]',
  '[--concurrency N] [--limit VIDEOS] [--resume]',
].join(' ');

const INTRODUCTION = [
  "Asks a data set's questions of VSI-Bench's tasks of the service",
  `in ${NAMES.length} variants of its videos, and says what changes (docs/research/robustness.md):`,
].join(' ');

const OUT_HELP = 'where clips, answers and reports are kept; runs/robustness/<name of the folder> by default';

const HELP = `${USAGE}

${INTRODUCTION}
${NAMES.map((name) => `  ${name.padEnd(12)} ${VARIANTS[name].does}`).join('\n')}

  --dataset PATH     a folder as for npm run evaluate, or the file of its questions
  --out DIR          ${OUT_HELP}
  --url, --api-key   a running service; without it one is started for the time of the study
  --concurrency N    videos at once, 2 by default
  --limit VIDEOS     only the first so many videos
  --resume           goes on with the study in the folder

Ends with 0 when the study ran, whether or not its bars are met, and with 1 when it could not.`;

/** `npm run robustness -- --dataset PATH …`: how answers follow the videos (docs/research/robustness.md). */
await runCommand(
  async (say) => {
    const args = process.argv.slice(2);
    if (args.includes('--help')) {
      console.log(HELP);
      return 0;
    }
    const options = readOptions(args, process.env['INIT_CWD'] ?? process.cwd(), USAGE);
    const ffmpegPath = readSettings().environment['FFMPEG_PATH'];
    setFfmpegPath(ffmpegPath === '' ? undefined : ffmpegPath);
    const dataset = ofVsiBench(await openDataset(options.dataset), options.dataset);
    const out = options.out ?? inRoot('runs', 'robustness', dataset.name);
    const outcomes = await answerStudy(dataset, out, options, say);
    const report = reportStudy(dataset, outcomes, await codeVersion());
    await writeStudy(out, report, dataset, outcomes);
    console.log(studyMarkdown(report));
    return 0;
  },
  [ClientError],
);

/**
 * The data set with the questions of VSI-Bench's tasks only.
 * @throws CommandError when there are none
 */
function ofVsiBench(dataset: Dataset, path: string): Dataset {
  const questions = dataset.benchmark === 'spatial' ? dataset.questions.filter(isOfVsiBench) : [];
  if (questions.length === 0)
    throw new CommandError(
      `${path}: there are no questions of VSI-Bench's tasks, over which the study averages.`,
    );
  return { ...dataset, questions };
}

function isOfVsiBench({ questionType }: Dataset['questions'][number]): boolean {
  return QUESTION_TYPES.includes(questionType) && taskOf(questionType).benchmark === 'vsi-bench';
}
