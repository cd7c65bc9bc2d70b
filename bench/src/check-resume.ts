import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Ask } from '@loci/contracts';
import { loopClip, sampleClip, seeded, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';

// Kills workers (-9) at seeded random moments of runs of a sample clip, and compares what each run ends with to a run that
// nobody disturbed.

const ASKS: Ask[] = [
  { question: 'How many cabinets are there in this room?' },
  { question: 'Which of these is nearest to the door?', options: ['sofa', 'plant', 'shelf'] },
  { question: 'How many sofas are there in this room?', as_of_s: 20 },
];
/** Fewer than make a chunk count as poison. */
const KILLS_A_RUN = 2;

interface Kill {
  afterMs: number;
  where: string;
}

/** Where a run stands, in a few words. */
async function standing(harness: WorkerHarness, memoryId: string): Promise<string> {
  const { rows } = await harness.rows.query<{ line: string }>(
    `select format('%s of %s chunks perceived, %s remembered, %s of %s questions answered',
       (select count(*) from chunk c where c.memory_id = m.id and c.status <> 'pending'), m.chunks, m.head,
       (select count(*) from question q where q.memory_id = m.id and q.status = 'answered'), (select count(*) from question q where q.memory_id = m.id)) as line
     from memory m where m.id = $1`,
    [memoryId],
  );
  return rows[0]?.line ?? 'nothing';
}

/** One job during which up to `kills` workers are killed, at moments spread over the time that a run takes. */
async function disturbedRun(
  harness: WorkerHarness,
  clip: StoredClip,
  kills: number,
  moment: () => number,
): Promise<{ kills: Kill[]; result: RunResult }> {
  let worker = await harness.work();
  const job = await harness.submit(clip, ASKS);
  const done: Kill[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const afterMs = Math.round(moment());
    await delay(afterMs);
    // a kill counts only while there is something to disturb
    if (await harness.finds('select 1 from job where id = $1 and finished_at is not null', [job.id])) break;
    await worker.kill();
    done.push({ afterMs, where: await standing(harness, job.memory_id) });
    worker = await harness.work();
  }
  const result = await harness.result(job);
  await worker.kill();
  return { kills: done, result };
}

async function undisturbedRun(
  harness: WorkerHarness,
  clip: StoredClip,
): Promise<{ result: RunResult; tookMs: number }> {
  const worker = await harness.work();
  const started = performance.now();
  const result = await harness.result(await harness.submit(clip, ASKS));
  const tookMs = performance.now() - started;
  await worker.kill();
  if (result.status !== 'succeeded') throw new Error(`the undisturbed run ${result.status}`);
  return { result, tookMs };
}

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
  const random = seeded(Number(values.seed));
  const harness = await WorkerHarness.open();
  try {
    const file = join(harness.folder, 'clip.mp4');
    await loopClip(values.clip ?? (await sampleClip()), Number(values.seconds), file);
    const clip = await harness.keep(file);
    const { result: undisturbed, tookMs } = await undisturbedRun(harness, clip);
    console.log(
      `undisturbed: ${(tookMs / 1000).toFixed(1)} s, digest ${undisturbed.digest.slice(0, 16)}, ${undisturbed.answers.length} answers`,
    );
    let killed = 0;
    let identical = 0;
    while (killed < wanted) {
      const { kills, result } = await disturbedRun(
        harness,
        clip,
        Math.min(KILLS_A_RUN, wanted - killed),
        () => random() * tookMs,
      );
      const same = isDeepStrictEqual(result, undisturbed);
      for (const { afterMs, where } of kills) {
        killed += 1;
        identical += same ? 1 : 0;
        console.log(
          `kill ${String(killed).padStart(2)}: after ${(afterMs / 1000).toFixed(2).padStart(5)} s, ${where}: ${same ? 'identical' : `DIFFERENT (${result.status}, digest ${result.digest.slice(0, 16)})`}`,
        );
      }
    }
    console.log(`${killed} kills, ${identical} identical`);
    return killed === identical;
  } finally {
    await harness.close();
  }
}

process.exitCode = (await main()) ? 0 : 1;
