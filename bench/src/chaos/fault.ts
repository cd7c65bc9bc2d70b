import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '@loci/testing';

/**
 * Faults of the service's processes, and faults of the servers that it stands on. Within a lane one follows
 * the other: a queue cannot be emptied while its server is away.
 */
export const LANES = ['processes', 'servers'] as const;

/** A fault that can be injected. */
export interface Fault {
  name: string;
  lane: (typeof LANES)[number];
  /**
   * Resolves when the fault is over, soon after `stop`.
   * @returns whether it was injected: a process may just be starting again
   */
  inject: (random: () => number, stop: AbortSignal) => Promise<boolean>;
}

/** Faults last so long, in ms. */
const SHORTEST_MS = 200;
const LONGEST_MS = 3_000;

/** Begins a fault, and ends it a while later, whatever happens. */
export async function lasting(
  random: () => number,
  stop: AbortSignal,
  { begin, end, longestMs = LONGEST_MS }: { begin: () => unknown; end: () => unknown; longestMs?: number },
): Promise<true> {
  try {
    await begin();
    const durationMs = SHORTEST_MS + random() * (longestMs - SHORTEST_MS);
    await delay(durationMs, undefined, { signal: stop }).catch(() => undefined);
  } finally {
    await end();
  }
  return true;
}

/** Freezes a process together with those that it has started, and thaws them. */
export async function freeze(
  parent: number,
  random: () => number,
  stop: AbortSignal,
  longestMs = LONGEST_MS,
): Promise<true> {
  const pids = [parent, ...(await childrenOf(parent))];
  const begin = (): void => signal(pids, 'SIGSTOP');
  const end = (): void => signal(pids, 'SIGCONT');
  return lasting(random, stop, { begin, end, longestMs });
}

/** Sends a signal to processes; one that has ended meanwhile needs none. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
