import { newId, type Ask } from '@loci/contracts';
import type { Question as QuestionModel } from './generated/client.js';
import { refuseNul } from './json-columns.js';
import type { MemoryRecord } from './records.js';

/**
 * The row of a new question. It is ready from the start when the chunks that it needs are remembered.
 * @param job the job that asks it, and its place there; null for a question without a job
 * @throws LociError invalid-request when it holds NUL
 */
export function newQuestion(
  memory: Pick<MemoryRecord, 'id' | 'tenant' | 'head'>,
  ask: Ask,
  needsChunks: number,
  job: { jobId: string; position: number } | null,
): QuestionModel {
  refuseNul(ask, 'A question');
  const createdAt = new Date();
  return {
    id: newId('question'),
    tenant: memory.tenant,
    memoryId: memory.id,
    jobId: job?.jobId ?? null,
    position: job?.position ?? 0,
    question: ask.question,
    options: ask.options ?? null,
    asOfS: ask.as_of_s ?? null,
    needsChunks,
    createdAt,
    readyAt: memory.head >= needsChunks ? createdAt : null,
    status: 'queued',
    answer: null,
    error: null,
    answerS: 0,
    answeredAt: null,
    latencyS: null,
  };
}
