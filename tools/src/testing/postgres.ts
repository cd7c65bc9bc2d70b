import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded-postgres.js';
import { freePort, temporaryFolder, type TestServer } from './server.js';

/** What a test's data need not survive. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A Postgres of this test's own: embedded, on a free port, its data in a temporary folder. Gone with the test, however that ends. */
export async function startPostgres(): Promise<TestServer> {
  const folder = await temporaryFolder('postgres');
  const port = await freePort();
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(folder.path, 'data'), port, logFile: join(folder.path, 'postgres.log'), settings: NOT_DURABLE });
  let server = await start();
  return {
    url: server.url,
    async restart() {
      await server.stop();
      server = await start();
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

/** A fresh, empty database: on TEST_DATABASE_URL when that is given, else on an embedded Postgres of its own. `stop` drops it. */
export async function freshDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given === undefined || given === '') return startPostgres();
  const name = `loci_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(given);
  url.pathname = `/${name}`;
  await query(given, `create database ${name}`);
  return { url: url.href, stop: () => query(given, `drop database ${name} with (force)`) };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
