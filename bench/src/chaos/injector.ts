import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '@loci/harness';
import type { Fault } from './faults.js';

/** Pause between two faults of a lane, at the longest, in ms. */
const LONGEST_PAUSE_MS = 1_500;
/** So many faults may overlap. */
const LANES = 2;

/** How often each fault was injected. */
export type FaultCounts = Map<string, number>;

/**
 * Injects faults in a repeatable order until the signal. Each kind comes once in every round of its lane, and
 * no kind overlaps with itself.
 */
export async function injectFaults(
  faults: readonly Fault[],
  seed: number,
  until: AbortSignal,
  counts: FaultCounts,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) => ({
    faults: faults.filter((_fault, index) => index % LANES === lane),
    random: seeded(seed + lane),
  }));
  const run = async ({ faults: own, random }: (typeof lanes)[number]): Promise<void> => {
    for (let round = shuffled(own, random); ; round = shuffled(own, random))
      for (const fault of round) {
        await delay(random() * LONGEST_PAUSE_MS, undefined, { signal: until }).catch(() => undefined);
        if (until.aborted) return;
        await fault.inject(random);
        counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      }
  };
  await Promise.all(lanes.map(run));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
