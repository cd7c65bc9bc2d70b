import { STAGES, type Delivery, type Stage } from '@loci/contracts';
import { withTimeout } from '@loci/service';
import type { Queue } from 'bullmq';
import { backendOf, type Backend, type OnError } from './backend.js';
import { ATTEMPTS } from './backoff.js';
import { consume, type ConsumeOptions, type Consumer, type Handler } from './consumer.js';

export interface QueuesOptions {
  /**
   * Separates installations that share a store: the Redis key prefix, and the Postgres schema
   * `<prefix>_queue`.
   */
  prefix?: string;
  /** Hears of faults of the store, which pass by themselves. Default: nobody does. */
  onError?: OnError;
}

export type QueueCounts = Record<Stage, { waiting: number; active: number; delayed: number }>;

/** The stages' queues. They only deliver: what they lose, the sweep delivers again. */
export interface Queues {
  /** Adds the deliveries of which there is none yet with that id. */
  add(deliveries: Delivery[]): Promise<void>;
  /**
   * Hands a delivery to the consumer of its stage in this process, beside the queue, when one has room. Other
   * processes do not see it: who plans has to know from the rows that somebody is at it.
   * @returns false when it has to be added
   */
  handOver(delivery: Delivery): boolean;
  /** Calls the handler with a stage's deliveries; see Handler for what its outcomes mean. */
  consume<S extends Stage>(stage: S, handler: Handler<S>, options: ConsumeOptions<S>): Consumer;
  counts(): Promise<QueueCounts>;
  /** BullMQ's own queues, one a stage, for who only looks at them. */
  all(): Queue[];
  /** Deletes everything that is queued and forgets what is in flight. For tests and drills. */
  empty(): Promise<void>;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  /** Closes the consumers too. */
  close(): Promise<void>;
}

/** How long the store may take to answer, in ms. */
const CHECK_LIMIT_MS = 5_000;
const NO_ANSWER = 'the queue does not answer';

/**
 * Opens the stages' queues on Redis or Postgres, by the URL's scheme.
 * @throws TypeError for another URL; Error when the store cannot be reached
 */
export async function openQueues(
  url: string,
  { prefix = 'loci', onError = () => undefined }: QueuesOptions = {},
): Promise<Queues> {
  const queues = new StageQueues(backendOf(url, prefix), onError);
  try {
    await withTimeout(queues.ready(), CHECK_LIMIT_MS, NO_ANSWER);
    return queues;
  } catch (error) {
    await queues.close();
    throw error;
  }
}

class StageQueues implements Queues {
  readonly #queues: ReadonlyMap<Stage, Queue>;
  readonly #consumers = new Map<Stage, Set<Consumer>>(STAGES.map((stage) => [stage, new Set()]));

  constructor(
    private readonly backend: Backend,
    private readonly onError: OnError,
  ) {
    this.#queues = new Map(STAGES.map((stage) => [stage, backend.queue(stage, onError)]));
  }

  /** Resolves when the store has been reached. */
  async ready(): Promise<void> {
    await this.#each((queue) => queue.waitUntilReady());
  }

  async add(deliveries: Delivery[]): Promise<void> {
    await this.#each(async (queue, stage) => {
      const jobs = deliveries
        .filter((delivery) => delivery.stage === stage)
        .map(({ id, payload }) => ({ name: stage, data: payload, opts: jobOptions(id) }));
      if (jobs.length > 0) await queue.addBulk(jobs);
    });
  }

  consume<S extends Stage>(stage: S, handler: Handler<S>, options: ConsumeOptions<S>): Consumer {
    const { backend, onError } = this;
    const add = (deliveries: Delivery[]): Promise<void> => this.add(deliveries);
    const waiting = async (): Promise<number> =>
      (await this.#queues.get(stage)?.getJobCounts('waiting'))?.['waiting'] ?? 0;
    const consumer = consume({ backend, stage, add, waiting, onError }, handler, options);
    const ofStage = this.#consumers.get(stage);
    ofStage?.add(consumer);
    return {
      ...consumer,
      close: async () => {
        ofStage?.delete(consumer);
        await consumer.close();
      },
    };
  }

  handOver(delivery: Delivery): boolean {
    return [...(this.#consumers.get(delivery.stage) ?? [])].some((consumer) => consumer.take(delivery));
  }

  async counts(): Promise<QueueCounts> {
    const counts = await this.#each(async (queue, stage) => {
      const jobs = await queue.getJobCounts('waiting', 'active', 'delayed');
      return [
        stage,
        { waiting: jobs['waiting'] ?? 0, active: jobs['active'] ?? 0, delayed: jobs['delayed'] ?? 0 },
      ] as const;
    });
    return Object.fromEntries(counts) as QueueCounts;
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  async empty(): Promise<void> {
    await this.#each((queue) => queue.obliterate({ force: true }));
    await this.#each((queue) => queue.resume());
  }

  async check(): Promise<void> {
    await withTimeout(this.counts(), CHECK_LIMIT_MS, NO_ANSWER);
  }

  async close(): Promise<void> {
    const consumers = [...this.#consumers.values()].flatMap((ofStage) => [...ofStage]);
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await this.#each((queue) => queue.close());
  }

  #each<T>(use: (queue: Queue, stage: Stage) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from(this.#queues, ([stage, queue]) => use(queue, stage)));
  }
}

/** Nothing stays of a job that has ended, so that its id can be delivered again. */
const jobOptions = (jobId: string) => ({
  jobId,
  removeOnComplete: true,
  removeOnFail: true,
  attempts: ATTEMPTS,
  backoff: { type: 'custom' },
});
