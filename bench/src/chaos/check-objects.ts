import { dirname, relative } from 'node:path';
import { framesKey, mapKey, ORPHAN_AGE_MS, remuxedKey, videoKey } from '@loci/storage';
import { query, settled } from './look.js';
import { filesBelow, setTimes } from './object-files.js';
import type { Surroundings } from './surroundings.js';

/** Multipart uploads of S3Proxy, which tells no time of them. */
const UNDATED = /^\.mpus/;

/**
 * Compares rows and objects, both ways, once cleaning up has had its time.
 * @param sweep has the service look for what killed processes left, all of which seems old to it
 */
export async function checkObjects(
  surroundings: Surroundings,
  sweep: () => Promise<void>,
): Promise<string[]> {
  // what has no row after so long is swept
  await setTimes(filesBelow(surroundings.store.folder), new Date(Date.now() - 2 * ORPHAN_AGE_MS));
  await sweep();
  return settled(() => complaints(surroundings));
}

async function complaints({ postgres, store }: Surroundings): Promise<string[]> {
  const clips = await query<{ sha256: string; remuxed: boolean }>(
    postgres.url,
    `select distinct sha256, coalesce(access->>'remuxed_bytes' is not null, false) as remuxed from video`,
  );
  const chunks = await query<{ id: string; index: number }>(
    postgres.url,
    `select m.id, c.index from memory m join chunk c on c.memory_id = m.id where m.status = 'ready'`,
  );
  const expected = new Set([
    ...clips.flatMap(({ sha256, remuxed }) => [videoKey(sha256), ...(remuxed ? [remuxedKey(sha256)] : [])]),
    ...chunks.flatMap(({ id, index }) => [framesKey(id, index), mapKey(id, index)]),
  ]);
  const memories = await query<{ id: string }>(postgres.url, 'select id from memory');
  // features that a fault left go with their memory, at the latest
  const kept = new Set(memories.map(({ id }) => `features/${id}`));
  const present = await keysBelow(store.folder);
  return [
    ...[...expected].filter((key) => !present.has(key)).map((key) => `${key} is missing in the store`),
    ...[...present]
      .filter((key) => !expected.has(key) && !kept.has(dirname(key)) && !UNDATED.test(key))
      .map((key) => `${key} has no row`),
  ];
}

async function keysBelow(folder: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const file of filesBelow(folder)) keys.add(relative(folder, file));
  return keys;
}
