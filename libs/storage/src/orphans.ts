import { ownerOf, PARTS } from './keys.js';
import type { ObjectStore, StoredObject } from './object-store.js';

/** Who of the owners that keys name still exists; Postgres knows. */
export interface Owners {
  /** Those of the SHA-256s (hex) that a video has. */
  clips(sha256s: string[]): Promise<Set<string>>;
  /** Those of the ids that a memory has. */
  memories(ids: string[]): Promise<Set<string>>;
}

/** An object may be this young and wait for its row, in ms. */
export const ORPHAN_AGE_MS = 3_600_000;
/** A part may wait so much longer for the rest of its upload, in ms: a day in all. */
const PARTS_WAIT_MS = 23 * 3_600_000;
const PREFIXES = ['uploads/', PARTS, 'videos/', 'remuxed/', 'features/', 'frames/', 'map/'];
/** Objects whose owners are looked up at a time. */
const PAGE = 500;

/**
 * The objects that nobody owns and that were written before a moment. A younger one may be waiting for its
 * row: a clip is stored before its video.
 */
export async function* findOrphans(
  store: Pick<ObjectStore, 'list'>,
  owners: Owners,
  before: Date,
): AsyncGenerator<StoredObject> {
  for (const prefix of PREFIXES) {
    const limit = prefix === PARTS ? new Date(before.getTime() - PARTS_WAIT_MS) : before;
    let page: StoredObject[] = [];
    for await (const object of store.list(prefix)) {
      if (object.writtenAt >= limit) continue;
      page.push(object);
      if (page.length < PAGE) continue;
      yield* await unowned(page, owners);
      page = [];
    }
    yield* await unowned(page, owners);
  }
}

async function unowned(objects: StoredObject[], owners: Owners): Promise<StoredObject[]> {
  const named = objects.map((object) => ({ object, owner: ownerOf(object.key) }));
  const idsOf = (kind: 'clip' | 'memory'): string[] => [
    ...new Set(named.flatMap(({ owner }) => (owner?.kind === kind ? [owner.id] : []))),
  ];
  const [clips, memories] = [idsOf('clip'), idsOf('memory')];
  const known = {
    clip: clips.length > 0 ? await owners.clips(clips) : new Set<string>(),
    memory: memories.length > 0 ? await owners.memories(memories) : new Set<string>(),
  };
  return named
    .filter(({ owner }) => owner === null || !known[owner.kind].has(owner.id))
    .map(({ object }) => object);
}
