import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Ask } from '@loci/contracts';
import { loopClip, sampleClip, seeded, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';
import { describeProgress } from './progress.js';

// `npm run check-resume`: kills workers (-9) at seeded random moments of runs of a sample clip. Each run must
// end exactly as an undisturbed run does.

const ASKS: Ask[] = [
  { question: 'How many cabinets are there in this room?' },
  { question: 'Which of these is nearest to the door?', options: ['sofa', 'plant', 'shelf'] },
  { question: 'How many sofas are there in this room?', as_of_s: 20 },
];
/** One more kill of the same chunk would count it as poison. */
const KILLS_PER_RUN = 2;
const IS_FINISHED = 'select 1 from job where id = $1 and finished_at is not null';

interface Kill {
  afterMs: number;
  /** What the run had done by then. */
  progress: string;
}

interface Run {
  result: RunResult;
  kills: Kill[];
  tookMs: number;
}

/**
 * Runs one job, and kills its worker up to `maxKills` times. The job may end before.
 * @param nextPauseMs time until the next kill
 */
async function run(
  harness: WorkerHarness,
  clip: StoredClip,
  maxKills: number,
  nextPauseMs: () => number,
): Promise<Run> {
  let worker = await harness.startWorker();
  const started = performance.now();
  const job = await harness.submit(clip, ASKS);
  const kills: Kill[] = [];
  while (kills.length < maxKills) {
    const afterMs = nextPauseMs();
    await delay(afterMs);
    if (await harness.hasRow(IS_FINISHED, [job.id])) break;
    await worker.kill();
    kills.push({ afterMs, progress: await describeProgress(harness.rows, job.memory_id) });
    worker = await harness.startWorker();
  }
  const result = await harness.result(job);
  const tookMs = performance.now() - started;
  await worker.kill();
  return { result, kills, tookMs };
}

async function undisturbedRun(harness: WorkerHarness, clip: StoredClip): Promise<Run> {
  const undisturbed = await run(harness, clip, 0, () => 0);
  const { result, tookMs } = undisturbed;
  if (result.status !== 'succeeded') throw new Error(`the undisturbed run ${result.status}`);
  const seconds = (tookMs / 1000).toFixed(1);
  console.log(`undisturbed: ${seconds} s, digest ${shortDigest(result)}, ${result.answers.length} answers`);
  return undisturbed;
}

/** Kills workers until there were so many kills. Returns how many of them left the result unchanged. */
async function countIdentical(
  harness: WorkerHarness,
  clip: StoredClip,
  expected: Run,
  wanted: number,
  random: () => number,
): Promise<number> {
  const nextPauseMs = () => Math.round(random() * expected.tookMs);
  let killed = 0;
  let identical = 0;
  while (killed < wanted) {
    const maxKills = Math.min(KILLS_PER_RUN, wanted - killed);
    const { kills, result } = await run(harness, clip, maxKills, nextPauseMs);
    const same = isDeepStrictEqual(result, expected.result);
    const verdict = same ? 'identical' : `DIFFERENT (${result.status}, digest ${shortDigest(result)})`;
    for (const { afterMs, progress } of kills) {
      killed += 1;
      identical += same ? 1 : 0;
      const seconds = (afterMs / 1000).toFixed(2).padStart(5);
      console.log(`kill ${String(killed).padStart(2)}: after ${seconds} s, ${progress}: ${verdict}`);
    }
  }
  return identical;
}

const shortDigest = ({ digest }: RunResult): string => digest.slice(0, 16);

/** Returns whether every kill left the result unchanged. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '42' },
      clip: { type: 'string' },
    },
  });
  const wanted = Number(values.kills);
  const harness = await WorkerHarness.open();
  try {
    const file = join(harness.folder, 'clip.mp4');
    await loopClip(values.clip ?? (await sampleClip()), Number(values.seconds), file);
    const clip = await harness.storeClip(file);
    const expected = await undisturbedRun(harness, clip);
    const identical = await countIdentical(harness, clip, expected, wanted, seeded(Number(values.seed)));
    console.log(`${wanted} kills, ${identical} identical`);
    return wanted === identical;
  } finally {
    await harness.close();
  }
}

process.exitCode = (await main()) ? 0 : 1;
