import { join } from 'node:path';
import { ClientError, LociClient } from '@loci/client';
import type { Ask, Video } from '@loci/contracts';
import { CommandError, ffmpeg, runCommand } from '@loci/host';
import { sampleClips, withTemporaryStack, type Stack } from '@loci/local';
import { clipsTogether } from './clips-together.js';
import { readCounts } from './counts.js';
import { stackCpu } from './cpu.js';
import { jobSeconds } from './job-seconds.js';
import { atLeast, atMost, type Verdict } from './pipeline/report.js';
import { median, percentile } from './statistics.js';

/** What the figures should reach on two cores. */
const WANTED = { aloneMs: 150, shortPerS: 12, builtPerS: 150, answerMs: 25 };
const CLIP_SECONDS = 3;
const ASK: Ask = { question: 'How many chairs are there in this room?' };

/**
 * `npm run bench:jobs`: short clips, one after the other and all at once, and jobs on memories that are
 * built; and four longer clips, one after the other and at once. Uploads are not measured.
 */
await runCommand(
  (say) => {
    const defaults = { clips: 60, alone: 10, built: 600, answers: 200, seconds: 60, rounds: 3 };
    const sizes = readCounts(defaults);
    return withTemporaryStack('jobs', { workers: 1 }, say, async (stack) => {
      const client = new LociClient(stack.url, stack.apiKey);
      const videos = await uploadClips(client, stack.dataDir, sizes.clips + sizes.alone);
      const verdicts = [
        await oneByOne(client, videos.splice(0, sizes.alone)),
        await atOnce(client, videos),
        await onBuilt(client, videos, sizes.built),
        await answersOnBuilt(client, stack, videos, sizes.answers),
        await clipsTogether(client, stack.dataDir, sizes),
      ];
      for (const { line, reached } of verdicts) console.log(`${line}${reached ? '' : ', not reached'}`);
      return verdicts.every(({ reached }) => reached) ? 0 : 1;
    });
  },
  [ClientError],
);

/** Clips of different bytes, cut from one sample. */
async function uploadClips(client: LociClient, folder: string, count: number): Promise<Video[]> {
  const [sample] = await sampleClips();
  if (sample === undefined) throw new CommandError('There is no sample clip.');
  const videos: Video[] = [];
  for (let number = 1; number <= count; number += 1) {
    const clip = join(folder, `short-${number}.mp4`);
    const input = ['-t', String(CLIP_SECONDS), '-i', sample.file];
    await ffmpeg(...input, '-an', '-c', 'copy', '-metadata', `title=short clip ${number}`, clip);
    videos.push(await client.upload(clip));
  }
  return videos;
}

/** The latency of one short clip with a question, on a service that does nothing else. */
async function oneByOne(client: LociClient, videos: readonly Video[]): Promise<Verdict> {
  const seconds: number[] = [];
  for (const video of videos) seconds.push(await jobSeconds(client, video, [ASK]));
  const what = `a clip of ${CLIP_SECONDS} s from submission to answer, median of ${videos.length}, ms`;
  return atMost(what, 1000 * median(seconds), WANTED.aloneMs);
}

/** Short clips that are submitted at the same moment. */
async function atOnce(client: LociClient, videos: readonly Video[]): Promise<Verdict> {
  const begun = performance.now();
  const seconds = await Promise.all(videos.map((video) => jobSeconds(client, video, [ASK])));
  const rate = (1000 * videos.length) / (performance.now() - begun);
  const waits = [0.5, 0.95].map((share) => `${percentile(seconds, share).toFixed(2)} s`).join(' and ');
  const what = `${videos.length} such clips at once (half and 95 % of them within ${waits}), jobs/s`;
  return atLeast(what, rate, WANTED.shortPerS);
}

/** Jobs without questions on memories that stand: submission, rows and events. */
async function onBuilt(client: LociClient, videos: readonly Video[], jobs: number): Promise<Verdict> {
  const begun = performance.now();
  await shareOut(videos, jobs, (video) => jobSeconds(client, video, []));
  const rate = (1000 * jobs) / (performance.now() - begun);
  return atLeast(`${jobs} jobs without questions on built memories, jobs/s`, rate, WANTED.builtPerS);
}

/** The processor time of the worker that an answer costs. */
async function answersOnBuilt(
  client: LociClient,
  stack: Stack,
  videos: readonly Video[],
  answers: number,
): Promise<Verdict> {
  const [before, begun] = [await stackCpu(stack.dataDir, 1), performance.now()];
  await shareOut(videos, answers, (video) => jobSeconds(client, video, [ASK]));
  const [tookS, after] = [(performance.now() - begun) / 1000, await stackCpu(stack.dataDir, 1)];
  const workerMs = (1000 * (after.worker - before.worker)) / answers;
  const rest = `Postgres ${((1000 * (after.Postgres - before.Postgres)) / answers).toFixed(1)} ms`;
  const what = `an answer on a built memory (${(answers / tookS).toFixed(1)}/s; ${rest}), worker ms`;
  return atMost(what, workerMs, WANTED.answerMs);
}

/** Does something `count` times, once at a time for each video. */
async function shareOut(
  videos: readonly Video[],
  count: number,
  work: (video: Video) => Promise<unknown>,
): Promise<void> {
  let left = count;
  await Promise.all(
    videos.map(async (video) => {
      while (left > 0) {
        left -= 1;
        await work(video);
      }
    }),
  );
}
