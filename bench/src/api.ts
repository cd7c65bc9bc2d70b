import { ClientError, LociClient } from '@loci/client';
import { jobSchema, type Job } from '@loci/contracts';
import { CommandError, runCommand } from '@loci/host';
import { sampleClips, withTemporaryStack, type Stack } from '@loci/local';
import { ApiLoad, type Burst } from './api-load.js';
import { holdStreams, type HeldStreams } from './api-streams.js';
import { readCounts } from './counts.js';
import { percentile, quarterRatio } from './statistics.js';

/** What the figures should reach on two cores. */
const WANTED = { submitsPerS: 200, submitMs: 1_000, readMs: 200, memoryRatio: 1.1, slowdown: 1.25 };
const JOBS_AT_ONCE = 4;

/** How much is done: `--submits 12000` and so on. */
interface Sizes {
  submits: number;
  /** Submits that are under way at the same time. */
  atOnce: number;
  streams: number;
  /** For so many seconds the streams are held. */
  hold: number;
  /** Jobs that are finished before the last figure. */
  jobs: number;
}

/**
 * `npm run bench:api`: submits at once with reads meanwhile, event streams held open, and jobs by the
 * thousand, over HTTP. There are no workers, so that the API and Postgres are measured and nothing else.
 */
await runCommand(
  (say) => {
    const sizes = readSizes();
    return withTemporaryStack('api', { workers: 0 }, say, async (stack) => {
      const load = new ApiLoad(stack);
      try {
        return await measure(stack, load, sizes);
      } finally {
        load.close();
      }
    });
  },
  [ClientError],
);

function readSizes(): Sizes {
  const defaults = { submits: 12_000, 'at-once': 300, streams: 1000, hold: 30, jobs: 5000 };
  const { 'at-once': atOnce, ...sizes } = readCounts(defaults);
  return { ...sizes, atOnce };
}

/** Measures all and prints the table. Returns the exit code: 1 when a stream was not told of the end. */
async function measure(stack: Stack, load: ApiLoad, sizes: Sizes): Promise<number> {
  const client = new LociClient(stack.url, stack.apiKey);
  const [clip] = await sampleClips();
  if (clip === undefined) throw new CommandError('There is no sample clip.');
  const video = await client.upload(clip.file);
  const body = { video_id: video.id, questions: [{ question: 'How many chairs are there in this room?' }] };
  const watched = await client.submit(body);
  const submit = () => load.send('POST', '/v1/jobs', body);

  const { result: burst, reads } = await load.readWhile(
    `/v1/jobs/${watched.id}`,
    load.burst(sizes.submits, sizes.atOnce, submit),
  );
  const held = await holdStreams(load, stack, watched.id, { streams: sizes.streams, seconds: sizes.hold });
  const finished = await load.burst(sizes.jobs, JOBS_AT_ONCE, () => submitAndFinish(load, body));
  const lists = await load.burst(20, 1, () => load.send('GET', '/v1/jobs?limit=100'));
  print(sizes, burst, reads, held, finished, lists);
  return held.told === held.streams ? 0 : 1;
}

/** A job that ends at once, because it is canceled. The time is that of both requests. */
async function submitAndFinish(load: ApiLoad, body: object) {
  const made = await load.send('POST', '/v1/jobs', body);
  if (made.status !== 202) return made;
  const { id }: Job = jobSchema.parse(JSON.parse(made.body));
  const canceled = await load.send('POST', `/v1/jobs/${id}/cancel`);
  return { ...canceled, ms: made.ms + canceled.ms, body: '' };
}

function print(
  { submits, atOnce, streams, hold, jobs }: Sizes,
  burst: Burst,
  reads: number[],
  held: HeldStreams,
  finished: Burst,
  lists: Burst,
): void {
  const ms = (values: number[], share: number): string => `${percentile(values, share).toFixed(0)} ms`;
  const rows: [string, string, string][] = [
    [
      `submits/s, ${submits} of them, ${atOnce} at once`,
      (burst.ms.length / burst.seconds).toFixed(0),
      `≥ ${WANTED.submitsPerS}`,
    ],
    ['  p99 of a submit', ms(burst.ms, 0.99), `≤ ${WANTED.submitMs} ms`],
    ['  told to come again', String(burst.refused), ''],
    ['  p99 of a read meanwhile', ms(reads, 0.99), `≤ ${WANTED.readMs} ms`],
    [`streams told of the end, of ${streams}`, String(held.told), `${streams}`],
    [
      `  API memory over ${hold} s, end against start`,
      held.memoryRatio.toFixed(2),
      `≤ ${WANTED.memoryRatio}`,
    ],
    ['  p99 of a read meanwhile', ms(held.reads, 0.99), `≤ ${WANTED.readMs} ms`],
    [
      `submit and cancel, ${jobs} jobs, last quarter against first`,
      quarterRatio(finished.ms).toFixed(2),
      `≤ ${WANTED.slowdown}`,
    ],
    ['  p99 of a list of 100 jobs then', ms(lists.ms, 0.99), `≤ ${WANTED.readMs} ms`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`${'figure'.padEnd(width)}  ${'measured'.padStart(9)}  wanted on two cores`);
  for (const [name, value, wanted] of rows)
    console.log(`${name.padEnd(width)}  ${value.padStart(9)}  ${wanted}`);
}
