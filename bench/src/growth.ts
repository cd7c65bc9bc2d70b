import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError, LociClient } from '@loci/client';
import { CommandError, runCommand } from '@loci/host';
import { clock, withTemporaryStack, type Stack } from '@loci/local';
import { loadDefaultBundle } from './bundle.js';
import { chunkSeconds } from './chunk-seconds.js';
import { readCounts } from './counts.js';
import { databaseSpace, type DatabaseSpace } from './database-space.js';
import { loopedClip } from './looped-clip.js';
import { cpuRatio, watchProcess, type Sample } from './process-usage.js';
import { growthRatio, median } from './statistics.js';

const SAMPLE_EVERY_MS = 200;
/** Minutes of video after which a worker has warmed up; what follows is compared with the minute after. */
const WARM_MINUTES = 1;
/** The bar for both ratios. */
const MAX_RATIO = 1.05;
/** The bar for what Postgres keeps of a minute of video. */
const MAX_MB_A_MINUTE = 0.6;

/** The measurements of one job. */
interface JobUsage {
  /** Of the worker process. */
  samples: Sample[];
  /** Time of each chunk. */
  seconds: number[];
  /** What Postgres takes, before and after. */
  space: { before: DatabaseSpace; after: DatabaseSpace };
}

/**
 * `npm run bench:growth -- [--minutes N]`: takes a clip of N minutes, else ten, through one worker. Its
 * memory at the end, and its time per chunk in the last quarter, are compared with the second minute's. What
 * Postgres keeps is told by the minute of video.
 */
await runCommand(
  (say) => {
    const minutes = readMinutes();
    return withTemporaryStack('growth', { workers: 1 }, say, async (stack) => {
      const { manifest } = await loadDefaultBundle();
      const framesPerChunk = manifest.sizes.frames_per_chunk - manifest.sizes.overlap;
      const clip = await loopedClip(60 * minutes, stack.dataDir);
      return report(await measureJob(stack, clip), {
        minutes,
        framesPerChunk,
        chunksPerMinute: (60 * manifest.sampling.fps) / framesPerChunk,
      });
    });
  },
  [ClientError],
);

function readMinutes(): number {
  const { minutes } = readCounts({ minutes: 10 });
  if (minutes < 2 * WARM_MINUTES) throw new CommandError(`--minutes must be at least ${2 * WARM_MINUTES}.`);
  return minutes;
}

async function measureJob(stack: Stack, clip: string): Promise<JobUsage> {
  const client = new LociClient(stack.url, stack.apiKey);
  const pid = Number(await readFile(join(stack.dataDir, 'pids', 'worker-1.pid'), 'utf8'));
  const video = await client.upload(clip);
  const before = await databaseSpace(stack.databaseUrl);
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
  return {
    samples: await watching,
    seconds,
    space: { before, after: await databaseSpace(stack.databaseUrl) },
  };
}

/** The clip of a run. */
interface Run {
  minutes: number;
  /** New frames of each chunk. */
  framesPerChunk: number;
  chunksPerMinute: number;
}

/** Prints the ratios and returns the exit code. */
function report(
  { samples, seconds, space }: JobUsage,
  { minutes, framesPerChunk, chunksPerMinute }: Run,
): number {
  const chunks = seconds.length;
  const [from, to] = [WARM_MINUTES * chunksPerMinute, (WARM_MINUTES + 1) * chunksPerMinute];
  const early = median(memoryBetween(samples, from, to));
  const end = median(samples.slice(-3).map(({ bytes }) => bytes));
  const memoryRatio = end / early;
  const timeRatio = growthRatio(seconds, Math.floor(from), Math.ceil(to));
  const kept = (space.after.total - space.before.total + space.before.dead) / 1e6 / minutes;
  const lines = [
    `${clock(60 * minutes)} min of video, ${chunks} chunks of ${framesPerChunk} new frames,` +
      ' one worker, chunk by chunk:',
    ...memoryCurve(samples, chunks),
    `worker RSS in the second minute ${megabytes(early)}, at the end ${megabytes(end)}:` +
      ` ratio ${memoryRatio.toFixed(3)} (at most ${MAX_RATIO})`,
    'time per chunk (perceive + remember), last quarter against the second minute:' +
      ` ratio ${timeRatio.toFixed(3)} (at most ${MAX_RATIO})`,
    `Postgres keeps ${kept.toFixed(2)} MB a minute of video (at most ${MAX_MB_A_MINUTE}); of its` +
      ` ${megabytes(space.after.total)}, ${(space.after.dead / 1e6).toFixed(1)} MB are dead space`,
    'processor time per chunk, last quarter against the first:' +
      ` ratio ${cpuRatio(samples, chunks)?.toFixed(3) ?? 'not known here'}`,
  ];
  console.log(lines.join('\n'));
  return memoryRatio <= MAX_RATIO && timeRatio <= MAX_RATIO && kept <= MAX_MB_A_MINUTE ? 0 : 1;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

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
function memoryCurve(samples: readonly Sample[], chunks: number): string[] {
  return Array.from({ length: 10 }, (_, index) => {
    const remembered = ((index + 1) * chunks) / 10;
    const sample = samples.find((candidate) => candidate.chunks >= remembered) ?? samples.at(-1);
    const memory = megabytes(sample?.bytes ?? Number.NaN);
    return `  after ${remembered.toFixed(0).padStart(3)} chunks: ${memory}`;
  });
}
