import { newId, type Ask } from '@loci/contracts';
import { json, refuseNul, type MemoryRecord } from './rows.js';

/** The row of a new question. It can be answered from now on when the chunks that it needs are remembered already. */
export function newQuestion(
  memory: MemoryRecord,
  ask: Ask,
  needsChunks: number,
  of: { jobId: string; position: number } | null,
) {
  refuseNul(ask, 'A question');
  const createdAt = new Date();
  return {
    id: newId('question'),
    tenant: memory.tenant,
    memoryId: memory.id,
    jobId: of?.jobId ?? null,
    position: of?.position ?? 0,
    question: ask.question,
    options: json(ask.options),
    asOfS: ask.as_of_s ?? null,
    needsChunks,
    createdAt,
    readyAt: memory.head >= needsChunks ? createdAt : null,
  };
}
