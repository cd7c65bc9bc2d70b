import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Calls `find` until it gives something other than null. The test's time limit ends a wait in vain. */
export async function waitFor<T>(find: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const value = await find();
    if (value !== null) return value;
    await delay(POLL_MS);
  }
}
