import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { framesKey, mapKey, videoKey } from '@loci/storage';
import { findProcesses } from '@loci/testing';
import pg from 'pg';
import type { Accepted } from './load.js';
import type { Surroundings } from './surroundings.js';

/** What is wrong, a line each. */
export interface Findings {
  /** Accepted jobs that have not ended well, or are not there. */
  lost: string[];
  /** Jobs that ended twice, or that nobody has submitted. */
  doubled: string[];
  /** Answers and memories that are not those of the calm run. */
  differing: string[];
  /** Rows without objects, objects without rows, and what outlives the service. */
  orphans: string[];
}

/** Cleaning up may take so long. */
const SETTLE_MS = 60_000;
const POLL_MS = 500;
/** Uploads that broke off are swept after an hour. */
const SWEPT_LATER = /^(uploads\/|\.incoming\/|\.mpus)/;

/** The end of a job as two runs can be compared by: all but times and names. */
const comparable = ({ job, memory }: Accepted) => ({
  status: job.status,
  digest: memory?.digest,
  answers: job.questions.map(
    ({ answer }) =>
      answer && { ...answer, evidence: answer.evidence.map((item) => ({ ...item, thumbnail_url: null })) },
  ),
});

/** Compares what the clients were told with a calm run. */
export function checkJobs(calm: readonly Accepted[], accepted: readonly Accepted[], found: Findings): void {
  const expected = new Map(calm.map((run) => [run.clip, comparable(run)]));
  for (const run of accepted.filter(({ deleted }) => !deleted)) {
    const { job, clip } = run;
    if (job.error?.type.endsWith('/poison-chunk')) continue;
    if (job.finished_at === null) found.lost.push(`${job.id} has not ended`);
    else if (job.status !== 'succeeded')
      found.lost.push(`${job.id} ${job.status}: ${job.error?.title ?? ''}: ${job.error?.detail ?? ''}`);
    else if (!isDeepStrictEqual(comparable(run), expected.get(clip)))
      found.differing.push(`${job.id} of ${clip}, digest ${run.memory?.digest ?? 'none'}`);
  }
}

/** Reads the rows: whether each accepted job is there, and ended once. */
export async function checkRows(
  { postgres }: Surroundings,
  accepted: readonly Accepted[],
  found: Findings,
): Promise<void> {
  const rows = await query<{ id: string; ends: number }>(
    postgres.url,
    `select j.id, count(e.seq)::int as ends from job j
      left join job_event e on e.job_id = j.id and e.event = 'done' group by j.id`,
  );
  const ends = new Map(rows.map((row) => [row.id, row.ends]));
  for (const { job, deleted } of accepted) {
    const count = ends.get(job.id);
    ends.delete(job.id);
    if (deleted && count !== undefined) found.orphans.push(`${job.id} outlives its video`);
    if (!deleted && count === undefined) found.lost.push(`${job.id} has no row`);
    if (!deleted && count !== undefined && count > 1) found.doubled.push(`${job.id} ended ${count} times`);
  }
  for (const id of ends.keys()) found.doubled.push(`${id} was not submitted by anybody`);
}

/** Compares rows and objects, both ways, once cleaning up has had its time. */
export async function checkObjects(surroundings: Surroundings, found: Findings): Promise<void> {
  const complaints = await settled(() => objectComplaints(surroundings));
  found.orphans.push(...complaints.filter((line) => !found.orphans.includes(line)));
}

/** What outlives the service: processes, temporary files, connections, locks. */
export async function checkLeaks(
  { postgres, dataDir, temporary }: Surroundings,
  found: Findings,
): Promise<void> {
  const complaints = await settled(async () => [
    ...(await findProcesses(dataDir)).map((pid) => `process ${pid} outlives the service`),
    ...(await readdir(temporary)).map((name) => `the temporary file ${name} is left`),
    ...(
      await query<{ what: string }>(
        postgres.url,
        `select 'connection of ' || application_name as what from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        union all select 'advisory lock ' || objid from pg_locks where locktype = 'advisory'`,
      )
    ).map(({ what }) => `${what} is left`),
  ]);
  found.orphans.push(...complaints);
}

async function objectComplaints({ postgres, store }: Surroundings): Promise<string[]> {
  const clips = await query<{ sha256: string }>(postgres.url, 'select distinct sha256 from video');
  const chunks = await query<{ id: string; index: number }>(
    postgres.url,
    `select m.id, c.index from memory m join chunk c on c.memory_id = m.id where m.status = 'ready'`,
  );
  const expected = new Set([
    ...clips.map(({ sha256 }) => videoKey(sha256)),
    ...chunks.flatMap(({ id, index }) => [framesKey(id, index), mapKey(id, index)]),
  ]);
  const memories = await query<{ id: string }>(postgres.url, 'select id from memory');
  // features that a fault left go with their memory, at the latest
  const kept = new Set(memories.map(({ id }) => `features/${id}`));
  const present = await keysBelow(store.folder);
  return [
    ...[...expected].filter((key) => !present.has(key)).map((key) => `${key} is missing in the store`),
    ...[...present]
      .filter((key) => !expected.has(key) && !kept.has(dirname(key)) && !SWEPT_LATER.test(key))
      .map((key) => `${key} has no row`),
  ];
}

async function keysBelow(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name))),
  );
}

/** Looks until there is nothing to complain about, or cleaning up has had its time. */
async function settled(look: () => Promise<string[]>): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const complaints = await look();
    if (complaints.length === 0 || Date.now() > deadline) return complaints;
    await delay(POLL_MS);
  }
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
