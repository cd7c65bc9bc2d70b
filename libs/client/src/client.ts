import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  jobSchema,
  MAX_WAIT_S,
  memorySchema,
  modelSchema,
  pageSchema,
  problemSchema,
  questionSchema,
  videoSchema,
  type Ask,
  type Job,
  type JobEvent,
  type Memory,
  type Model,
  type Question,
  type Video,
} from '@loci/contracts';
import type { z } from 'zod';
import { ClientError, RefusedError } from './errors.js';
import { readEvents } from './events.js';

/** A job to submit; without questions it only builds the memory. */
export interface NewJob {
  video_id: string;
  questions?: Ask[];
  /** Sampled frames per second of video; the model's own rate unless given. */
  sampling?: { fps: number };
}

/** A client of the HTTP API. Every call throws a ClientError that names the call and the problem. */
export class LociClient {
  readonly #base: string;
  readonly #key: string;

  /** @param base such as http://127.0.0.1:8080, without /v1 */
  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /**
   * Streams a file into POST /v1/videos. The same bytes give the same video.
   * @throws ClientError when the file cannot be read
   */
  async upload(file: string): Promise<Video> {
    const { size } = await stat(file).catch((cause: unknown) => {
      throw new ClientError(`${file} cannot be read.`, { cause });
    });
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
    return this.#read(videoSchema, 'POST', '/v1/videos', {
      body,
      duplex: 'half',
      headers: { 'content-type': 'video/mp4', 'content-length': String(size) },
    });
  }

  deleteVideo(id: string): Promise<void> {
    return this.#send('DELETE', `/v1/videos/${id}`).then(discardBody);
  }

  /** Submits a job. With a key it can be submitted again, and is not made twice. */
  submit(job: NewJob, idempotencyKey?: string): Promise<Job> {
    const { headers, body } = jsonRequest(job);
    const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return this.#read(jobSchema, 'POST', '/v1/jobs', { body, headers: { ...headers, ...key } });
  }

  /** Waits until a job has ended: succeeded, failed or canceled. */
  async finished(id: string): Promise<Job> {
    for (;;) {
      const job = await this.job(id, MAX_WAIT_S);
      if (job.finished_at !== null) return job;
    }
  }

  /** A job as it is now, or up to `waitS` seconds later, when it has ended by then. */
  job(id: string, waitS = 0): Promise<Job> {
    return this.#read(jobSchema, 'GET', `/v1/jobs/${id}${waitS > 0 ? `?wait=${waitS}` : ''}`);
  }

  memory(id: string): Promise<Memory> {
    return this.#read(memorySchema, 'GET', `/v1/memories/${id}`);
  }

  /**
   * The model of a job that names none.
   * @throws ClientError when the service has no model
   */
  async defaultModel(): Promise<Model> {
    const [first] = (await this.#read(pageSchema(modelSchema), 'GET', '/v1/models')).data;
    if (first === undefined) throw new ClientError('The service has no model.');
    return first;
  }

  /** Asks a memory and waits for the answer, up to `waitS` seconds. */
  ask(memoryId: string, ask: Ask, waitS = 60): Promise<Question> {
    const { headers, body } = jsonRequest(ask);
    return this.#read(questionSchema, 'POST', `/v1/memories/${memoryId}/questions`, {
      body,
      headers: { ...headers, prefer: `wait=${waitS}` },
    });
  }

  /**
   * A job's events, old and new, up to `done`. Reconnects with Last-Event-ID when the connection breaks.
   * @throws ClientError when the API does not answer any more
   */
  async *events(jobId: string, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    const cancel = signal === undefined ? {} : { signal };
    for (let last = 0; ;) {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(last) };
      const response = await this.#send('GET', `/v1/jobs/${jobId}/events`, { headers, ...cancel });
      for await (const event of readEvents(response, signal)) {
        last = event.id;
        yield event;
        if (event.event === 'done') return;
      }
    }
  }

  async #read<T extends z.ZodType>(
    schema: T,
    method: string,
    path: string,
    init: RequestOptions = {},
  ): Promise<z.infer<T>> {
    return schema.parse(await (await this.#send(method, path, init)).json());
  }

  async #send(method: string, path: string, { headers, ...init }: RequestOptions = {}): Promise<Response> {
    const request = { method, ...init, headers: { authorization: `Bearer ${this.#key}`, ...headers } };
    const response = await fetch(this.#base + path, request).catch((cause: unknown) => {
      throw new ClientError(`${method} ${path}: the API does not answer.`, { cause });
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    const detail = problem.success
      ? [problem.data.title, problem.data.detail].filter((part) => part !== undefined).join(': ')
      : response.statusText;
    throw new RefusedError(response.status, `${method} ${path} was answered ${response.status}: ${detail}.`);
  }
}

interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | ReadableStream;
  duplex?: 'half';
  signal?: AbortSignal;
}

const jsonRequest = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Reads a response to its end, which frees its connection. */
const discardBody = (response: Response): Promise<void> => response.arrayBuffer().then(() => undefined);
