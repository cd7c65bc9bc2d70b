import { ClientError } from '@loci/client';
import { inRoot, runCommand } from '@loci/host';
import { questionsToAsk } from './dataset/canonical.js';
import { byVideo, type Dataset } from './dataset/dataset.js';
import { openDataset } from './dataset/open.js';
import { dryRun } from './dry-run.js';
import { readOptions } from './options.js';
import { reportMarkdown } from './report/markdown.js';
import { codeVersion } from './report/provenance.js';
import { summarise, type Report } from './report/summary.js';
import { walkScores } from './report/walk.js';
import { writeReport } from './report/write.js';
import { answerAll } from './run/answer-all.js';
import { foundTrajectory, openPasses, type Pass } from './run/passes.js';
import { withService } from './run/service.js';

/** `npm run evaluate -- --dataset PATH …`: scores the service on a benchmark (docs/guide/evaluate.md). */
await runCommand(
  async (say) => {
    const options = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    const dataset = {
      ...(await openDataset(options.dataset)),
      ...(options.world === null ? {} : { world: options.world }),
    };
    const asked = questionsToAsk(dataset.questions, options.limit);
    if (options.dryRun) {
      console.log(await dryRun(dataset.name, asked));
      return 0;
    }
    const videos = byVideo(asked);
    const out = options.out ?? inRoot('runs', 'evaluate', dataset.name);
    const passes = await openPasses(out, dataset, videos, options.resume);
    const left = passes.flatMap((pass) => pass.left);
    const questions = left.flatMap((video) => video.questions);
    say(`${questions.length} questions on ${left.length} videos, answers to ${out}`);
    try {
      if (left.length > 0)
        await withService(options.service, 'evaluate', say, async (client, keep) => {
          for (const { run, left: videos, ...told } of passes)
            await answerAll(client, run, videos, { concurrency: options.concurrency, keep, ...told }, say);
        });
    } finally {
      for (const { run } of passes) await run.answers.close();
    }
    const report = await reportOf(dataset, passes);
    await writeReport(out, report);
    console.log(reportMarkdown(report));
    return 0;
  },
  [ClientError],
);

/** The report of the first pass; of a walk beside what the others found. */
async function reportOf(
  dataset: Dataset,
  [alone, given, estimated]: readonly [Pass] | readonly [Pass, Pass, Pass],
): Promise<Report> {
  const code = await codeVersion();
  const report = summarise(dataset, alone.run.answers.rows, code);
  if (dataset.walk === null || given === undefined || estimated === undefined) return report;
  const passOf = async (pass: Pass) => ({
    found: await foundTrajectory(pass),
    report: summarise(dataset, pass.run.answers.rows, code),
  });
  const walk = walkScores(dataset.walk, {
    alone: { found: await foundTrajectory(alone), report },
    given: await passOf(given),
    estimated: await passOf(estimated),
  });
  return { ...report, walk };
}
