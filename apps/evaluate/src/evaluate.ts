import { ClientError } from '@loci/client';
import { inRoot, runCommand } from '@loci/host';
import { questionsToAsk } from './dataset/canonical.js';
import { byVideo } from './dataset/dataset.js';
import { openDataset } from './dataset/open.js';
import { dryRun } from './dry-run.js';
import { readOptions } from './options.js';
import { reportMarkdown } from './report/markdown.js';
import { codeVersion } from './report/provenance.js';
import { summarise } from './report/summary.js';
import { writeReport } from './report/write.js';
import { answerAll } from './run/answer-all.js';
import { openRun, remaining } from './run/run.js';
import { withService } from './run/service.js';

/** `npm run evaluate -- --dataset PATH …`: scores the service on a benchmark (docs/guide/evaluate.md). */
await runCommand(
  async (say) => {
    const options = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    const dataset = { ...(await openDataset(options.dataset)), world: options.world };
    const asked = questionsToAsk(dataset.questions, options.limit);
    if (options.dryRun) {
      console.log(await dryRun(dataset.name, asked));
      return 0;
    }
    const videos = byVideo(asked);
    const out = options.out ?? inRoot('runs', 'evaluate', dataset.name);
    const run = await openRun(out, dataset, options.resume);
    try {
      const left = remaining(videos, run.answers.rows);
      const questions = left.flatMap((video) => video.questions);
      say(`${questions.length} questions on ${left.length} videos, answers to ${out}`);
      if (left.length > 0)
        await withService(options.service, 'evaluate', say, (client, keep) =>
          answerAll(client, run, left, { concurrency: options.concurrency, keep }, say),
        );
    } finally {
      await run.answers.close();
    }
    const report = summarise(dataset, run.answers.rows, await codeVersion());
    await writeReport(out, report);
    console.log(reportMarkdown(report));
    return 0;
  },
  [ClientError],
);
