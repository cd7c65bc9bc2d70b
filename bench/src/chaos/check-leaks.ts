import { readdir } from 'node:fs/promises';
import { openQueues } from '@loci/queue';
import { findHeirs } from '@loci/testing';
import { query, settled } from './look.js';
import { WORKERS } from './service.js';
import type { QueueBackend, Surroundings } from './surroundings.js';

/** What a service without work still holds: deliveries, transactions, locks of workers that are no more. */
export function checkIdle(surroundings: Surroundings, backend: QueueBackend): Promise<string[]> {
  return settled(async () => {
    const held = await query<{ what: string }>(
      surroundings.postgres.url,
      `select 'transaction of ' || application_name as what from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend' and xact_start is not null
      union all
      select count(*) || ' workers hold their lock' from pg_locks where locktype = 'advisory'
        having count(*) > ${WORKERS}`,
    );
    return [
      ...held.map(({ what }) => `${what}, without work`),
      ...(await deliveries(surroundings.queueUrl(backend))),
    ];
  });
}

async function deliveries(url: string): Promise<string[]> {
  const queues = await openQueues(url);
  try {
    return Object.entries(await queues.counts()).flatMap(([stage, counts]) =>
      Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([state, count]) => `${count} deliveries of ${stage} are ${state}, without work`),
    );
  } finally {
    await queues.close();
  }
}

/** What outlives the service: processes, temporary files, connections, locks. */
export function checkLeaks({ postgres, temporary }: Surroundings): Promise<string[]> {
  return settled(async () => {
    const held = await query<{ what: string }>(
      postgres.url,
      `select 'connection of ' || application_name as what from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend'
      union all
      select 'advisory lock ' || objid from pg_locks where locktype = 'advisory'`,
    );
    return [
      ...held.map(({ what }) => `${what} is left`),
      ...(await findHeirs('TMPDIR', temporary)).map((pid) => `process ${pid} is left`),
      ...(await readdir(temporary)).map((name) => `the temporary file ${name} is left`),
    ];
  });
}
