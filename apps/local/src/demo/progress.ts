import type { Job, JobEvent, Progress } from '@loci/contracts';
import { SingleBar } from 'cli-progress';

const describe = (progress: Progress): string =>
  [
    `perceived ${progress.chunks_perceived}/${progress.chunks_total}`,
    `remembered ${progress.chunks_remembered}/${progress.chunks_total}`,
    `answered ${progress.questions_answered}/${progress.questions_total}`,
  ].join(', ');

/**
 * Shows a job's events as a progress bar, or as a line per quarter where there is no terminal.
 * @returns the ended job
 */
export async function followJob(
  events: AsyncIterable<JobEvent>,
  output: NodeJS.WriteStream = process.stderr,
): Promise<Job> {
  const bar = new SingleBar({
    stream: output,
    format: '{bar} {percentage} %  {state}',
    hideCursor: true,
    clearOnComplete: true,
    barsize: 28,
  });
  let quarter = -1;
  const show = (progress: Progress) => {
    if (output.isTTY) {
      bar.update(progress.fraction, { state: describe(progress) });
      return;
    }
    const reached = Math.floor(progress.fraction * 4);
    if (reached > quarter) output.write(`${Math.round(progress.fraction * 100)} %  ${describe(progress)}\n`);
    quarter = Math.max(quarter, reached);
  };
  if (output.isTTY) bar.start(1, 0, { state: 'waiting' });
  try {
    for await (const event of events) {
      if (event.event === 'progress') show(event.data.progress);
      if (event.event === 'done') {
        show(event.data.progress);
        return event.data;
      }
    }
  } finally {
    bar.stop();
  }
  throw new Error('the events of a job ended without `done`');
}
