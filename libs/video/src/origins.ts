import type { Origin } from './sampling.js';

/**
 * Origins by the clip's identity, most recently used last. They save one process for each later chunk of a
 * clip.
 */
const origins = new Map<string, Origin>();
const ORIGINS_KEPT = 1000;

/** The clip's origin: the known one, or what `read` gives when the clip is new or has no identity. */
export async function originOf(identity: string | undefined, read: () => Promise<Origin>): Promise<Origin> {
  if (identity === undefined) return read();
  const origin = origins.get(identity) ?? (await read());
  // insertion order is the order of use: the first entry is the oldest
  origins.delete(identity);
  origins.set(identity, origin);
  if (origins.size > ORIGINS_KEPT) origins.delete(origins.keys().next().value ?? '');
  return origin;
}
