import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError, LociClient } from '@loci/client';
import { CommandError, runCommand } from '@loci/host';
import { clock, withTemporaryStack, type Stack } from '@loci/local';
import { loadDefaultBundle } from './bundle.js';
import { chunkSeconds } from './chunk-seconds.js';
import { loopedClip } from './looped-clip.js';
import { cpuRatio, watchProcess, type Sample } from './process-usage.js';
import { median, quarterRatio } from './statistics.js';

const SECONDS = 600;
const FIRST_SECONDS = 60;
const SAMPLE_EVERY_MS = 200;
/** The bar for both ratios. */
const MAX_RATIO = 1.15;

/** The measurements of one job. */
interface JobUsage {
  /** Of the worker process. */
  samples: Sample[];
  /** Time of each chunk. */
  seconds: number[];
}

/**
 * `npm run bench:growth`: takes a ten-minute clip through one worker. Its memory at the end is compared with
 * that after the first minute of video. The time per chunk in the last quarter is compared with the first.
 */
await runCommand(
  (say) =>
    withTemporaryStack('growth', { workers: 1 }, say, async (stack) => {
      const { manifest } = await loadDefaultBundle();
      const clip = await loopedClip(SECONDS, stack.dataDir);
      const framesPerChunk = manifest.sizes.frames_per_chunk - manifest.sizes.overlap;
      const firstChunks = (FIRST_SECONDS * manifest.sampling.fps) / framesPerChunk;
      return report(await measureJob(stack, clip), framesPerChunk, firstChunks);
    }),
  [ClientError],
);

async function measureJob(stack: Stack, clip: string): Promise<JobUsage> {
  const client = new LociClient(stack.url, stack.apiKey);
  const pid = Number(await readFile(join(stack.dataDir, 'pids', 'worker-1.pid'), 'utf8'));
  const video = await client.upload(clip);
  const job = await client.submit({ video_id: video.id });
  let remembered = 0;
  const ended = new AbortController();
  const watching = watchProcess(pid, () => remembered, SAMPLE_EVERY_MS, ended.signal);
  try {
    for await (const event of client.events(job.id)) {
      if (event.event === 'progress') remembered = event.data.progress.chunks_remembered;
      if (event.event === 'done' && event.data.status !== 'succeeded')
        throw new CommandError(
          `The job ended as ${event.data.status}: ${event.data.error?.detail ?? 'no reason given'}.`,
        );
    }
  } finally {
    ended.abort();
  }
  const seconds = await chunkSeconds(stack.databaseUrl, job.memory_id);
  return { samples: await watching, seconds };
}

/**
 * Prints the ratios.
 * @param framesPerChunk new frames of each chunk
 * @param firstChunks number of chunks of the first minute
 * @returns the exit code
 */
function report({ samples, seconds }: JobUsage, framesPerChunk: number, firstChunks: number): number {
  const chunks = seconds.length;
  const first = median(memoryBetween(samples, firstChunks, firstChunks + 2));
  const end = median(samples.slice(-3).map(({ bytes }) => bytes));
  const memoryRatio = end / first;
  const timeRatio = quarterRatio(seconds);
  const lines = [
    `${clock(SECONDS)} min of video, ${chunks} chunks of ${framesPerChunk} new frames,` +
      ' one worker, chunk by chunk:',
    ...memoryCurve(samples, chunks),
    `worker RSS when the first minute was remembered ${megabytes(first)}, at the end ${megabytes(end)}:` +
      ` ratio ${memoryRatio.toFixed(3)} (at most ${MAX_RATIO})`,
    'time per chunk (perceive + remember), last quarter against the first:' +
      ` ratio ${timeRatio.toFixed(3)} (at most ${MAX_RATIO})`,
    'processor time per chunk, the same:' +
      ` ratio ${cpuRatio(samples, chunks)?.toFixed(3) ?? 'not known here'}`,
  ];
  console.log(lines.join('\n'));
  return memoryRatio <= MAX_RATIO && timeRatio <= MAX_RATIO ? 0 : 1;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/**
 * Resident memory in bytes while at least `from` and fewer than `to` chunks were remembered. Without a sample
 * in between, that of the next sample.
 */
function memoryBetween(samples: readonly Sample[], from: number, to: number): number[] {
  const inside = samples.filter(({ chunks }) => chunks >= from && chunks < to);
  const next = samples.find(({ chunks }) => chunks >= from) ?? samples.at(-1);
  return (inside.length > 0 || next === undefined ? inside : [next]).map(({ bytes }) => bytes);
}

/** The memory at ten points of the work, a line each. */
const memoryCurve = (samples: readonly Sample[], chunks: number): string[] =>
  Array.from({ length: 10 }, (_, index) => {
    const remembered = ((index + 1) * chunks) / 10;
    const sample = samples.find((candidate) => candidate.chunks >= remembered) ?? samples.at(-1);
    const memory = megabytes(sample?.bytes ?? Number.NaN);
    return `  after ${remembered.toFixed(0).padStart(3)} chunks: ${memory}`;
  });
