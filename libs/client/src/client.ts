import {
  accessTokenSchema,
  entrySchema,
  jobSchema,
  jobSummarySchema,
  mapSchema,
  MAX_WAIT_S,
  memorySchema,
  memorySummarySchema,
  modelSchema,
  pageSchema,
  questionSchema,
  reportSchema,
  suggestionSchema,
  systemSchema,
  timelineSchema,
  videoSchema,
  type cameraSchema,
  type AccessToken,
  type Ask,
  type Entry,
  type Job,
  type JobEvent,
  type JobSummary,
  type MapFormat,
  type Memory,
  type MemorySummary,
  type Model,
  type Page,
  type Question,
  type Report,
  type SampledPictures,
  type SpaceMap,
  type SubmitJob,
  type Suggestion,
  type System,
  type Timeline,
  type Video,
} from '@loci/contracts';
import type { z } from 'zod';
import { Connection, IDEMPOTENCY_KEY, jsonRequest, queryText } from './connection.js';
import { ClientError } from './errors.js';
import { readEvents } from './events.js';
import { openFile } from './open-file.js';
import { QuizClient } from './quiz.js';

/** A job to submit; without questions it only builds the memory. */
export interface NewJob {
  video_id: string;
  questions?: Ask[];
  /** `name` or `name@version`; the first of the models unless given. */
  model?: string;
  /**
   * Sampled frames per second of video, the model's own rate unless given; of all pictures or, far faster for
   * large ones, of key pictures alone.
   */
  sampling?: { fps?: number; pictures?: SampledPictures };
  /** What is known of the camera: its lens, and where it stood. */
  camera?: z.input<typeof cameraSchema>;
  /** Anything of the submitter's own; the job gives it back. */
  metadata?: NonNullable<SubmitJob['metadata']>;
}

/** A page of a list: `cursor` is the `next_cursor` of the page before. */
export interface PageQuery {
  limit?: number;
  cursor?: string;
}

/** A page of what may be listed for one video alone. */
export interface VideoPageQuery extends PageQuery {
  video_id?: string;
}

/** Random, also where a page without HTTPS has no `crypto.randomUUID`. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/**
 * A client of the HTTP API. A call that is refused because too much is asked at once is made again, as late
 * as the API wants, a few times; so is an upload or a submission while the API is away. Every call throws a
 * ClientError that names the call and the problem.
 */
export class LociClient {
  readonly #connection: Connection;
  /** The quiz, and worked examples. */
  readonly quiz: QuizClient;

