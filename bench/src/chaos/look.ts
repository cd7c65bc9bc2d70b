import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Cleaning up may take so long. */
const SETTLE_MS = 180_000;
const POLL_MS = 500;

/** Looks until there is nothing to complain about, or cleaning up has had its time. */
export async function settled(look: () => Promise<string[]>): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const complaints = await look();
    if (complaints.length === 0 || Date.now() > deadline) return complaints;
    await delay(POLL_MS);
  }
}

/** Asks the database from outside. */
export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // the query fails then
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
