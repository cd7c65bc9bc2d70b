import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signal } from './fault.js';
import { query } from './look.js';
import type { Service } from './service.js';
import type { Surroundings } from './surroundings.js';

/** Reports that Node writes on a signal need time, in ms. */
const REPORT_MS = 3_000;
const ROWS = 500;

/**
 * Keeps what is known of a service that does not do as it should, since its own folder goes with the
 * run: logs, a report of each process's stacks and handles, the database's activity, locks and rows.
 * @returns the folder that it lies in
 */
export async function keepEvidence(surroundings: Surroundings, service: Service): Promise<string> {
  const folder = join(tmpdir(), `loci-chaos-${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  const save = (name: string, value: unknown): Promise<void> =>
    writeFile(join(folder, `${name}.json`), JSON.stringify(value, null, 1));
  const { url } = surroundings.postgres;
  signal([...(await service.pids('worker')), ...(await service.pids('api'))], 'SIGUSR2');
  await save('activity', await query(url, 'select * from pg_stat_activity'));
  await save('locks', await query(url, 'select * from pg_locks'));
  const tables = await query<{ name: string }>(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables)
    await save(name.replaceAll('"', ''), await query(url, `select t.* from ${name} t limit ${ROWS}`));
  await delay(REPORT_MS);
  await cp(join(surroundings.dataDir, 'logs'), join(folder, 'logs'), { recursive: true });
  await cp(join(surroundings.folder, 'reports'), join(folder, 'reports'), { recursive: true });
  await cp(join(surroundings.folder, 'postgres.log'), join(folder, 'postgres.log'));
  return folder;
}
