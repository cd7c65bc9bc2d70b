import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelRef, type Ask, type ClipAccess, type Job, type Probe } from '@loci/contracts';
import { openDatabase, type Database, type SubmitRequest } from '@loci/database';
import { inRoot } from '@loci/host';
import { listBundles, type Bundle } from '@loci/inference';
import { chunkCount, clockScale, chunkSizes, chunksNeeded, frameCount } from '@loci/pipeline';
import { Dispatcher, openQueues, type Queues } from '@loci/queue';
import { featuresKey, openStore, remuxedKey, videoKey, type ObjectStore } from '@loci/storage';
import { startPostgres, temporaryFolder, type TestServer } from '@loci/testing';
import { prepareVideo } from '@loci/video';
import pg from 'pg';
import { fingerprint } from './clips.js';
import { WorkerProcess } from './worker-process.js';

/** The end of a run: everything but times, so that two runs of one clip must be equal. */
export interface RunResult {
  status: Job['status'];
  digest: string;
  answers: unknown[];
}

/** A clip in the store. */
export interface StoredClip extends Probe {
  sha256: string;
  bytes: number;
  access?: ClipAccess;
}

const LIMITS = { maxSeconds: 7200, maxPixels: 3840 * 2160 };
const POLL_MS = 5;
/** A run takes seconds on an idle machine, and minutes on a busy one. */
const RUN_LIMIT_MS = 240_000;

/**
 * Everything that worker processes need, and are killed on: a Postgres with the queue on it, a store in a
 * folder, and the shipped bundle. Each submitted job belongs to a new tenant, so that each builds its memory.
 */
export class WorkerHarness {
  readonly #workers = new Set<WorkerProcess>();
  readonly #tenants = new Map<string, string>();

  private constructor(
    private readonly scratch: Awaited<ReturnType<typeof temporaryFolder>>,
    private readonly postgres: TestServer,
    readonly database: Database,
    readonly queues: Queues,
    readonly store: ObjectStore,
    private readonly storeUrl: string,
    readonly rows: pg.Pool,
    readonly bundle: Bundle,
  ) {}

  static async open(modelDir = inRoot('models')): Promise<WorkerHarness> {
    const scratch = await temporaryFolder('run');
    const postgres = await startPostgres();
    const database = await openDatabase(postgres.url);
    await database.migrate();
    const queues = await openQueues(postgres.url);
    const storeUrl = `file://${join(scratch.path, 'objects')}`;
    const store = await openStore(storeUrl);
    const rows = new pg.Pool({ connectionString: postgres.url, max: 2 });
    // Postgres is restarted under this pool; the next query shows whether it is back
    rows.on('error', () => undefined);
    const [bundle] = await listBundles(modelDir);
    if (bundle === undefined) throw new Error(`there is no bundle in ${modelDir}`);
    return new WorkerHarness(scratch, postgres, database, queues, store, storeUrl, rows, bundle);
  }

  /** A folder for clips; removed when the harness is closed. */
  get folder(): string {
    return this.scratch.path;
  }

  /** Puts a clip where the API puts uploads. */
  async storeClip(file: string): Promise<StoredClip> {
    const { sha256, bytes } = await fingerprint(file);
    const key = remuxedKey(sha256);
    const keep = async (remuxed: FileHandle) => {
      const stored = await this.store.put(key, remuxed.createReadStream({ start: 0, autoClose: false }));
      return { ...stored, source: await this.store.locate(key) };
    };
    const { probe, access } = await prepareVideo({ source: file, bytes, keep }, LIMITS);
    await this.store.put(videoKey(sha256), createReadStream(file));
    return { sha256, bytes, ...probe, access };
  }

  /** Stores bytes that are no video under the facts of a clip. */
  async storeBrokenClip(clip: StoredClip): Promise<StoredClip> {
    const bytes = new TextEncoder().encode('no video');
    const sha256 = createHash('sha256').update(randomUUID()).digest('hex');
    await this.store.put(videoKey(sha256), bytes);
    return { ...clip, sha256, bytes: bytes.byteLength };
  }

  /** The settings of a process on this harness. */
  get environment(): Record<'DATABASE_URL' | 'QUEUE_URL' | 'OBJECT_STORE_URL' | 'MODEL_DIR', string> {
    return {
      DATABASE_URL: this.postgres.url,
      QUEUE_URL: this.postgres.url,
      OBJECT_STORE_URL: this.storeUrl,
      MODEL_DIR: this.bundle.dir,
    };
  }

