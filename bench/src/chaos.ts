import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { CommandError, runCommand, shutdownSignal } from '@loci/host';
import { seeded } from '@loci/harness';
import { checkJobs, checkRows } from './chaos/check-jobs.js';
import { checkLeaks } from './chaos/check-leaks.js';
import { makeClips } from './chaos/clips.js';
import { add, describe, isClean, noFindings, type Findings } from './chaos/findings.js';
import type { FaultCounts } from './chaos/injector.js';
import { Load, type Accepted } from './chaos/load.js';
import { runPhase, type RunOptions } from './chaos/phase.js';
import { Surroundings } from './chaos/surroundings.js';

// `npm run chaos -- --minutes N [--seed S]`: clients submit jobs while all that the service consists of and
// stands on fails, in an order that the seed repeats. Then rows, objects and answers are compared with those
// of a calm run.

function readOptions(): RunOptions {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' } },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed ?? randomInt(1_000_000));
  if (!(minutes > 0) || !Number.isInteger(seed))
    throw new CommandError('usage: npm run chaos -- [--minutes N] [--seed S]');
  return { minutes, seed };
}

/** Aborts when the run has to end before its time: it is told to, or has a fault itself. */
function earlyEnd(): AbortSignal {
  const fault = new AbortController();
  process.on('uncaughtException', (error) => fault.abort(error));
  return AbortSignal.any([shutdownSignal('Stopped.'), fault.signal]);
}

function report(
  { seed }: RunOptions,
  accepted: readonly Accepted[],
  counts: FaultCounts,
  findings: Findings,
): boolean {
  const deletions = accepted.filter(({ deleted }) => deleted).length;
  const lines = new Map([...counts, ['video deleted under its job, and uploaded again', deletions]]);
  for (const [name, count] of [...lines].sort()) console.log(`${String(count).padStart(5)}  ${name}`);
  const faults = [...lines.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${faults} faults, ${accepted.length} jobs`);
  for (const line of describe(findings)) console.log(line);
  console.log(`seed ${seed}`);
  return isClean(findings);
}

await runCommand(async (say) => {
  const options = readOptions();
  const stop = earlyEnd();
  await using surroundings = await Surroundings.open();
  for (const part of surroundings.missing) say(`without the faults of ${part}, which is missing here`);
  const load = new Load(await makeClips(surroundings.clips), seeded(options.seed));
  const counts: FaultCounts = new Map();
  const findings = noFindings();
  const calm: Accepted[] = [];
  for (const backend of surroundings.backends) {
    say(`the queue is on ${backend}; seed ${options.seed}`);
    const share = { ...options, minutes: options.minutes / surroundings.backends.length };
    const phase = await runPhase(backend, { surroundings, load }, share, stop);
    add(findings, { orphans: phase.orphans });
    for (const [name, count] of phase.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    if (calm.length === 0) calm.push(...phase.calm);
  }
  add(findings, checkJobs(calm, load.accepted));
  add(findings, await checkRows(surroundings, load.accepted));
  add(findings, { orphans: await checkLeaks(surroundings), unfit: [...load.calls.unfit] });
  return report(options, load.accepted, counts, findings) ? 0 : 1;
});
