import { availableParallelism } from 'node:os';
import { ClientError, LociClient } from '@loci/client';
import { CommandError, runCommand } from '@loci/host';
import { readSettings, withTemporaryStack, type Stack } from '@loci/local';
import { frameCount } from '@loci/pipeline';
import { BareGraphs } from './bare-graphs.js';
import { loadDefaultBundle } from './bundle.js';
import { stackCpu } from './cpu.js';
import { loopedClip } from './looped-clip.js';
import { describeCpu, perFrame, type RoundCpu } from './round-cpu.js';
import { median } from './statistics.js';

const SECONDS = 240;
const ROUNDS = 3;
/** The bar: the whole stack reaches at least so much of the bare graphs' speed. */
const MIN_RATIO = 0.7;

/**
 * `npm run bench:pipeline`: frames per second of the whole stack against the bare graphs, on the same clip,
 * in turn. The stack's time runs from the submission of a job to its end: queue, decoding, both graphs,
 * thumbnails, map and commits. The graphs run in this process, on frames that are decoded before.
 */
await runCommand(
  async (say) => {
    const parallel = readParallelism();
    return withTemporaryStack('pipeline', { workers: parallel.workers }, say, async (stack) => {
      const setup = await prepare(stack, parallel);
      const rounds: Round[] = [];
      try {
        for (let number = 1; number <= ROUNDS; number += 1) {
          const round = await runRound(setup);
          rounds.push(round);
          console.log(`  round ${number}: ${describeRound(round)}`);
        }
      } finally {
        await setup.bare.close();
      }
      return report(rounds, setup);
    });
  },
  [ClientError],
);

interface Parallelism {
  /** Worker processes of the stack, and engines of the bare graphs. */
  workers: number;
  /** Inference threads of each. */
  threads: number;
}

interface Setup extends Parallelism {
  stack: Stack;
  client: LociClient;
  clip: string;
  /** Sampled frames of the clip. */
  frames: number;
  bare: BareGraphs;
}

/** Frames per second of one round. */
interface Round {
  stack: number;
  graphs: number;
  cpu: RoundCpu;
}

function readParallelism(): Parallelism {
  const { environment, workers } = readSettings();
  return { workers, threads: Number(environment['INFERENCE_THREADS'] ?? 1) };
}

async function prepare(stack: Stack, { workers, threads }: Parallelism): Promise<Setup> {
  const bundle = await loadDefaultBundle();
  const clip = await loopedClip(SECONDS, stack.dataDir);
  const client = new LociClient(stack.url, stack.apiKey);
  const { duration_s: duration, id } = await client.upload(clip);
  await client.deleteVideo(id);
  const frames = frameCount(duration, bundle.manifest.sampling.fps);
  const bare = await BareGraphs.open(bundle, clip, frames, { engines: workers, threads });
  const sides = `${workers} worker(s) against ${workers} engine(s), ${threads} inference thread(s) each`;
  console.log(
    `${frames} sampled frames of ${SECONDS} s; ${sides}, ${availableParallelism()} cores;` +
      ` ${ROUNDS} rounds in turn, frames/s:`,
  );
  console.log(`  decoding alone, the clip in one pass: ${(frames / bare.decodeSeconds).toFixed(1)}`);
  return { stack, client, clip, frames, bare, workers, threads };
}

async function runRound({ stack, client, clip, frames, bare, workers }: Setup): Promise<Round> {
  const before = await stackCpu(stack.dataDir, workers);
  const stackSpeed = frames / (await jobSeconds(client, clip));
  const after = await stackCpu(stack.dataDir, workers);
  const started = process.cpuUsage();
  const graphsSpeed = frames / (await bare.run());
  const { user, system } = process.cpuUsage(started);
  const cpu = { stack: perFrame(before, after, frames), graphs: (user + system) / 1000 / frames };
  return { stack: stackSpeed, graphs: graphsSpeed, cpu };
}

function describeRound({ stack, graphs }: Round): string {
  const ratio = (stack / graphs).toFixed(3);
  return `end to end ${stack.toFixed(1)}, bare graphs ${graphs.toFixed(1)}, ratio ${ratio}`;
}

/** Prints the medians over the rounds. Returns the exit code. */
function report(rounds: readonly Round[], { bare, frames }: Setup): number {
  const ratio = median(rounds.map(({ stack, graphs }) => stack / graphs));
  // one program that decodes the clip in one pass and then runs the graphs takes the sum of both times
  const decodeSeconds = bare.decodeSeconds / frames;
  const withDecoding = median(rounds.map(({ stack, graphs }) => stack * (decodeSeconds + 1 / graphs)));
  console.log(`processor time a sampled frame, ms: ${describeCpu(rounds.map(({ cpu }) => cpu))}`);
  console.log(
    'end to end against one program that decodes in one pass and then runs the graphs:' +
      ` median ratio ${withDecoding.toFixed(3)}`,
  );
  console.log(`end to end against the bare graphs: median ratio ${ratio.toFixed(3)} (at least ${MIN_RATIO})`);
  return ratio >= MIN_RATIO ? 0 : 1;
}

/**
 * Seconds from the submission of a job without questions to its end. The video is deleted afterwards, and its
 * memory with it.
 */
async function jobSeconds(client: LociClient, clip: string): Promise<number> {
  const video = await client.upload(clip);
  const before = performance.now();
  const submitted = await client.submit({ video_id: video.id });
  const job = await client.finished(submitted.id);
  if (job.status !== 'succeeded')
    throw new CommandError(`The job ended as ${job.status}: ${job.error?.detail ?? 'no reason given'}.`);
  const seconds = (performance.now() - before) / 1000;
  await client.deleteVideo(video.id);
  return seconds;
}
