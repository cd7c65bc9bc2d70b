import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError, LociClient } from '@loci/client';
import { CommandError, runCommand } from '@loci/host';
import { clock, withTemporaryStack, type Stack } from '@loci/local';
import { loadOneBundle } from './bundle.js';
import { chunkSeconds } from './chunk-seconds.js';
import { loopedClip } from './looped-clip.js';
import { cpuRatio, watchProcess, type Sample } from './process-usage.js';
import { median, quarterRatio } from './statistics.js';

const SECONDS = 600;
const FIRST_SECONDS = 60;
const EVERY_MS = 200;
const LIMIT = 1.15;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/**
 * `npm run bench:growth`: a ten-minute clip through one worker. Its memory at the end against that when the clip's first
 * minute had been remembered, and the time per chunk in the last quarter against the first: both at most 1.15.
 */
await runCommand((say) =>
  withTemporaryStack('growth', { workers: 1 }, say, async (stack) => {
    const { manifest } = await loadOneBundle();
    const clip = await loopedClip(SECONDS, stack.dataDir);
    const { samples, seconds, chunks } = await watchJob(stack, clip);
    const perChunk = manifest.sizes.frames_per_chunk - manifest.sizes.overlap;
    const early = (FIRST_SECONDS * manifest.sampling.fps) / perChunk;

    const first = median(within(samples, early, early + 2));
    const end = median(samples.slice(-3).map(({ bytes }) => bytes));
    const memory = end / first;
    const time = quarterRatio(seconds);
    console.log(
      `${clock(SECONDS)} min of video, ${chunks} chunks of ${perChunk} new frames, one worker, chunk by chunk:`,
    );
    console.log(curve(samples, chunks).join('\n'));
    console.log(
      `worker RSS when the first minute was remembered ${megabytes(first)}, at the end ${megabytes(end)}: ratio ${memory.toFixed(3)} (at most ${LIMIT})`,
    );
    console.log(
      `time per chunk (perceive + remember), last quarter against the first: ratio ${time.toFixed(3)} (at most ${LIMIT})`,
    );
    console.log(
      `processor time per chunk, the same: ratio ${cpuRatio(samples, chunks)?.toFixed(3) ?? 'not known here'}`,
    );
    return memory <= LIMIT && time <= LIMIT ? 0 : 1;
  }),
);

async function watchJob(
  stack: Stack,
  clip: string,
): Promise<{ samples: Sample[]; seconds: number[]; chunks: number }> {
  const client = new LociClient(stack.url, stack.apiKey);
  const pid = Number(await readFile(join(stack.dataDir, 'pids', 'worker-1.pid'), 'utf8'));
  const video = await client.upload(clip);
  const job = await client.submit({ video_id: video.id });
  let remembered = 0;
  const ended = new AbortController();
  const watching = watchProcess(pid, () => remembered, EVERY_MS, ended.signal);
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
  return { samples: await watching, seconds, chunks: seconds.length };
}

/** The memory seen while at least `from` and fewer than `to` chunks were remembered; the nearest sample when there was none. */
function within(samples: Sample[], from: number, to: number): number[] {
  const inside = samples.filter(({ chunks }) => chunks >= from && chunks < to);
  const nearest = samples.find(({ chunks }) => chunks >= from) ?? samples.at(-1);
  return (inside.length > 0 || nearest === undefined ? inside : [nearest]).map(({ bytes }) => bytes);
}

/** Ten points of the memory over the work. */
function curve(samples: Sample[], chunks: number): string[] {
  return Array.from(
    { length: 10 },
    (_, index) => {
      const at = ((index + 1) * chunks) / 10;
      const sample = samples.find((each) => each.chunks >= at) ?? samples.at(-1);
      return `  after ${at.toFixed(0).padStart(3)} chunks: ${megabytes(sample?.bytes ?? Number.NaN)}`;
    },
    [ClientError],
  );
}
