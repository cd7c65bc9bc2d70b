import { featuresKey, framesKey, mapKey, memoryPrefixes, remuxedKey, videoKey } from './keys.js';
import type { ObjectStore } from './object-store.js';

/** What the store must hold; Postgres knows. */
export interface Expected {
  clips(): AsyncIterable<{ videoId: string; sha256: string; bytes: number; remuxedBytes: number | null }>;
  /** The chunks of a memory come one after another. */
  chunks(): AsyncIterable<{ memoryId: string; index: number; status: 'perceived' | 'remembered' }>;
}

/** An object that rows need and the store does not hold as they say. */
export interface MissingObject {
  /** The id of the video or the memory. */
  owner: string;
  key: string;
  /** The lengths in bytes of an object that is there and has another one; null when it is not there. */
  damage: { found: number; expected: number } | null;
}

type Listing = Pick<ObjectStore, 'list'>;

/**
 * The objects that rows need and the store lacks. It looks twice: what comes and goes meanwhile, with its
 * row, is not missing.
 */
export async function findMissing(store: Listing, expected: Expected): Promise<MissingObject[]> {
  const first = await missingNow(store, expected);
  if (first.length === 0) return [];
  const nameOf = ({ owner, key }: MissingObject): string => `${owner} ${key}`;
  const again = new Set((await missingNow(store, expected)).map(nameOf));
  return first.filter((object) => again.has(nameOf(object)));
}

async function missingNow(store: Listing, expected: Expected): Promise<MissingObject[]> {
  return [...(await missingClips(store, expected)), ...(await missingOfChunks(store, expected))];
}

async function missingClips(store: Listing, expected: Expected): Promise<MissingObject[]> {
  const sizes = await sizesBelow(store, [videoKey(''), remuxedKey('')]);
  const missing: MissingObject[] = [];
  for await (const { videoId: owner, sha256, bytes, remuxedBytes } of expected.clips()) {
    const objects = [
      { key: videoKey(sha256), bytes },
      ...(remuxedBytes === null ? [] : [{ key: remuxedKey(sha256), bytes: remuxedBytes }]),
    ];
    for (const { key, bytes: expected } of objects) {
      const found = sizes.get(key);
      if (found === expected) continue;
      missing.push({ owner, key, damage: found === undefined ? null : { found, expected } });
    }
  }
  return missing;
}

async function missingOfChunks(store: Listing, expected: Expected): Promise<MissingObject[]> {
  const missing: MissingObject[] = [];
  let listed = { memoryId: '', keys: new Map<string, number>() };
  for await (const { memoryId, index, status } of expected.chunks()) {
    if (listed.memoryId !== memoryId)
      listed = { memoryId, keys: await sizesBelow(store, memoryPrefixes(memoryId)) };
    const second = status === 'perceived' ? featuresKey : mapKey;
    for (const key of [framesKey(memoryId, index), second(memoryId, index)])
      if (!listed.keys.has(key)) missing.push({ owner: memoryId, key, damage: null });
  }
  return missing;
}

/** The objects under some prefixes: their lengths in bytes by key. */
async function sizesBelow(store: Listing, prefixes: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const prefix of prefixes) for await (const { key, bytes } of store.list(prefix)) sizes.set(key, bytes);
  return sizes;
}
