import { dispatch, type Committed } from '@loci/pipeline';
import type { Parts } from './parts.js';

/** Queues what should exist for a memory, as its rows now stand; after a commit only what that made due. */
export function replan(
  { database, queues }: Pick<Parts, 'database' | 'queues'>,
  memoryId: string,
  committed?: Committed,
): Promise<void> {
  return dispatch(
    { rows: (id) => database.memories.facts(id), add: (deliveries) => queues.add(deliveries) },
    memoryId,
    committed,
  );
}
