import { setTimeout as delay } from 'node:timers/promises';
import { openQueues } from '@loci/queue';
import { freeze, lasting, signal, type Fault } from './fault.js';
import type { CallKind, Load } from './load.js';
import type { Service } from './service.js';
import { STORE_FAULTS } from './store-proxy.js';
import type { QueueBackend, Surroundings } from './surroundings.js';

/** What the faults are injected into. */
export interface Targets {
  surroundings: Surroundings;
  service: Service;
  load: Load;
  backend: QueueBackend;
}

/** A frozen worker loses its locks after 4 s. */
const LONGEST_FREEZE_MS = 9_000;
/** The API dies so long after a call has begun, at the latest: about as long as the call takes, in ms. */
const INTO_CALL_MS: Record<CallKind, number> = { upload: 150, deletion: 20 };
/** A call to die in has to come within this time, in ms. */
const CALL_LIMIT_MS = 15_000;

/** All faults that can be injected here. */
export function faultsOn(targets: Targets): Fault[] {
  return [
    ...workerFaults(targets),
    apiFault(targets, 'upload', 'API killed in an upload'),
    apiFault(targets, 'deletion', 'API killed in a deletion'),
    ...diskFaults(targets),
    ...postgresFaults(targets),
    ...queueFaults(targets),
    ...storeFaults(targets),
  ];
}

function workerFaults({ service }: Targets): Fault[] {
  const worker = async (random: () => number): Promise<number | undefined> => {
    const workers = await service.pids('worker');
    return workers[Math.floor(random() * workers.length)];
  };
  return [
    {
      name: 'worker killed',
      lane: 'processes',
      inject: async (random) => {
        const pid = await worker(random);
        if (pid === undefined) return false;
        signal([pid], 'SIGKILL');
        return true;
      },
    },
    {
      name: 'worker frozen and thawed',
      lane: 'processes',
      inject: async (random, stop) => {
        const pid = await worker(random);
        return pid !== undefined && freeze(pid, random, stop, LONGEST_FREEZE_MS);
      },
    },
  ];
}

function apiFault({ service, load }: Targets, kind: CallKind, name: string): Fault {
  return {
    name,
    lane: 'processes',
    inject: async (random, stop) => {
      const limit = AbortSignal.any([stop, AbortSignal.timeout(CALL_LIMIT_MS)]);
      while (await load.begins(kind, limit)) {
        await delay(random() * INTO_CALL_MS[kind]);
        const [pid] = await service.pids('api');
        // the call may have ended before
        if (pid === undefined || load.underWay[kind] === 0) continue;
        signal([pid], 'SIGKILL');
        return true;
      }
      return false;
    },
  };
}

function diskFaults({ surroundings: { disk } }: Targets): Fault[] {
  if (disk === null) return [];
  return [
    {
      name: 'disk full',
      lane: 'processes',
      inject: (random, stop) => lasting(random, stop, { begin: () => disk.fill(), end: () => disk.free() }),
    },
  ];
}

function postgresFaults({ surroundings }: Targets): Fault[] {
  const { postgresProxy: proxy } = surroundings;
  return [
    {
      name: 'Postgres restarted',
      lane: 'servers',
      inject: async () => {
        await surroundings.restartPostgres();
        return true;
      },
    },
    {
      name: 'Postgres frozen and thawed',
      lane: 'servers',
      inject: (random, stop) => freeze(surroundings.postgres.pid, random, stop),
    },
    {
      name: 'Postgres cut off',
      lane: 'servers',
      inject: (random, stop) => lasting(random, stop, { begin: () => proxy.cut(), end: () => proxy.mend() }),
    },
  ];
}

function queueFaults({ surroundings, backend }: Targets): Fault[] {
  const { redis } = surroundings;
  const emptied: Fault = {
    name: `queue emptied on ${backend}`,
    lane: 'servers',
    inject: () => emptyQueue(surroundings.queueUrl(backend)),
  };
  if (backend !== 'Redis' || redis === null) return [emptied];
  const restarted: Fault = {
    name: 'Redis restarted',
    lane: 'servers',
    inject: async () => {
      await redis.restart();
      return true;
    },
  };
  return [emptied, restarted];
}

/** @returns false when the queue does not answer, or breaks it off: workers are at it too */
async function emptyQueue(url: string): Promise<boolean> {
  const queues = await openQueues(url).catch(() => null);
  if (queues === null) return false;
  try {
    await queues.empty();
    return true;
  } catch {
    return false;
  } finally {
    await queues.close();
  }
}

function storeFaults({ surroundings }: Targets): Fault[] {
  const { proxy } = surroundings.store;
  if (proxy === null) return [];
  return STORE_FAULTS.map((fault) => ({
    name: `store: ${fault}`,
    lane: 'servers',
    inject: (random, stop) =>
      lasting(random, stop, { begin: () => (proxy.fault = fault), end: () => (proxy.fault = null) }),
  }));
}
