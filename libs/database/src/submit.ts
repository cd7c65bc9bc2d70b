import {
  LociError,
  newId,
  NotFoundError,
  type Ask,
  type ClockScale,
  type Job,
  type SubmitJob,
} from '@loci/contracts';
import type { Queries } from './client.js';
import type { Question as QuestionModel } from './generated/client.js';
import { openJob } from './job-events.js';
import { chunkSums, jobView, WITH_FACTS } from './job-views.js';
import { newQuestion } from './new-question.js';
import { json, refuseNul } from './json-columns.js';
import type { MemoryWithoutState } from './records.js';

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
  /** How the clock of its memory runs, where it is made now. */
  clock: ClockScale;
  questions: { ask: Ask; needsChunks: number }[];
  metadata?: SubmitJob['metadata'] | null | undefined;
  idempotency?: IdempotencyClaim | undefined;
}

/** For how long an Idempotency-Key is honoured. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Creates a job, or finds the one that its idempotency key made; see Jobs.submit. */
export async function submit(tx: Queries, request: SubmitRequest): Promise<{ job: Job; created: boolean }> {
  const { tenant, video, metadata, idempotency } = request;
  refuseNul(metadata ?? null, 'The metadata');
  const id = newId('job');
  const earlier = idempotency === undefined ? null : await claimKey(tx, tenant, idempotency, id);
  if (earlier !== null) return { job: await viewOf(tx, earlier), created: false };

  const memory = (await holdMemory(tx, request)) ?? (await makeMemory(tx, request));
  const sums = (await chunkSums(tx, [memory.id]))(memory.id);
  const job = await tx.job.create({
    data: { id, tenant, videoId: video.id, memoryId: memory.id, metadata: json(metadata) },
  });
  const questions = await createQuestions(tx, memory, id, request.questions);
  const written = await openJob(tx, { ...job, memory, questions }, sums);
  return { job: jobView(written, sums), created: true };
}

async function createQuestions(
  tx: Queries,
  memory: MemoryWithoutState,
  jobId: string,
  questions: SubmitRequest['questions'],
): Promise<QuestionModel[]> {
  if (questions.length === 0) return [];
  const rows = await tx.question.createManyAndReturn({
    data: questions.map(({ ask, needsChunks }, position) =>
      newQuestion(memory, ask, needsChunks, { jobId, position }),
    ),
  });
  return rows.sort((a, b) => a.position - b.position);
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
  const expired = new Date(Date.now() - IDEMPOTENCY_MS);
  // old keys go a few at a time, and none that another request is just removing
  const claimed = await tx.$executeRaw`
    WITH removed AS (
      DELETE FROM idempotency_key WHERE ctid IN (
        SELECT ctid FROM idempotency_key
        WHERE created_at < ${expired} AND (tenant, key) <> (${tenant}, ${key})
        LIMIT 100 FOR UPDATE SKIP LOCKED))
    INSERT INTO idempotency_key AS k (tenant, key, request_hash, job_id)
    VALUES (${tenant}, ${key}, ${requestHash}, ${jobId})
    ON CONFLICT (tenant, key) DO UPDATE
      SET request_hash = excluded.request_hash, job_id = excluded.job_id, created_at = excluded.created_at
      WHERE k.created_at < ${expired}`;
  if (claimed === 1) return null;
  const taken = await tx.idempotencyKey.findUniqueOrThrow({ where: { tenant_key: { tenant, key } } });
  if (taken.requestHash !== requestHash)
    throw new LociError('idempotency-mismatch', `The Idempotency-Key ${key} was used with another body`);
  return taken.jobId;
}

/**
 * The memory to submit on, when it stands and has not failed. Until the transaction ends, no stage changes it
 * and the video is not deleted. Submits do not wait for each other.
 */
async function holdMemory(
  tx: Queries,
  { tenant, video, model, samplingFps }: SubmitRequest,
): Promise<MemoryWithoutState | null> {
  const [memory] = await tx.$queryRaw<MemoryWithoutState[]>`
    SELECT m.id, m.tenant, m.video_id AS "videoId", m.model, m.sampling_fps AS "samplingFps",
      m.status, m.frames, m.chunks, m.head, m.clock, m.error,
      m.created_at AS "createdAt", m.finished_at AS "finishedAt"
    FROM memory m JOIN video v ON v.id = m.video_id
    WHERE v.id = ${video.id} AND v.tenant = ${tenant} AND m.model = ${model}
      AND m.sampling_fps = ${samplingFps} AND m.status <> 'failed'
    FOR KEY SHARE OF v FOR SHARE OF m`;
  return memory ?? null;
}

/** Makes the memory with its chunks, or starts the one over that has failed. */
async function makeMemory(tx: Queries, request: SubmitRequest): Promise<MemoryWithoutState> {
  const { tenant, video, model, samplingFps, frames, chunks, clock } = request;
  // keeps the video from being deleted until this transaction ends
  const videos = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM video WHERE id = ${video.id} AND tenant = ${tenant} FOR KEY SHARE`;
  if (videos.length === 0) throw new NotFoundError(`video ${video.id}`);
  const candidate = {
    id: newId('memory'),
    tenant,
    videoId: video.id,
    model,
    samplingFps,
    frames,
    chunks,
    clock,
  };
  const { count } = await tx.memory.createMany({ data: [candidate], skipDuplicates: true });
  if (count === 1)
    await tx.chunk.createMany({
      data: Array.from({ length: chunks }, (_, index) => ({ memoryId: candidate.id, index })),
    });
  else await startOver(tx, request);
  const memory = await holdMemory(tx, request);
  if (memory === null) throw new NotFoundError(`memory of video ${video.id}`);
  return memory;
}

/** Builds a failed memory again: the committed chunks stay, who died on it is forgotten. */
async function startOver(tx: Queries, { video, model, samplingFps }: SubmitRequest): Promise<void> {
  const started = await tx.memory.updateManyAndReturn({
    where: { videoId: video.id, model, samplingFps, status: 'failed' },
    data: { status: 'building', error: json(null), finishedAt: null },
    select: { id: true },
  });
  await tx.attempt.deleteMany({ where: { memoryId: { in: started.map(({ id }) => id) } } });
}
