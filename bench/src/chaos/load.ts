import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { LociClient } from '@loci/client';
import type { Ask, Job, Memory, Video } from '@loci/contracts';
import { Calls } from './calls.js';
import { ownCopy } from './clips.js';
import type { Service } from './service.js';

const ASKS: Ask[] = [
  { question: 'How many cabinets are there in this room?' },
  { question: 'How far is the sofa from the door?' },
];
/** The share of jobs whose video is deleted under them, and uploaded again. */
const DELETED_SHARE = 0.6;
const LATEST_DELETION_MS = 2500;
const POISON = '/poison-chunk';

/** Calls that faults aim at. */
export type CallKind = 'upload' | 'deletion';

/** A job that the API has taken, as it ended for its client. */
export interface Accepted {
  clip: string;
  job: Job;
  memory: Memory | null;
  /** Its video was deleted, and the job with it. */
  deleted: boolean;
}

/** Whether the client was told that three workers died at one chunk; then it submits again. */
export const isPoisoned = ({ error }: Job): boolean => error?.type.endsWith(POISON) === true;

/** Clients that upload, submit, wait and delete. They try again what does not get through. */
export class Load {
  readonly accepted: Accepted[] = [];
  /** Calls under way, by kind. */
  readonly underWay: Record<CallKind, number> = { upload: 0, deletion: 0 };
  readonly calls = new Calls();
  readonly #begins = new EventEmitter<Record<CallKind, []>>();
  #tenants = 0;

  constructor(
    private readonly clips: readonly string[],
    private readonly random: () => number,
  ) {}

  /** One job after another by so many clients at once, until the signal; then what was begun is finished. */
  async run(service: Service, clients: number, until: AbortSignal): Promise<void> {
    const client = async (): Promise<void> => {
      while (!until.aborted) await this.#visit(service);
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** Waits for the next call of a kind. Resolves to false when the signal comes first. */
  begins(kind: CallKind, signal: AbortSignal): Promise<boolean> {
    return once(this.#begins, kind, { signal }).then(
      () => true,
      () => false,
    );
  }

  /** One job of each clip. Returns them as they ended. */
  async calm(service: Service): Promise<Accepted[]> {
    const jobs: Accepted[] = [];
    for (const clip of this.clips)
      await this.#asTenant(service, clip, async (client, file) => {
        jobs.push(await this.#job(client, clip, file));
      });
    return jobs;
  }

  /** A tenant comes with a clip. It may delete its video under the job and come with it again. */
  async #visit(service: Service): Promise<void> {
    const clip = this.clips[Math.floor(this.random() * this.clips.length)] ?? '';
    await this.#asTenant(service, clip, async (client, file) => {
      while (this.random() < DELETED_SHARE) await this.#deletedJob(client, clip, file);
      while (isPoisoned((await this.#job(client, clip, file)).job));
    });
  }

  /** Ends early when a call was refused for good, or the clients give up. */
  async #asTenant(
    service: Service,
    clip: string,
    visit: (client: LociClient, file: string) => Promise<void>,
  ): Promise<void> {
    const tenant = this.#tenants++;
    const file = await ownCopy(clip, tenant);
    try {
      await this.calls.unlessGivenUp(visit(service.client(tenant), file));
    } finally {
      await rm(file);
    }
  }

  async #job(client: LociClient, clip: string, file: string): Promise<Accepted> {
    const { accepted } = await this.#submit(client, clip, file);
    accepted.job = await this.calls.insist(() => client.finished(accepted.job.id));
    if (accepted.job.status === 'succeeded')
      accepted.memory = await this.calls.insist(() => client.memory(accepted.job.memory_id));
    return accepted;
  }

  async #deletedJob(client: LociClient, clip: string, file: string): Promise<void> {
    const { video, accepted } = await this.#submit(client, clip, file);
    await delay(this.random() * LATEST_DELETION_MS);
    accepted.deleted = true;
    await this.#during('deletion', () => client.deleteVideo(video.id));
  }

  async #submit(
    client: LociClient,
    clip: string,
    file: string,
  ): Promise<{ video: Video; accepted: Accepted }> {
    const video = await this.#during('upload', () => client.upload(file));
    const key = randomUUID();
    const job = await this.calls.insist(() => client.submit({ video_id: video.id, questions: ASKS }, key));
    const accepted: Accepted = { clip, job, memory: null, deleted: false };
    this.accepted.push(accepted);
    return { video, accepted };
  }

  #during<T>(kind: CallKind, call: () => Promise<T>): Promise<T> {
    return this.calls.insist(async () => {
      this.underWay[kind] += 1;
      this.#begins.emit(kind);
      try {
        return await call();
      } finally {
        this.underWay[kind] -= 1;
      }
    });
  }
}
