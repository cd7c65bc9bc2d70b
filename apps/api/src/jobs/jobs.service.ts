import { Inject, Injectable } from '@nestjs/common';
import {
  LociError,
  NotFoundError,
  MAX_METADATA_BYTES,
  modelRef,
  type Job,
  type JobSummary,
  type Page,
  type SubmitJob,
  type VideoListQuery,
} from '@loci/contracts';
import type { Database } from '@loci/database';
import type { Bundle } from '@loci/inference';
import { chunkCount, clockScale, chunkSizes, frameCount } from '@loci/pipeline';
import { Dispatcher } from '@loci/queue';
import { DATABASE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';
import { WriteGate } from '../http/gates.js';
import { waitFor } from '../http/wait.js';
import { ModelsService } from '../models/models.service.js';
import { placeAsk } from '../questions/ask.js';
import { cameraOf } from './camera.js';
import { requestHash } from './request-hash.js';

/** Whether nothing more will happen to a job. */
export const hasEnded = (job: Job): boolean => job.finished_at !== null;

@Injectable()
export class JobsService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Closing) private readonly closing: Closing,
    @Inject(WriteGate) private readonly gate: WriteGate,
  ) {}

  /**
   * Writes the job, its memory and its questions in one transaction, and queues the first work. The same
   * idempotency key and body give the job that was created before.
   * @throws GateClosedError when too many submit at once
   */
  submit(tenant: string, body: SubmitJob, idempotencyKey: string | null): Promise<Job> {
    checkMetadata(body.metadata);
    return this.gate.run(() => this.submitNow(tenant, body, idempotencyKey));
  }

  private async submitNow(tenant: string, body: SubmitJob, idempotencyKey: string | null): Promise<Job> {
    const video = await this.database.videos.get(tenant, body.video_id);
    if (video === null) throw new NotFoundError(`Video ${body.video_id}`);
    const bundle = this.models.named(body.model);
    const fps = samplingFps(bundle, body.sampling?.fps);
    const pictures = body.sampling?.pictures ?? 'all';
    if (pictures === 'key') await this.checkKeyPictures(tenant, body);
    const frames = frameCount(video.duration_s, fps);
    const clip = { durationS: video.duration_s, startS: video.start_s, frames, fps };
    const { job, due } = await this.database.jobs.submit({
      tenant,
      video,
      model: modelRef(bundle.manifest),
      samplingFps: fps,
      samplingPictures: pictures,
      frames,
      chunks: chunkCount(frames, chunkSizes(bundle.manifest.sizes)),
      clock: clockScale(bundle.manifest.clock, frames / fps),
      camera: cameraOf(body.camera, { ...clip, width: video.width, height: video.height }, bundle),
      questions: body.questions.map((ask, index) => placeAsk(ask, bundle, clip, `/questions/${index}`)),
      metadata: body.metadata ?? null,
      ...(idempotencyKey === null
        ? {}
        : { idempotency: { key: idempotencyKey, requestHash: requestHash(body) } }),
    });
    if (due) await this.dispatcher.deliver(job.memory_id);
    return job;
  }

  /** @throws LociError 'no-key-pictures', 'camera-unusable' */
  private async checkKeyPictures(tenant: string, { video_id: id, camera }: SubmitJob): Promise<void> {
    const access = await this.database.videos.accessOf(tenant, id);
    if (access?.refreshes === true) {
      const detail = 'Its pictures are refreshed bit by bit: none but the first is whole';
      throw new LociError('no-key-pictures', detail, { errors: [{ pointer: '/sampling/pictures', detail }] });
    }
    const way = (['trajectory', 'path'] as const).find((field) => camera?.[field] !== undefined);
    if (way === undefined) return;
    const detail =
      'Key pictures alone lie seconds apart, and a frame may be older than its time: ' +
      'poses would not fit, and no path can be estimated';
    throw new LociError('camera-unusable', detail, { errors: [{ pointer: `/camera/${way}`, detail }] });
  }

  list(tenant: string, query: VideoListQuery): Promise<Page<JobSummary>> {
    return this.database.jobs.list(tenant, query);
  }

  async get(tenant: string, id: string): Promise<Job> {
    const job = await this.database.jobs.get(tenant, id);
    if (job === null) throw new NotFoundError(`Job ${id}`);
    return job;
  }

  /** The job as soon as it has ended, or as it stands after `seconds`. */
  async getEnded(tenant: string, id: string, seconds: number, disconnected: AbortSignal): Promise<Job> {
    const { jobs, news } = this.database;
    if (seconds > 0)
      await waitFor({
        read: () => jobs.hasEnded(tenant, id),
        // a job that does not exist is not waited for
        ended: (ended) => ended !== false,
        hear: (listener) => news.hear(id, listener),
        seconds,
        signal: AbortSignal.any([disconnected, this.closing.signal]),
      });
    return this.get(tenant, id);
  }

  /**
   * Cancels a job. Its memory is built further only when another job or question needs it.
   * @throws LociError 'job-ended'
   */
  async cancel(tenant: string, id: string): Promise<Job> {
    const outcome = await this.database.jobs.cancel(tenant, id);
    if (outcome === null) throw new NotFoundError(`Job ${id}`);
    const job = await this.get(tenant, id);
    if (outcome === 'ended') throw new LociError('job-ended', `Job ${id} has ${job.status}`);
    return job;
  }
}

/** @throws LociError 'metadata-too-large' */
function checkMetadata(metadata: SubmitJob['metadata']): void {
  if (metadata === undefined || Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES) return;
  const detail = `The metadata may have at most ${MAX_METADATA_BYTES} bytes of JSON`;
  throw new LociError('metadata-too-large', detail, { errors: [{ pointer: '/metadata', detail }] });
}

/**
 * The sampling rate asked for, or the model's default; frames per second.
 * @throws LociError 'sampling-out-of-range'
 */
function samplingFps({ manifest: { sampling } }: Bundle, asked: number | undefined): number {
  const fps = asked ?? sampling.fps;
  if (fps >= sampling.min_fps && fps <= sampling.max_fps) return fps;
  const detail = `The model reads ${sampling.min_fps} to ${sampling.max_fps} frames/s`;
  throw new LociError('sampling-out-of-range', detail, { errors: [{ pointer: '/sampling/fps', detail }] });
}
