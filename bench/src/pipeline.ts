import { availableParallelism } from 'node:os';
import { ClientError, LociClient } from '@loci/client';
import { CommandError, runCommand } from '@loci/host';
import { readSettings, withTemporaryStack } from '@loci/local';
import { frameCount } from '@loci/pipeline';
import { BareGraphs } from './bare-graphs.js';
import { loadOneBundle } from './bundle.js';
import { stackCpu } from './cpu.js';
import { loopedClip } from './looped-clip.js';
import { median } from './statistics.js';

const SECONDS = 240;
const ROUNDS = 3;
const LEAST = 0.7;

/**
 * `npm run bench:pipeline`: frames per second of the whole stack (from the submission of a job to its end: queue, decode,
 * both graphs, thumbnails, map, commits) against the bare graphs (perceive and remember called in this process on frames
 * that lie decoded in memory), on the same clip, in turn. There are as many engines, with as many threads, as workers; and
 * unless LOCI_WORKERS says otherwise a worker for every two cores: one for its graphs, one for all that is around them.
 */
await runCommand(
  async (say) => {
    const { environment, ...settings } = readSettings();
    const workers =
      environment['LOCI_WORKERS'] === undefined
        ? Math.max(1, Math.floor(availableParallelism() / 2))
        : settings.workers;
    const threads = Number(environment['INFERENCE_THREADS'] ?? 1);
    return withTemporaryStack('pipeline', { workers }, say, async (stack) => {
      const bundle = await loadOneBundle();
      const clip = await loopedClip(SECONDS, stack.dataDir);
      const client = new LociClient(stack.url, stack.apiKey);
      const { duration_s: duration, id } = await client.upload(clip);
      await client.deleteVideo(id);
      const frames = frameCount(duration, bundle.manifest.sampling.fps);
      const bare = await BareGraphs.open(bundle, clip, frames, { engines: workers, threads });
      console.log(
        `${frames} sampled frames of ${SECONDS} s; ${workers} worker(s) against ${workers} engine(s), ${threads} inference thread(s) each, ${availableParallelism()} cores; ${ROUNDS} rounds in turn, frames/s:`,
      );
      console.log(`  decoding alone, one clip at a time: ${(frames / bare.decodeSeconds).toFixed(1)}`);
      const ratios: number[] = [];
      const withDecoding: number[] = [];
      const spent: Spent[] = [];
      try {
        for (let round = 1; round <= ROUNDS; round += 1) {
          const before = await stackCpu(stack.dataDir, workers);
          const whole = frames / (await throughStack(client, clip));
          const after = await stackCpu(stack.dataDir, workers);
          const started = process.cpuUsage();
          const graphs = frames / (await bare.run());
          const { user, system } = process.cpuUsage(started);
          spent.push({ stack: perFrame(before, after, frames), graphs: (user + system) / 1000 / frames });
          ratios.push(whole / graphs);
          withDecoding.push(whole * (bare.decodeSeconds / frames + 1 / graphs));
          console.log(
            `  round ${round}: end to end ${whole.toFixed(1)}, bare graphs ${graphs.toFixed(1)}, ratio ${(whole / graphs).toFixed(3)}`,
          );
        }
      } finally {
        await bare.close();
      }
      console.log(`processor time a sampled frame, ms: ${told(spent)}`);
      console.log(
        `end to end against one program that decodes and then runs the graphs, step after step: median ratio ${median(withDecoding).toFixed(3)}`,
      );
      console.log(
        `end to end against the bare graphs: median ratio ${median(ratios).toFixed(3)} (at least ${LEAST})`,
      );
      return median(ratios) >= LEAST ? 0 : 1;
    });
  },
  [ClientError],
);

type StackCpu = Awaited<ReturnType<typeof stackCpu>>;
/** Processor time a sampled frame in one round, ms: the stack's by process, and the bare graphs'. */
interface Spent {
  stack: StackCpu;
  graphs: number;
}

function perFrame(before: StackCpu, after: StackCpu, frames: number): StackCpu {
  const ms = (name: keyof StackCpu): number => ((after[name] - before[name]) * 1000) / frames;
  return { worker: ms('worker'), ffmpeg: ms('ffmpeg'), Postgres: ms('Postgres'), API: ms('API') };
}

/** The medians of the rounds, process by process. */
function told(spent: readonly Spent[]): string {
  const middle = (of: (round: Spent) => number): string => median(spent.map(of)).toFixed(1);
  const parts = (['worker', 'ffmpeg', 'Postgres', 'API'] as const).map(
    (name) => `${name} ${middle(({ stack }) => stack[name])}`,
  );
  return `${parts.join(', ')}; the bare graphs ${middle(({ graphs }) => graphs)}`;
}

/** Seconds from the submission of a job without questions to its end. The video is deleted again, and its memory with it. */
async function throughStack(client: LociClient, clip: string): Promise<number> {
  const video = await client.upload(clip);
  const before = performance.now();
  const submitted = await client.submit({ video_id: video.id });
  for (;;) {
    const job = await client.job(submitted.id, 60);
    if (job.status === 'queued' || job.status === 'running') continue;
    if (job.status !== 'succeeded')
      throw new CommandError(`The job ended as ${job.status}: ${job.error?.detail ?? 'no reason given'}.`);
    const seconds = (performance.now() - before) / 1000;
    await client.deleteVideo(video.id);
    return seconds;
  }
}
