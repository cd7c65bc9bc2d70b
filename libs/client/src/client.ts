import {
  accessTokenSchema,
  entrySchema,
  jobSchema,
  jobSummarySchema,
  mapSchema,
  MAX_WAIT_S,
  memorySchema,
  modelSchema,
  pageSchema,
  PROBLEM_TYPE_BASE,
  problemSchema,
  questionSchema,
  reportSchema,
  type submitJobSchema,
  suggestionSchema,
  videoSchema,
  type AccessToken,
  type Ask,
  type Entry,
  type Job,
  type JobEvent,
  type JobSummary,
  type MapFormat,
  type Memory,
  type Model,
  type Page,
  type Problem,
  type Question,
  type Report,
  type SpaceMap,
  type SubmitJob,
  type Suggestion,
  type Video,
} from '@loci/contracts';
import type { z } from 'zod';
import { ClientError, RefusedError } from './errors.js';
import { readEvents } from './events.js';
import { openFile } from './open-file.js';

type NewCamera = z.input<typeof submitJobSchema>['camera'];

/** A job to submit; without questions it only builds the memory. */
export interface NewJob {
  video_id: string;
  questions?: Ask[];
  /** Sampled frames per second of video; the model's own rate unless given. */
  sampling?: { fps: number };
  /** What is known of the camera: its lens, and where it stood. */
  camera?: NonNullable<NewCamera>;
  /** Anything of the submitter's own; the job gives it back. */
  metadata?: NonNullable<SubmitJob['metadata']>;
}

/** A page of a list: `cursor` is the `next_cursor` of the page before. */
export interface PageQuery {
  limit?: number;
  cursor?: string;
}

/** How often a request that was refused because too much was asked at once is sent again. */
const MAX_RETRIES = 5;
/** Such a refusal that says no time. */
const RETRY_AFTER_S = 1;

/**
 * A client of the HTTP API. A call that is refused because too much is asked at once is made again, as late
 * as the API wants, a few times. Every call throws a ClientError that names the call and the problem.
 */
export class LociClient {
  readonly #base: string;
  readonly #key: string | null;

  /**
   * @param base such as http://127.0.0.1:8080, without /v1; empty in a page that the API serves
   * @param key null: the requests carry none
   */
  constructor(base: string, key: string | null) {
    this.#base = base;
    this.#key = key;
  }

  /**
   * Streams a file, given by its path or in a browser as itself, into POST /v1/videos. The same bytes give
   * the same video.
   * @throws ClientError when the file cannot be read
   */
  async upload(file: string | Blob): Promise<Video> {
    const body = typeof file === 'string' ? await openFile(file) : file;
    const headers = { 'content-type': 'video/mp4' };
    return this.#read(videoSchema, 'POST', '/v1/videos', { body, headers });
  }

  videos(query: PageQuery = {}): Promise<Page<Video>> {
    return this.#read(pageSchema(videoSchema), 'GET', `/v1/videos${queryText(query)}`);
  }

  video(id: string): Promise<Video> {
    return this.#read(videoSchema, 'GET', `/v1/videos/${id}`);
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

  jobs(query: PageQuery = {}): Promise<Page<JobSummary>> {
    return this.#read(pageSchema(jobSummarySchema), 'GET', `/v1/jobs${queryText(query)}`);
  }

  cancel(jobId: string): Promise<Job> {
    return this.#read(jobSchema, 'POST', `/v1/jobs/${jobId}/cancel`);
  }

  memory(id: string): Promise<Memory> {
    return this.#read(memorySchema, 'GET', `/v1/memories/${id}`);
  }

  /** The entries that stand now, or stood at a second of the video. */
  async entries(memoryId: string, asOfS?: number): Promise<Entry[]> {
    const query = queryText(asOfS === undefined ? {} : { as_of_s: asOfS });
    return (await this.#read(pageSchema(entrySchema), 'GET', `/v1/memories/${memoryId}/entries${query}`))
      .data;
  }

  map(memoryId: string): Promise<SpaceMap> {
    return this.#read(mapSchema, 'GET', `/v1/memories/${memoryId}/map`);
  }

  /** The map as a file for other tools: PLY, TUM, or JSON. */
  async mapFile(memoryId: string, format: MapFormat): Promise<Blob> {
    return (await this.#send('GET', `/v1/memories/${memoryId}/map?format=${format}`)).blob();
  }

  /** Questions that fit what is in a memory. */
  async suggestions(memoryId: string): Promise<Suggestion[]> {
    const path = `/v1/memories/${memoryId}/suggestions`;
    return (await this.#read(pageSchema(suggestionSchema), 'GET', path)).data;
  }

  /** Stands in for the key where a player opens the clip of a video: in the query, as `token`. */
  contentToken(videoId: string): Promise<AccessToken> {
    return this.#read(accessTokenSchema, 'POST', `/v1/videos/${videoId}/content-token`);
  }

  question(id: string): Promise<Question> {
    return this.#read(questionSchema, 'GET', `/v1/questions/${id}`);
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

  /** What was measured of the shipped model. */
  report(): Promise<Report> {
    return this.#read(reportSchema, 'GET', '/v1/report');
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

  /** Sends a request, and a few times more while the API is too busy to begin with it. */
  async #send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#sendOnce(method, path, options);
      } catch (error) {
        if (!(error instanceof RefusedError) || error.retryAfterS === null || tries >= MAX_RETRIES)
          throw error;
        // a second that doubles each time, on top of what was told; not the same for all refused together
        await pause((error.retryAfterS + 2 ** tries - 1) * (1 + Math.random()), options.signal);
      }
    }
  }

  async #sendOnce(method: string, path: string, { headers, ...init }: RequestOptions): Promise<Response> {
    const authorization = this.#key === null ? {} : { authorization: `Bearer ${this.#key}` };
    const request = { method, ...init, headers: { ...authorization, ...headers } };
    const response = await fetch(this.#base + path, request).catch((cause: unknown) => {
      throw new ClientError(`${method} ${path}: the API does not answer.`, { cause });
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    const detail = problem.success
      ? [problem.data.title, problem.data.detail].filter((part) => part !== undefined).join(': ')
      : response.statusText;
    const message = `${method} ${path} was answered ${response.status}: ${detail}.`;
    throw new RefusedError(
      response.status,
      message,
      problem.data ?? null,
      retryAfter(response, problem.data),
    );
  }
}

interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | Blob;
  signal?: AbortSignal;
}

const jsonRequest = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `?limit=20&cursor=…`, or nothing. */
function queryText(query: Record<string, string | number> | PageQuery): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** Reads a response to its end, which frees its connection. */
const discardBody = (response: Response): Promise<void> => response.arrayBuffer().then(() => undefined);

/**
 * After how many seconds to send a refused request again; null: it would not help, or the API may have begun
 * with it.
 */
function retryAfter(response: Response, problem: Problem | undefined): number | null {
  if (response.status !== 429 && problem?.type !== `${PROBLEM_TYPE_BASE}busy`) return null;
  const seconds = Number(response.headers.get('retry-after') ?? RETRY_AFTER_S);
  return Number.isFinite(seconds) ? seconds : RETRY_AFTER_S;
}

/** @throws the signal's reason when it is aborted */
async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener('abort', end);
  });
  signal?.throwIfAborted();
}
