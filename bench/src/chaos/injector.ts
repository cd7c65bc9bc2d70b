import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '@loci/harness';
import { LANES, type Fault } from './fault.js';

/** Pause between two faults of a lane, at the longest, in ms. */
const LONGEST_PAUSE_MS = 1_500;
/** So many faults a minute are injected: a slow machine takes longer, up to so many times the time. */
const FAULTS_PER_MINUTE = 30;
const LONGEST_FACTOR = 2;

/** How often each fault was injected. */
export type FaultCounts = Map<string, number>;

/**
 * Injects faults for so many minutes, in an order that the seed repeats for each lane. Faults of two lanes
 * may overlap, those of one do not. Each kind comes once in every round of its lane.
 * @param stop ends it early
 */
export async function injectFaults(
  faults: readonly Fault[],
  { minutes, seed }: { minutes: number; seed: number },
  stop: AbortSignal,
): Promise<FaultCounts> {
  const counts: FaultCounts = new Map(faults.map(({ name }) => [name, 0]));
  const begun = Date.now();
  const isOver = (): boolean => {
    const passed = (Date.now() - begun) / 60_000;
    return (
      stop.aborted || passed > minutes * LONGEST_FACTOR || (passed > minutes && isEnough(counts, minutes))
    );
  };
  await Promise.all(
    LANES.map(async (lane, index) => {
      const random = seeded(seed + index);
      const own = faults.filter((fault) => fault.lane === lane);
      for (let round: Fault[] = []; ;) {
        if (round.length === 0) round = shuffled(own, random);
        await delay(random() * LONGEST_PAUSE_MS, undefined, { signal: stop }).catch(() => undefined);
        const fault = round.shift();
        if (fault === undefined || isOver()) return;
        if (await fault.inject(random, stop)) counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      }
    }),
  );
  return counts;
}

function isEnough(counts: FaultCounts, minutes: number): boolean {
  const each = [...counts.values()];
  const sum = each.reduce((total, count) => total + count, 0);
  return sum >= minutes * FAULTS_PER_MINUTE && each.every((count) => count > 0);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
