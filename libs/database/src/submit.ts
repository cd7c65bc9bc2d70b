import { LociError, newId, NotFoundError, type Job, type SampledPictures } from '@loci/contracts';
import type { Connection } from './client.js';
import { Prisma } from './generated/client.js';
import { jobView, type Standing } from './job-views.js';
import { refuseNul, toJson } from './json-columns.js';
import { openedJob, type OpenedJob } from './open-job.js';
import { readJob } from './read-job.js';
import type { SubmitRequest } from './submit-request.js';

export interface Submitted {
  job: Job;
  /** False: its idempotency key made it within 24 hours. */
  created: boolean;
  /** Whether work has become due with it that is not due for an earlier job too. */
  due: boolean;
}

/** What submit_job() gives (prisma/migrations/0015_submit_call). */
type SubmitCall =
  | { gone: true }
  | { standing: Standing | null }
  | { taken: { jobId: string; requestHash: string } | null }
  | { wanted: boolean };

/** For how long an Idempotency-Key is honoured. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;
/** A memory changes with each of its chunks; it does not change again and again within a submit. */
const MAX_TRIES = 20;
/** Memories that are remembered at once. */
const MAX_SEEN = 10_000;

/**
 * Creates jobs; see Jobs.submit. Each is one call of the database, which writes it if the memory stands as it
 * was last seen. When it stands otherwise, the call is made once more.
 */
export class Submits {
  /** How memories stood when they were last seen, by what makes them one. */
  private readonly seen = new Map<string, Standing>();

  constructor(private readonly connection: Connection) {}

  async submit(request: SubmitRequest): Promise<Submitted> {
    refuseNul(request.metadata ?? null, 'The metadata');
    const id = newId('job');
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const seen = this.seen.get(nameOf(request)) ?? null;
      const opened = openedJob(id, request, seen);
      const done = await this.call(request, seen, opened);
      if ('gone' in done) throw new NotFoundError(`video ${request.video.id}`);
      if ('standing' in done) this.see(request, done.standing);
      else if ('wanted' in done) return submitted(opened, done.wanted);
      else if (done.taken !== null) {
        const earlier = await this.earlier(request, done.taken);
        // a key whose job was deleted meanwhile is free again
        if (earlier !== null) return earlier;
      }
    }
    throw new Error(`the memory of video ${request.video.id} changes without end`);
  }

  private call(request: SubmitRequest, seen: Standing | null, { job, rows }: OpenedJob): Promise<SubmitCall> {
    const { idempotency, tenant, camera } = request;
    const claim = idempotency && {
      tenant,
      key: idempotency.key,
      request_hash: idempotency.requestHash,
      job_id: job.id,
    };
    const cameras = camera?.chunks.map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    );
    const expired = new Date(Date.now() - IDEMPOTENCY_MS);
    return this.connection.call<SubmitCall>(
      'submit_job',
      Prisma.sql`SELECT submit_job(
        ${toJson(memoryRow(job.memoryId, request))}::jsonb, ${toJson(seen)}::jsonb,
        ${cameras ?? null}::bytea[], ${toJson(claim)}::jsonb, ${expired}::timestamptz,
        ${toJson(rows.job)}::jsonb, ${toJson(rows.questions)}::jsonb,
        ${toJson(rows.events)}::jsonb) AS value`,
    );
  }

  private see(request: SubmitRequest, standing: Standing | null): void {
    if (this.seen.size >= MAX_SEEN) this.seen.clear();
    if (standing === null) this.seen.delete(nameOf(request));
    else this.seen.set(nameOf(request), standing);
  }

  /**
   * The job that an idempotency key has made; null when it was deleted.
   * @throws LociError idempotency-mismatch when another request has claimed the key
   */
  private async earlier(
    { tenant, idempotency }: SubmitRequest,
    { jobId, requestHash }: { jobId: string; requestHash: string },
  ): Promise<Submitted | null> {
    if (requestHash !== idempotency?.requestHash)
      throw new LociError(
        'idempotency-mismatch',
        `The Idempotency-Key ${idempotency?.key} was used with another body`,
      );
    const job = await readJob(this.connection, tenant, jobId);
    return job === null ? null : { job, created: false, due: true };
  }
}

/** None given has a digest too, for rows that are unique by it. */
const cameraSha = ({ camera }: SubmitRequest): string => camera?.sha256 ?? '';

const picturesOf = ({ samplingPictures = 'all' }: SubmitRequest): SampledPictures => samplingPictures;

const nameOf = (request: SubmitRequest): string => {
  const { tenant, video, model, samplingFps } = request;
  return JSON.stringify([tenant, video.id, model, samplingFps, picturesOf(request), cameraSha(request)]);
};

const memoryRow = (id: string, request: SubmitRequest) => ({
  id,
  tenant: request.tenant,
  video_id: request.video.id,
  model: request.model,
  sampling_fps: request.samplingFps,
  sampling_pictures: picturesOf(request),
  camera_sha256: cameraSha(request),
  frames: request.frames,
  chunks: request.chunks,
  clock: request.clock,
});

/** Earlier jobs have delivered what they wait for: chunks, but not the answers of this one. */
const submitted = ({ job, sums }: OpenedJob, wanted: boolean): Submitted => ({
  job: jobView(job, sums),
  created: true,
  due: !wanted || job.questions.some(({ readyAt }) => readyAt !== null),
});
