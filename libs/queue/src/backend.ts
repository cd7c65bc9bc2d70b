import type { Stage } from '@loci/contracts';
import { createPostgresBackend, Queue, Worker, type Job, type WorkerOptions } from 'bullmq';
import pg from 'pg';

/** The methods of BullMQ's Worker that Loci uses. */
export type StageWorker = Pick<
  Worker,
  'cancelAllJobs' | 'close' | 'concurrency' | 'pause' | 'run' | 'waitUntilReady'
>;
/** Handles one job. StageWorker.cancelAllJobs aborts the signal. */
export type Processor = (
  job: Job<unknown, void>,
  token: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<void>;
export type OnError = (error: Error) => void;

/** The store that holds the stages' queues. */
export interface Backend {
  queue(stage: Stage, onError: OnError): Queue;
  worker(
    stage: Stage,
    processor: Processor,
    options: Omit<WorkerOptions, 'connection' | 'prefix'>,
    onError: OnError,
  ): StageWorker;
}

/** How long a call waits for a server that is away before it rejects, in ms. */
const CONNECT_LIMIT_MS = 5_000;
/** Pause between two tries to reach a server that is away, in ms. */
const RECONNECT_MS = 500;

/**
 * The backend that a URL names: redis:// and rediss:// (BullMQ over ioredis), or postgres:// and
 * postgresql:// (BullMQ's Postgres backend, in its own schema).
 * @throws TypeError for another URL; the message never holds credentials
 */
export function backendOf(url: string, prefix: string): Backend {
  const protocol = URL.canParse(url) ? new URL(url).protocol : 'nothing that is a URL';
  if (protocol === 'redis:' || protocol === 'rediss:') return redisBackend(url, prefix);
  if (protocol === 'postgres:' || protocol === 'postgresql:') return postgresBackend(url, `${prefix}_queue`);
  throw new TypeError(`a queue's URL starts with redis:, rediss:, postgres: or postgresql:, not ${protocol}`);
}

/**
 * After a fail-over the old primary is a replica that keeps its connections: it refuses to write (READONLY)
 * and breaks off blocked waits (UNBLOCKED). The connection is opened anew, which leads to the new primary,
 * and the command is sent again (2).
 */
const reconnectOnError = (error: Error): false | 2 => (/READONLY|UNBLOCKED/.test(error.message) ? 2 : false);

function redisBackend(url: string, prefix: string): Backend {
  const connection = { url, retryStrategy: (): number => RECONNECT_MS, reconnectOnError };
  return {
    queue(stage, onError) {
      // a request gives up after a while, so that the caller who adds hears of it
      const maxRetriesPerRequest = Math.ceil(CONNECT_LIMIT_MS / RECONNECT_MS);
      const queue = new Queue(stage, { prefix, connection: { ...connection, maxRetriesPerRequest } });
      queue.on('error', onError);
      return queue;
    },
    worker(stage, processor, options, onError) {
      const worker = new Worker<unknown, void>(stage, processor, {
        ...options,
        prefix,
        connection: { ...connection, maxRetriesPerRequest: null },
      });
      worker.on('error', onError);
      return worker;
    },
  };
}

/**
 * A session that ends is an event `error` of its client, and ends the process where nobody listens. BullMQ
 * does not while it makes its tables. Its calls fail, and the pool opens another session.
 */
class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

function postgresBackend(connectionString: string, schema: string): Backend {
  const connection = {
    connectionString,
    schema,
    migrate: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    application_name: 'loci queue',
    Client: PooledClient,
  };
  return {
    queue(stage, onError) {
      const queue = new Queue(stage, { connection: { ...connection, max: 2 } }, createPostgresBackend);
      queue.on('error', onError);
      // the same class; its type differs in the connection's options alone, which nobody reads
      return queue as unknown as Queue;
    },
    worker(stage, processor, options, onError) {
      const worker = new Worker(
        stage,
        processor,
        { ...options, connection: { ...connection, max: 2 } },
        createPostgresBackend,
      );
      worker.on('error', onError);
      return worker;
    },
  };
}