  /**
   * @param base such as http://127.0.0.1:8080, without /v1; empty in a page that the API serves
   * @param key null: the requests carry none
   */
  constructor(base: string, key: string | null) {
    this.#connection = new Connection(base, key);
    this.quiz = new QuizClient(this.#connection);
  }

  /**
   * Streams a file, given by its path or in a browser as itself, into POST /v1/videos, again while the API is
   * away for a moment: the same bytes give the same video.
   * @throws ClientError when the file cannot be read
   */
  async upload(file: string | Blob): Promise<Video> {
    const body = typeof file === 'string' ? await openFile(file) : file;
    const headers = { 'content-type': 'video/mp4' };
    return this.#connection.read(videoSchema, 'POST', '/v1/videos', { body, headers, isRepeatable: true });
  }

  videos(query: PageQuery = {}): Promise<Page<Video>> {
    return this.#connection.read(pageSchema(videoSchema), 'GET', `/v1/videos${queryText(query)}`);
  }

  video(id: string): Promise<Video> {
    return this.#connection.read(videoSchema, 'GET', `/v1/videos/${id}`);
  }

  /** Makes an upload that was sent in parts (tus) a video. The same bytes give the same video. */
  finishUpload(id: string): Promise<Video> {
    return this.#connection.read(videoSchema, 'POST', `/v1/uploads/${id}/video`);
  }

  deleteVideo(id: string): Promise<void> {
    return this.#connection.send('DELETE', `/v1/videos/${id}`).then(discardBody);
  }

  /**
   * Submits a job, again while the API is away for a moment: its key sees that it is made once. A key of the
   * caller's does the same for calls of the caller's.
   */
  submit(job: NewJob, idempotencyKey = newKey()): Promise<Job> {
    const { headers, body } = jsonRequest(job);
    const named = { ...headers, [IDEMPOTENCY_KEY]: idempotencyKey };
    return this.#connection.read(jobSchema, 'POST', '/v1/jobs', { body, headers: named });
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
    return this.#connection.read(jobSchema, 'GET', `/v1/jobs/${id}${waitS > 0 ? `?wait=${waitS}` : ''}`);
  }

  jobs(query: VideoPageQuery = {}): Promise<Page<JobSummary>> {
    return this.#connection.read(pageSchema(jobSummarySchema), 'GET', `/v1/jobs${queryText(query)}`);
  }

  cancel(jobId: string): Promise<Job> {
    return this.#connection.read(jobSchema, 'POST', `/v1/jobs/${jobId}/cancel`);
  }

  memories(query: VideoPageQuery = {}): Promise<Page<MemorySummary>> {
    return this.#connection.read(pageSchema(memorySummarySchema), 'GET', `/v1/memories${queryText(query)}`);
  }

  memory(id: string): Promise<Memory> {
    return this.#connection.read(memorySchema, 'GET', `/v1/memories/${id}`);
  }

  /** The entries that stand now, or stood at a second of the video. */
  async entries(memoryId: string, asOfS?: number): Promise<Entry[]> {
    const query = queryText(asOfS === undefined ? {} : { as_of_s: asOfS });
    return (
      await this.#connection.read(pageSchema(entrySchema), 'GET', `/v1/memories/${memoryId}/entries${query}`)
    ).data;
  }

  map(memoryId: string): Promise<SpaceMap> {
    return this.#connection.read(mapSchema, 'GET', `/v1/memories/${memoryId}/map`);
  }

  /** The map as a file for other tools: PLY, TUM, or JSON. */
  async mapFile(memoryId: string, format: MapFormat): Promise<Blob> {
    return (await this.#connection.send('GET', `/v1/memories/${memoryId}/map?format=${format}`)).blob();
  }

  /** Shot boundaries, and when each thing is first seen. */
  timeline(memoryId: string): Promise<Timeline> {
    return this.#connection.read(timelineSchema, 'GET', `/v1/memories/${memoryId}/timeline`);
  }

  /** What a memory was asked, newest first. */
  questions(memoryId: string, query: PageQuery = {}): Promise<Page<Question>> {
    const path = `/v1/memories/${memoryId}/questions${queryText(query)}`;
    return this.#connection.read(pageSchema(questionSchema), 'GET', path);
  }

  /** Questions that fit what is in a memory. */
  async suggestions(memoryId: string): Promise<Suggestion[]> {
    const path = `/v1/memories/${memoryId}/suggestions`;
    return (await this.#connection.read(pageSchema(suggestionSchema), 'GET', path)).data;
  }

  /** Stands in for the key where a player opens the clip of a video: in the query, as `token`. */
  contentToken(videoId: string): Promise<AccessToken> {
    return this.#connection.read(accessTokenSchema, 'POST', `/v1/videos/${videoId}/content-token`);
  }

  question(id: string): Promise<Question> {
    return this.#connection.read(questionSchema, 'GET', `/v1/questions/${id}`);
  }

  /**
   * The model of a job that names none.
   * @throws ClientError when the service has no model
   */
  async defaultModel(): Promise<Model> {
    const [first] = (await this.#connection.read(pageSchema(modelSchema), 'GET', '/v1/models')).data;
    if (first === undefined) throw new ClientError('The service has no model.');
    return first;
  }

  /** What was measured of the shipped model. */
  report(): Promise<Report> {
    return this.#connection.read(reportSchema, 'GET', '/v1/report');
  }

  /** How the installation stands; for a key with the scope admin. */
  system(): Promise<System> {
    return this.#connection.read(systemSchema, 'GET', '/v1/system');
  }

  /** A token with which a browser opens the board of the queues; for a key with the scope admin. */
  queuesToken(): Promise<AccessToken> {
    return this.#connection.read(accessTokenSchema, 'POST', '/v1/system/queues-token');
  }

  /** Asks a memory and waits for the answer, up to `waitS` seconds. */
  ask(memoryId: string, ask: Ask, waitS = 60): Promise<Question> {
    const { headers, body } = jsonRequest(ask);
    return this.#connection.read(questionSchema, 'POST', `/v1/memories/${memoryId}/questions`, {
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
      const response = await this.#connection.send('GET', `/v1/jobs/${jobId}/events`, { headers, ...cancel });
      for await (const event of readEvents(response, signal)) {
        last = event.id;
        yield event;
        if (event.event === 'done') return;
      }
    }
  }
}

/** Reads a response to its end, which frees its connection. */
const discardBody = (response: Response): Promise<void> => response.arrayBuffer().then(() => undefined);
