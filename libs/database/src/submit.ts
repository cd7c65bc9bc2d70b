import { LociError, newId, NotFoundError, type Ask, type Job, type SubmitJob } from '@loci/contracts';
import type { Queries } from './client.js';
import { refreshJobs } from './job-events.js';
import { chunkSums, jobView, WITH_FACTS } from './job-views.js';
import { lockMemoryOrThrow } from './memory-lock.js';
import { newQuestion } from './new-question.js';
import { json, refuseNul } from './json-columns.js';
import type { MemoryRecord } from './records.js';

export interface IdempotencyClaim {
  key: string;
  /** Hash of the request's body: the same key with another body is refused. */
  requestHash: string;
}

export interface SubmitRequest {
  tenant: string;
  video: { id: string };
  /** name@version */
  model: string;
  samplingFps: number;
  /** Sampled frames of the clip. */
  frames: number;
  /** Chunks of the clip. */
  chunks: number;
  questions: { ask: Ask; needsChunks: number }[];
  metadata?: SubmitJob['metadata'] | null | undefined;
  idempotency?: IdempotencyClaim | undefined;
}

/** For how long an Idempotency-Key is honoured. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Creates a job, or finds the one that its idempotency key made; see Jobs.submit. */
export async function submit(tx: Queries, request: SubmitRequest): Promise<{ job: Job; created: boolean }> {
  const { tenant, video, questions, metadata, idempotency } = request;
  refuseNul(metadata ?? null, 'The metadata');
  const id = newId('job');
  const earlier = idempotency === undefined ? null : await claimKey(tx, tenant, idempotency, id);
  if (earlier !== null) return { job: await viewOf(tx, earlier), created: false };

  const memory = await findOrMakeMemory(tx, request);
  await tx.job.create({
    data: { id, tenant, videoId: video.id, memoryId: memory.id, metadata: json(metadata) },
  });
  await tx.question.createMany({
    data: questions.map(({ ask, needsChunks }, position) =>
      newQuestion(memory, ask, needsChunks, { jobId: id, position }),
    ),
  });
  await refreshJobs(tx, memory.id, { jobId: id });
  return { job: await viewOf(tx, id), created: true };
}

async function viewOf(tx: Queries, jobId: string): Promise<Job> {
  const row = await tx.job.findUniqueOrThrow({ where: { id: jobId }, include: WITH_FACTS });
  return jobView(row, (await chunkSums(tx, [row.memoryId]))(row.memoryId));
}

/**
 * Claims an idempotency key for a job. Of two requests at once, the second waits here until the first has
 * committed.
 * @returns the id of the earlier job when the same request has claimed the key within 24 hours; else null
 * @throws LociError idempotency-mismatch when another request has claimed the key
 */
async function claimKey(
  tx: Queries,
  tenant: string,
  { key, requestHash }: IdempotencyClaim,
  jobId: string,
): Promise<string | null> {
  await tx.idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - IDEMPOTENCY_MS) } } });
  const { count } = await tx.idempotencyKey.createMany({
    data: [{ tenant, key, requestHash, jobId }],
    skipDuplicates: true,
  });
  if (count === 1) return null;
  const taken = await tx.idempotencyKey.findUniqueOrThrow({ where: { tenant_key: { tenant, key } } });
  if (taken.requestHash !== requestHash)
    throw new LociError('idempotency-mismatch', `The Idempotency-Key ${key} was used with another body`);
  return taken.jobId;
}

async function findOrMakeMemory(
  tx: Queries,
  { tenant, video, model, samplingFps, frames, chunks }: SubmitRequest,
): Promise<MemoryRecord> {
  // keeps the video from being deleted until this transaction ends
  const videos = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM video WHERE id = ${video.id} AND tenant = ${tenant} FOR KEY SHARE`;
  if (videos.length === 0) throw new NotFoundError(`video ${video.id}`);
  const candidate = { id: newId('memory'), tenant, videoId: video.id, model, samplingFps, frames, chunks };
  const { count } = await tx.memory.createMany({ data: [candidate], skipDuplicates: true });
  if (count === 1)
    await tx.chunk.createMany({
      data: Array.from({ length: chunks }, (_, index) => ({ memoryId: candidate.id, index })),
    });
  const { id } = await tx.memory.findUniqueOrThrow({
    where: { videoId_model_samplingFps: { videoId: video.id, model, samplingFps } },
    select: { id: true },
  });
  const memory = await lockMemoryOrThrow(tx, id);
  return memory.status === 'failed' ? startOver(tx, memory) : memory;
}

/** Builds a failed memory again: the committed chunks stay, who died on it is forgotten. */
async function startOver(tx: Queries, memory: MemoryRecord): Promise<MemoryRecord> {
  await tx.memory.update({
    where: { id: memory.id },
    data: { status: 'building', error: json(null), finishedAt: null },
    select: { id: true },
  });
  await tx.attempt.deleteMany({ where: { memoryId: memory.id } });
  return { ...memory, status: 'building' };
}
