import type { Origin } from './sampling.js';

/** Origins of clips by their identity, the ones used last: a clip's next chunk then costs one process and not two. */
const origins = new Map<string, Origin>();
const ORIGINS_KEPT = 1000;

/** The clip's origin, looked for when the clip is new, or nameless. */
export async function originOf(identity: string | undefined, look: () => Promise<Origin>): Promise<Origin> {
  if (identity === undefined) return look();
  const origin = origins.get(identity) ?? (await look());
  // the one used last stands last, and the first leaves
  origins.delete(identity);
  origins.set(identity, origin);
  if (origins.size > ORIGINS_KEPT) origins.delete(origins.keys().next().value ?? '');
  return origin;
}
