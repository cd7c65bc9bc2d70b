import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '@loci/host';
import { loopClip, sampleClip, seeded } from '@loci/harness';
import { checkJobs, checkLeaks, checkObjects, checkRows, type Findings } from './chaos/check.js';
import { faultsOn } from './chaos/faults.js';
import { injectFaults, type FaultCounts } from './chaos/injector.js';
import { Load, type Accepted } from './chaos/load.js';
import { Service, type QueueBackend } from './chaos/service.js';
import { Surroundings } from './chaos/surroundings.js';

// `npm run chaos -- --minutes N [--seed S]`: clients submit jobs while all that the service consists of and
// stands on fails, in an order that the seed repeats. Then rows, objects and answers are compared with those
// of a calm run.

const CLIENTS = 3;
/** Seconds of the clips: one chunk, and two. */
const CLIPS_S = [10, 24];
/** After the faults everything that was accepted has to end within this time, in ms. */
const END_LIMIT_MS = 300_000;

interface Options {
  minutes: number;
  seed: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' } },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed ?? randomInt(1_000_000));
  if (!(minutes > 0) || !Number.isInteger(seed))
    throw new CommandError('usage: npm run chaos -- [--minutes N] [--seed S]');
  return { minutes, seed };
}

async function makeClips(folder: string): Promise<string[]> {
  const source = await sampleClip();
  const clips = CLIPS_S.map((seconds) => join(folder, `${seconds}s.mp4`));
  for (const [index, clip] of clips.entries()) await loopClip(source, CLIPS_S[index] ?? 0, clip);
  return clips;
}

/** One service on one kind of queue, with faults for so long. Returns the calm run. */
async function runOn(
  backend: QueueBackend,
  surroundings: Surroundings,
  load: Load,
  { minutes, seed }: Options,
  counts: FaultCounts,
  found: Findings,
): Promise<Accepted[]> {
  const service = await Service.start(surroundings, backend);
  try {
    const calm = await load.calm(service);
    const until = AbortSignal.timeout(minutes * 60_000);
    const running = load.run(service, CLIENTS, until);
    await injectFaults(faultsOn({ surroundings, service, load, backend }), seed, until, counts);
    await Promise.race([running, delay(END_LIMIT_MS, undefined, { ref: false })]);
    // while the service can still clean up
    await checkObjects(surroundings, found);
    return calm;
  } finally {
    load.giveUp();
    await service.stop();
  }
}

function report(options: Options, load: Load, counts: FaultCounts, found: Findings): boolean {
  const faults = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const [name, count] of [...counts].sort()) console.log(`${String(count).padStart(5)}  ${name}`);
  const deleted = load.accepted.filter((accepted) => accepted.deleted).length;
  console.log(`${faults} faults, ${load.accepted.length} jobs, of which ${deleted} were deleted under way`);
  if (load.internalErrors > 0) console.log(`${load.internalErrors} answers were 500`);
  for (const [kind, lines] of Object.entries(found) as [keyof Findings, string[]][])
    for (const line of lines) console.log(`${kind}: ${line}`);
  const { lost, doubled, differing, orphans } = found;
  console.log(
    `lost ${lost.length}, doubled ${doubled.length}, differing ${differing.length},` +
      ` orphans ${orphans.length}; seed ${options.seed}`,
  );
  return [lost, doubled, differing, orphans].every((lines) => lines.length === 0);
}

await runCommand(async (say) => {
  const options = readOptions();
  const surroundings = await Surroundings.open();
  try {
    const load = new Load(await makeClips(surroundings.clips), seeded(options.seed));
    const backends: QueueBackend[] = surroundings.redis === null ? ['Postgres'] : ['Postgres', 'Redis'];
    const counts: FaultCounts = new Map();
    const found: Findings = { lost: [], doubled: [], differing: [], orphans: [] };
    const calm: Accepted[] = [];
    for (const backend of backends) {
      say(`the queue is on ${backend}; seed ${options.seed}`);
      const share = { ...options, minutes: options.minutes / backends.length };
      calm.push(...(await runOn(backend, surroundings, load, share, counts, found)));
    }
    found.lost.push(...load.refusals);
    checkJobs(calm.slice(0, CLIPS_S.length), load.accepted, found);
    await checkRows(surroundings, load.accepted, found);
    await checkLeaks(surroundings, found);
    return report(options, load, counts, found) ? 0 : 1;
  } finally {
    await surroundings.close();
  }
});
