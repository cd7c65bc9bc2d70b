import { dispatch } from '@loci/pipeline';
import type { Parts } from './parts.js';

/** Queues what should exist for a memory, as its rows now stand. */
export function replan({ database, queues }: Pick<Parts, 'database' | 'queues'>, memoryId: string): Promise<void> {
  return dispatch({ rows: (id) => database.memories.rows(id), add: (deliveries) => queues.add(deliveries) }, memoryId);
}
