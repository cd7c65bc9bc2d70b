import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, waitFor } from '@loci/testing';
import { openQueues } from '@loci/queue';
import type { Load } from './load.js';
import type { QueueBackend, Service } from './service.js';
import { STORE_FAULTS } from './store-proxy.js';
import type { Surroundings } from './surroundings.js';

/** A fault that can be injected. `inject` resolves when it is over. */
export interface Fault {
  name: string;
  inject: (random: () => number) => Promise<void>;
}

/** What the faults are injected into. */
export interface Targets {
  surroundings: Surroundings;
  service: Service;
  load: Load;
  backend: QueueBackend;
}

/** Faults last so long, in ms. */
const SHORTEST_MS = 200;
const LONGEST_MS = 3_000;
/** A frozen worker loses its locks after 4 s. */
const LONGEST_FREEZE_MS = 9_000;
/** The API dies so long after a call has begun, at the latest. */
const INTO_CALL_MS = 150;

const pause = (random: () => number, longestMs = LONGEST_MS): Promise<void> =>
  delay(SHORTEST_MS + random() * (longestMs - SHORTEST_MS));

/** All faults that can be injected here. */
export function faultsOn(targets: Targets): Fault[] {
  return [
    ...workerFaults(targets),
    ...apiFaults(targets),
    ...postgresFaults(targets),
    ...queueFaults(targets),
    ...storeFaults(targets),
    ...diskFaults(targets),
  ];
}

/** Sends a signal to processes; one that has ended meanwhile needs none. */
function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Freezes processes together with those that they have started, and thaws them. */
async function freeze(parent: number, until: () => Promise<void>): Promise<void> {
  const pids = [parent, ...(await childrenOf(parent))];
  signal(pids, 'SIGSTOP');
  try {
    await until();
  } finally {
    signal(pids, 'SIGCONT');
  }
}

function workerFaults({ service }: Targets): Fault[] {
  const worker = (random: () => number) => service.pid(random() < 0.5 ? 'worker-1' : 'worker-2');
  return [
    {
      name: 'worker killed',
      inject: async (random) => {
        const pid = await worker(random);
        if (pid !== null) signal([pid], 'SIGKILL');
      },
    },
    {
      name: 'worker frozen',
      inject: async (random) => {
        const pid = await worker(random);
        if (pid !== null) await freeze(pid, () => pause(random, LONGEST_FREEZE_MS));
      },
    },
  ];
}

function apiFaults({ service, load }: Targets): Fault[] {
  return (['upload', 'deletion'] as const).map((kind) => ({
    name: `API killed in ${kind === 'upload' ? 'an upload' : 'a deletion'}`,
    inject: async (random) => {
      const deadline = Date.now() + LONGEST_MS;
      await waitFor(() => Promise.resolve(load.underWay[kind] > 0 || Date.now() > deadline ? true : null));
      await delay(random() * INTO_CALL_MS);
      const pid = await service.pid('api');
      if (pid !== null) signal([pid], 'SIGKILL');
    },
  }));
}

function postgresFaults({ surroundings }: Targets): Fault[] {
  return [
    { name: 'Postgres restarted', inject: () => surroundings.restartPostgres() },
    {
      name: 'Postgres frozen',
      inject: (random) => freeze(surroundings.postgres.pid, () => pause(random)),
    },
    {
      name: 'Postgres cut off',
      inject: async (random) => {
        surroundings.postgresProxy.cut();
        await pause(random);
        surroundings.postgresProxy.mend();
      },
    },
  ];
}

function queueFaults({ surroundings, backend }: Targets): Fault[] {
  const { redis, postgres } = surroundings;
  const url = backend === 'Redis' && redis !== null ? redis.url : postgres.url;
  const empty: Fault = {
    name: `queue on ${backend} emptied`,
    // the other lane may just have taken its store away
    inject: () =>
      waitFor(() =>
        emptyQueue(url).then(
          () => true,
          () => null,
        ),
      ).then(() => undefined),
  };
  if (backend === 'Postgres' || redis === null) return [empty];
  return [empty, { name: 'Redis restarted', inject: () => redis.restart() }];
}

async function emptyQueue(url: string): Promise<void> {
  const queues = await openQueues(url);
  try {
    await queues.empty();
  } finally {
    await queues.close();
  }
}

function storeFaults({ surroundings }: Targets): Fault[] {
  const { proxy } = surroundings.store;
  if (proxy === null) return [];
  return STORE_FAULTS.map((fault) => ({
    name: `store: ${fault}`,
    inject: async (random) => {
      proxy.fault = fault;
      await pause(random);
      proxy.fault = null;
    },
  }));
}

function diskFaults({ surroundings }: Targets): Fault[] {
  const { disk } = surroundings;
  if (disk === null) return [];
  return [
    {
      name: 'disk full',
      inject: async (random) => {
        await disk.fill();
        try {
          await pause(random);
        } finally {
          await disk.free();
        }
      },
    },
  ];
}
