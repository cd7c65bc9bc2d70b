import { STAGES, type Delivery, type Stage } from '@loci/contracts';
import { backendOf, type OnError, type StageQueue } from './backend.js';
import { ATTEMPTS } from './backoff.js';
import { consume, type ConsumeOptions, type Consumer, type Handler } from './consumer.js';
import { within } from './within.js';

export interface QueuesOptions {
  /** Keeps installations apart that share a store: the Redis key prefix, and the Postgres schema `<prefix>_queue`. */
  prefix?: string;
  /** Hears of faults of the store, which pass by themselves. Default: nobody does. */
  onError?: OnError;
}

export type QueueCounts = Record<Stage, { waiting: number; active: number; delayed: number }>;

/** The stages' queues. They only deliver: what they lose, the sweep delivers again. */
export interface Queues {
  /** Adds the deliveries of which there is none yet with that id. */
  add(deliveries: Delivery[]): Promise<void>;
  /** Hands a stage's deliveries to the handler. See Handler for what its outcomes mean. */
  consume<S extends Stage>(stage: S, handler: Handler<S>, options: ConsumeOptions): Consumer;
  counts(): Promise<QueueCounts>;
  /** Loses everything that is queued, and what is in flight is forgotten. For tests and drills. */
  empty(): Promise<void>;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  /** Closes the consumers too. */
  close(): Promise<void>;
}

/** How long a check may take, in ms. */
const CHECK_LIMIT_MS = 5_000;

/**
 * Opens the stages' queues on Redis or Postgres, by the URL's scheme.
 * @throws TypeError for another URL; Error when the store cannot be reached
 */
export async function openQueues(
  url: string,
  { prefix = 'loci', onError = () => undefined }: QueuesOptions = {},
): Promise<Queues> {
  const backend = backendOf(url, prefix);
  const queues = Object.fromEntries(STAGES.map((stage) => [stage, backend.queue(stage, onError)])) as Record<
    Stage,
    StageQueue
  >;
  const consumers = new Set<Consumer>();
  const each = <T>(use: (queue: StageQueue, stage: Stage) => Promise<T>): Promise<T[]> =>
    Promise.all(STAGES.map((stage) => use(queues[stage], stage)));

  async function counts(): Promise<QueueCounts> {
    const all = await each((queue) => queue.getJobCounts('waiting', 'active', 'delayed'));
    return Object.fromEntries(
      STAGES.map((stage, i) => [
        stage,
        {
          waiting: all[i]?.['waiting'] ?? 0,
          active: all[i]?.['active'] ?? 0,
          delayed: all[i]?.['delayed'] ?? 0,
        },
      ]),
    ) as QueueCounts;
  }
  async function close(): Promise<void> {
    await Promise.all([...consumers].map((consumer) => consumer.close()));
    await each((queue) => queue.close());
  }

  try {
    await within(
      CHECK_LIMIT_MS,
      'the queue does not answer',
      each((queue) => queue.waitUntilReady()),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async add(deliveries) {
      await each(async (queue, stage) => {
        const jobs = deliveries.filter((delivery) => delivery.stage === stage);
        if (jobs.length > 0)
          await queue.addBulk(
            jobs.map(({ id, payload }) => ({ name: stage, data: payload, opts: jobOptions(id) })),
          );
      });
    },
    consume(stage, handler, options) {
      const consumer = consume(backend, stage, handler, options, onError);
      consumers.add(consumer);
      return {
        drain: (graceMs) => consumer.drain(graceMs),
        async close() {
          consumers.delete(consumer);
          await consumer.close();
        },
      };
    },
    counts,
    async empty() {
      await each((queue) => queue.obliterate({ force: true }));
      await each((queue) => queue.resume());
    },
    async check() {
      await within(CHECK_LIMIT_MS, 'the queue does not answer', counts());
    },
    close,
  };
}

/** Nothing stays of a job that has ended, so that its id can be delivered again. */
const jobOptions = (jobId: string) => ({
  jobId,
  removeOnComplete: true,
  removeOnFail: true,
  attempts: ATTEMPTS,
  backoff: { type: 'custom' },
});