  /** Starts a worker on this harness, and waits until it is ready. */
  async startWorker(environment: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({ ...this.environment, ...environment });
    this.#workers.add(worker);
    return worker;
  }

  /** Submits a job as the API does. */
  async submit(
    clip: StoredClip,
    asks: Ask[],
    tenant: string = randomUUID(),
    { camera, samplingPictures }: Pick<SubmitRequest, 'camera' | 'samplingPictures'> = {},
  ): Promise<Job> {
    const { manifest } = this.bundle;
    const sizes = chunkSizes(manifest.sizes);
    const { fps } = manifest.sampling;
    const frames = frameCount(clip.duration_s, fps);
    const { video } = await this.database.videos.create({ ...clip, tenant }, () => Promise.resolve(true));
    const { job } = await this.database.jobs.submit({
      tenant,
      video,
      model: modelRef(manifest),
      samplingFps: fps,
      ...(samplingPictures === undefined ? {} : { samplingPictures }),
      frames,
      chunks: chunkCount(frames, sizes),
      clock: clockScale(manifest.clock, frames / fps),
      camera,
      questions: asks.map((ask) => ({
        ask,
        needsChunks: chunksNeeded(ask.as_of_s ?? null, { frames, fps, startS: clip.start_s }, sizes),
      })),
    });
    this.#tenants.set(job.id, tenant);
    await this.plan(job.memory_id);
    return job;
  }

  tenantOf(job: Pick<Job, 'id'>): string {
    return this.#tenants.get(job.id) ?? '';
  }

  /** Queues what the rows ask for, as the API does after a submit. */
  async plan(memoryId: string): Promise<void> {
    await new Dispatcher(this.database.memories, this.queues).dispatch(memoryId);
  }

  async job(job: Pick<Job, 'id'>): Promise<Job> {
    const view = await this.database.jobs.get(this.tenantOf(job), job.id);
    if (view === null) throw new Error(`job ${job.id} is gone`);
    return view;
  }

  /**
   * Waits until the job has ended.
   * @throws Error when it has not ended after `limitMs`
   */
  async result(job: Pick<Job, 'id' | 'memory_id'>, limitMs = RUN_LIMIT_MS): Promise<RunResult> {
    await this.waitForRow(`select 1 from job where id = $1 and finished_at is not null`, [job.id], limitMs);
    const { status, questions } = await this.job(job);
    const memory = await this.database.memories.get(this.tenantOf(job), job.memory_id);
    const answers = questions.map(
      ({ answer }) =>
        answer && {
          ...answer,
          evidence: answer.evidence.map(({ entry_kind, slot, frame, t_s, weight }) => ({
            entry_kind,
            slot,
            frame,
            t_s,
            weight,
          })),
        },
    );
    return { status, digest: memory?.digest ?? '', answers };
  }

  /** Whether a query finds a row. */
  async hasRow(query: string, values: unknown[]): Promise<boolean> {
    return ((await this.rows.query(query, values)).rowCount ?? 0) > 0;
  }

  /**
   * Waits until a query finds a row. Errors do not end the wait: Postgres may be starting again.
   * @throws Error when there is none after `limitMs`, with the last error as its cause
   */
  async waitForRow(query: string, values: unknown[], limitMs = RUN_LIMIT_MS): Promise<void> {
    const deadline = Date.now() + limitMs;
    let cause: unknown;
    while (Date.now() < deadline) {
      try {
        if (await this.hasRow(query, values)) return;
        cause = undefined;
      } catch (error) {
        cause = error;
      }
      await delay(POLL_MS);
    }
    throw new Error(`waited ${limitMs} ms in vain for: ${query}`, { cause });
  }

  /** Restarts Postgres on the same data and port. */
  async restartPostgres(): Promise<void> {
    await this.postgres.restart();
  }

  /** Makes an empty database on the same server. Returns its URL. */
  async createDatabase(name: string): Promise<string> {
    await this.rows.query(`create database ${pg.escapeIdentifier(name)}`);
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Deletes the features of a perceived chunk from the store. */
  async deleteFeatures(memoryId: string, chunk: number): Promise<void> {
    await this.store.delete(featuresKey(memoryId, chunk));
  }

  /** Kills the workers that still run, and stops everything else. */
  async close(): Promise<void> {
    await this.killWorkers();
    await this.queues.close();
    await this.database.close();
    await this.rows.end();
    await this.store.close();
    await this.postgres.stop();
    await this.scratch.remove();
  }

  async killWorkers(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
    this.#workers.clear();
  }
}
