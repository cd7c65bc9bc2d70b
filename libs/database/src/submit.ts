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
import { chunkSums, jobView, WITH_FACTS, type ChunkSums, type JobWithFacts } from './job-views.js';
import { newQuestion } from './new-question.js';
import { openJob } from './open-job.js';
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
  /** What the job gives of the camera, for the frames of each chunk: another camera, another memory. */
  camera?: { sha256: string; chunks: readonly Uint8Array<ArrayBuffer>[] } | null | undefined;
  questions: { ask: Ask; needsChunks: number }[];
  metadata?: SubmitJob['metadata'] | null | undefined;
  idempotency?: IdempotencyClaim | undefined;
}

/** For how long an Idempotency-Key is honoured. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Creates a job, or finds the one that its idempotency key made; see Jobs.submit. */
export async function submit(tx: Queries, request: SubmitRequest): Promise<{ job: Job; created: boolean }> {
  const { tenant, metadata, idempotency } = request;
  refuseNul(metadata ?? null, 'The metadata');
  const id = newId('job');
  const earlier = idempotency === undefined ? null : await claimKey(tx, tenant, idempotency, id);
  if (earlier !== null) return { job: await viewOf(tx, earlier), created: false };

  const { memory, sums } = (await holdMemory(tx, request)) ?? (await makeMemory(tx, request));
  const job = newJob(memory, id, request);
  return { job: jobView(await openJob(tx, job, sums), sums), created: true };
}

/** The rows of a job and its questions that nobody has worked for. */
function newJob(
  memory: MemoryWithoutState,
  id: string,
  { tenant, video, metadata, questions }: SubmitRequest,
): JobWithFacts {
  return {
    id,
    tenant,
    videoId: video.id,
    memoryId: memory.id,
    memory,
    status: 'queued',
    error: null,
    eventSeq: 0,
    metadata: metadata ?? null,
    questions: questions.map(({ ask, needsChunks }, position) =>
      newQuestion(memory, ask, needsChunks, { jobId: id, position }),
    ),
    createdAt: new Date(),
    startedAt: null,
    finishedAt: null,
  };
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

/** A memory, held until the transaction ends, and the sums over its chunks. */
interface HeldMemory {
  memory: MemoryWithoutState;
  sums: ChunkSums;
}

/** None given has a digest too, for rows that are unique by it. */
const shaOf = (camera: SubmitRequest['camera']): string => camera?.sha256 ?? '';

/**
 * The memory to submit on, when it stands and has not failed. Until the transaction ends, no stage changes it
 * and the video is not deleted. Submits do not wait for each other.
 */
async function holdMemory(
  tx: Queries,
  { tenant, video, model, samplingFps, camera }: SubmitRequest,
): Promise<HeldMemory | null> {
  const [held] = await tx.$queryRaw<(MemoryWithoutState & ChunkSums)[]>`
    SELECT m.id, m.tenant, m.video_id AS "videoId", m.model, m.sampling_fps AS "samplingFps",
      m.camera_sha256 AS "cameraSha256", m.status, m.frames, m.chunks, m.head, m.clock, m.error,
      m.created_at AS "createdAt", m.finished_at AS "finishedAt",
      c.perceived, c.perceive_s AS "perceiveS", c.remember_s AS "rememberS"
    FROM memory m JOIN video v ON v.id = m.video_id
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE status <> 'pending')::int AS perceived,
          coalesce(sum(perceive_s), 0)::float8 AS perceive_s,
          coalesce(sum(remember_s), 0)::float8 AS remember_s
        FROM chunk WHERE memory_id = m.id) c
    WHERE v.id = ${video.id} AND v.tenant = ${tenant} AND m.model = ${model}
      AND m.sampling_fps = ${samplingFps} AND m.camera_sha256 = ${shaOf(camera)} AND m.status <> 'failed'
    FOR KEY SHARE OF v FOR SHARE OF m`;
  if (held === undefined) return null;
  const { perceived, perceiveS, rememberS, ...memory } = held;
  return { memory, sums: { perceived, perceiveS, rememberS } };
}

/** Makes the memory with its chunks, or starts the one over that has failed. */
async function makeMemory(tx: Queries, request: SubmitRequest): Promise<HeldMemory> {
  const { tenant, video, model, samplingFps, frames, chunks, clock, camera } = request;
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
    cameraSha256: shaOf(camera),
    frames,
    chunks,
    clock,
  };
  const { count } = await tx.memory.createMany({ data: [candidate], skipDuplicates: true });
  if (count === 1)
    await tx.chunk.createMany({
      data: Array.from({ length: chunks }, (_, index) => ({
        memoryId: candidate.id,
        index,
        camera: camera?.chunks[index] ?? null,
      })),
    });
  else await startOver(tx, request);
  const held = await holdMemory(tx, request);
  if (held === null) throw new NotFoundError(`memory of video ${video.id}`);
  return held;
}

/** Builds a failed memory again: the committed chunks stay, who died on it is forgotten. */
async function startOver(tx: Queries, { video, model, samplingFps, camera }: SubmitRequest): Promise<void> {
  const started = await tx.memory.updateManyAndReturn({
    where: { videoId: video.id, model, samplingFps, cameraSha256: shaOf(camera), status: 'failed' },
    data: { status: 'building', error: json(null), finishedAt: null },
    select: { id: true },
  });
  await tx.attempt.deleteMany({ where: { memoryId: { in: started.map(({ id }) => id) } } });
}
