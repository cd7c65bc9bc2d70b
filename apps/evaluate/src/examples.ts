import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError, type LociClient } from '@loci/client';
import { runCommand } from '@loci/host';
import { byVideo, type VideoQuestions } from './dataset/dataset.js';
import { openDataset } from './dataset/open.js';
import { chosen, toAsk } from './examples/choose.js';
import { exampleOf, type Answered } from './examples/example.js';
import { readRooms } from './examples/rooms.js';
import { readTargetOptions } from './options.js';
import { blindGuesses } from './report/blind.js';
import { withService } from './run/service.js';

const USAGE = 'npm run examples -- --dataset PATH [--url URL] [--api-key KEY]';

/** `npm run examples`: asks the service, and writes examples.json beside the questions. */
await runCommand(
  async (say) => {
    const startedIn = process.env['INIT_CWD'] ?? process.cwd();
    const options = readTargetOptions(process.argv.slice(2), startedIn, USAGE);
    const dataset = await openDataset(options.dataset);
    const truths = {
      rooms: await readRooms(options.dataset),
      guesses: blindGuesses(dataset)?.guesses ?? null,
    };
    const asked = toAsk(dataset.questions);
    const answered: Answered[] = [];
    await withService(options.service, 'examples', say, async (client, keep) => {
      for (const video of byVideo(asked)) {
        say(`${video.questions.length} questions on ${video.scene}`);
        answered.push(...(await answersOf(client, video, keep)));
      }
    });
    const inTurn = answered.toSorted((a, b) => asked.indexOf(a.asked) - asked.indexOf(b.asked));
    const examples = chosen(inTurn.map((answer) => exampleOf(answer, truths)));
    await writeFile(join(options.dataset, 'examples.json'), `${JSON.stringify(examples, null, 1)}\n`);
    const wrong = examples.filter(({ right }) => !right).length;
    say(`${examples.length} examples, of which ${wrong} are wrong`);
    return 0;
  },
  [ClientError],
);

/** What the service answers to the questions on a clip. */
async function answersOf(
  client: LociClient,
  { file, questions }: VideoQuestions,
  keep: boolean,
): Promise<Answered[]> {
  const video = await client.upload(file);
  const asks = questions.map(({ question, options }) =>
    options === null ? { question } : { question, options },
  );
  const { id } = await client.submit({ video_id: video.id, questions: asks });
  const job = await client.finished(id);
  const { model } = await client.memory(job.memory_id);
  if (!keep) await client.deleteVideo(video.id);
  return questions.flatMap((asked, index) => {
    const answer = job.questions[index]?.answer;
    return answer == null ? [] : [{ asked, answer, model }];
  });
}
