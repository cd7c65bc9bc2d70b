import {
  findMissing,
  findOrphans,
  ORPHAN_AGE_MS,
  type MissingObject,
  type StoredObject,
} from '@loci/storage';
import type { Stores } from './stores.js';

/** The kinds of faults, as the summary counts them: one, and several. */
const KINDS = {
  unfinished: ['unfinished put', 'unfinished puts'],
  orphan: ['object without a row', 'objects without a row'],
  missing: ['row without its object', 'rows without their object'],
  overdue: ['unfinished deletion', 'unfinished deletions'],
} as const;

/** Rows and objects that do not match. */
export interface Fault {
  kind: keyof typeof KINDS;
  /** For the person at the terminal. */
  sentence: string;
}

/**
 * Compares rows and objects, both ways.
 * @param before what is younger may still get its row, or lose its objects, and is left out
 */
export async function findFaults(
  { database, store }: Stores,
  before = new Date(Date.now() - ORPHAN_AGE_MS),
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const add = (kind: Fault['kind'], sentence: string): void => void faults.push({ kind, sentence });
  for (const { name } of await store.unfinishedPuts(before))
    add('unfinished', `${name} is a put that nobody finishes.`);
  for await (const object of findOrphans(store, database.objectOwners, before))
    add('orphan', orphanSentence(object));
  for (const object of await findMissing(store, database.expectedObjects))
    add('missing', missingSentence(object));
  for (const videoId of await database.deletions.overdue(before))
    add('overdue', `${videoId} was deleted, and no worker has removed its objects.`);
  return faults;
}

/** All faults in one sentence. */
export function summaryOf(faults: readonly Fault[]): string {
  if (faults.length === 0) return 'Rows and objects match.';
  const counts = Object.entries(KINDS).flatMap(([kind, [one, several]]) => {
    const count = faults.filter((fault) => fault.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  return `${counts.join(', ')}.`;
}

const orphanSentence = ({ key, bytes, writtenAt }: StoredObject): string =>
  `${key} has no row; it was written ${writtenAt.toISOString()} and has ${bytes} bytes.`;

const missingSentence = ({ owner, key, damage }: MissingObject): string =>
  damage === null
    ? `${owner} needs ${key}, which is missing.`
    : `${owner} needs ${key}, which has ${damage.found} bytes instead of ${damage.expected}.`;
