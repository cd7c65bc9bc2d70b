import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientError, RefusedError } from '@loci/client';
import type { Ask, Job, Memory, Video } from '@loci/contracts';
import type { Service } from './service.js';

const ASKS: Ask[] = [
  { question: 'How many cabinets are there in this room?' },
  { question: 'How far is the sofa from the door?' },
];
const RETRY_MS = 250;
/** The share of jobs whose video is deleted under them. */
const DELETED_SHARE = 0.3;
const LATEST_DELETION_MS = 2500;
const POISON = 'https://loci.dev/problems/poison-chunk';

/** A job that the API has taken, as it ended for its client. */
export interface Accepted {
  tenant: number;
  clip: string;
  job: Job;
  memory: Memory | null;
  /** Its video was deleted, and the job with it. */
  deleted: boolean;
}

/** Clients that gave up leave their job as it was. */
function unlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

/** Clients that upload, submit, wait and delete. They try again what does not get through. */
export class Load {
  readonly accepted: Accepted[] = [];
  /** Calls under way, by kind: what the faults aim at. */
  readonly underWay = { upload: 0, deletion: 0 };
  /** Answers that blame the client, wrongly. */
  readonly refusals: string[] = [];
  /** Answers that blame the service itself. */
  internalErrors = 0;
  #tenants = 0;
  #over = new AbortController();

  constructor(
    private readonly clips: readonly string[],
    private readonly random: () => number,
  ) {}

  /** One job after another by so many clients at once, until the signal; then what was begun is finished. */
  async run(service: Service, clients: number, until: AbortSignal): Promise<void> {
    const client = async (): Promise<void> => {
      while (!until.aborted) await this.#visit(service).catch(unlessAborted);
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** Ends the clients that still wait; what they wait for is lost. */
  giveUp(): void {
    this.#over.abort();
    this.#over = new AbortController();
  }

  /** One job of each clip, in calm. */
  async calm(service: Service): Promise<Accepted[]> {
    const jobs: Accepted[] = [];
    for (const clip of this.clips) jobs.push(await this.#job(service, this.#tenants++, clip, false));
    return jobs;
  }

  /** A tenant comes with a clip. It may delete its video under the job and come with it again. */
  async #visit(service: Service): Promise<void> {
    const tenant = this.#tenants++;
    const clip = this.clips[Math.floor(this.random() * this.clips.length)] ?? '';
    if (this.random() < DELETED_SHARE) await this.#job(service, tenant, clip, true);
    let ended = await this.#job(service, tenant, clip, false);
    // three kills may have met one chunk: then the client is told, and submits again
    while (ended.job.error?.type === POISON) ended = await this.#job(service, tenant, clip, false);
  }

  async #job(service: Service, tenant: number, clip: string, deleted: boolean): Promise<Accepted> {
    const client = service.client(tenant);
    const video = await this.#during('upload', () => this.#insist(() => client.upload(clip)));
    const key = randomUUID();
    const job = await this.#insist(() => client.submit({ video_id: video.id, questions: ASKS }, key));
    const accepted: Accepted = { tenant, clip, job, memory: null, deleted };
    this.accepted.push(accepted);
    if (deleted) await this.#delete(service, tenant, video);
    else {
      accepted.job = await this.#insist(() => client.finished(job.id));
      if (accepted.job.status === 'succeeded')
        accepted.memory = await this.#insist(() => client.memory(job.memory_id));
    }
    return accepted;
  }

  async #delete(service: Service, tenant: number, video: Video): Promise<void> {
    await delay(this.random() * LATEST_DELETION_MS);
    const gone = (error: unknown): void => {
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    };
    await this.#during('deletion', () =>
      this.#insist(() => service.client(tenant).deleteVideo(video.id).catch(gone)),
    );
  }

  async #during<T>(kind: keyof Load['underWay'], call: () => Promise<T>): Promise<T> {
    this.underWay[kind] += 1;
    try {
      return await call();
    } finally {
      this.underWay[kind] -= 1;
    }
  }

  /** Calls until it gets through. */
  async #insist<T>(call: () => Promise<T>): Promise<T> {
    const { signal } = this.#over;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!this.#passes(error)) {
          if (!(error instanceof RefusedError)) throw error;
          // nothing that a client does here may be refused
          this.refusals.push(error.message);
        }
        await delay(RETRY_MS, undefined, { signal });
      }
    }
  }

  /** Whether another call may succeed: there was no answer, a broken one, or one that says so. */
  #passes(error: unknown): boolean {
    if (error instanceof RefusedError) {
      if (error.status === 500) this.internalErrors += 1;
      return error.status === 429 || error.status >= 500;
    }
    return error instanceof ClientError || error instanceof TypeError || error instanceof SyntaxError;
  }
}
