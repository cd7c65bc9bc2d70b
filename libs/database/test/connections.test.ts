import { freshDatabase } from '@loci/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { openDatabase } from '../src/index.js';

it('A database whose connections are kept has all of them open before it is used', async () => {
  const { url, stop } = await freshDatabase();
  const database = await openDatabase(url, { poolSize: 3, readPoolSize: 4, keepOpen: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const sessions = async (): Promise<number | undefined> => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity
        where application_name = 'loci' and datname = current_database()`,
    );
    return rows[0]?.count;
  };
  expect(await sessions()).toBe(7);
  await database.close();
  // a pool does not wait for the ends of its sessions, which dropping the database would break off
  await expect.poll(sessions, { timeout: 10_000 }).toBe(0);
  await client.end();
  await stop();
});
