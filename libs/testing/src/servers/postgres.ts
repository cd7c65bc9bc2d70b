import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '@loci/host';
import pg from 'pg';
import { containerOffer } from './containers.js';
import { prefersContainers, temporaryFolder, type TestServer } from './test-server.js';

const CONTAINER = {
  image: 'postgres:18',
  port: 5432,
  environment: { POSTGRES_USER: 'loci', POSTGRES_PASSWORD: 'loci' },
  url: (host: string, port: number): string => `postgres://loci:loci@${host}:${port}/loci`,
};

type Settings = Record<string, string>;

/**
 * Starts a Postgres: an embedded one, or one in a container where these are preferred and Docker runs.
 * @param settings server settings on top of the usual ones
 */
export async function startPostgres(settings: Settings = {}): Promise<TestServer> {
  if (!prefersContainers()) return startEmbedded(settings);
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const offer = await containerOffer(
    { ...CONTAINER, command: ['postgres', ...options] },
    'containers are preferred',
  );
  return 'missing' in offer ? startEmbedded(settings) : offer.start();
}

/**
 * Starts an embedded Postgres on a free port, with its data in a temporary folder. Both end with the test
 * process, even when that is killed.
 */
async function startEmbedded(settings: Settings): Promise<TestServer> {
  const folder = await temporaryFolder('postgres');
  const port = await freePort();
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDir: join(folder.path, 'data'),
      port,
      settings,
      logFile: join(folder.path, 'postgres.log'),
      disposable: { remove: folder.path },
    });
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

/** One server for all databases of this process, that is, of one test file. It ends with the process. */
let shared: Promise<TestServer> | undefined;

/**
 * Makes an empty database: on the server of TEST_DATABASE_URL when that is set, else on a Postgres of
 * the test file. `stop` drops it.
 */
export async function freshDatabase(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined || given === '' ? (await (shared ??= startPostgres())).url : given;
  const name = `loci_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await query(server, `create database ${name}`);
  return { url: url.href, stop: () => query(server, `drop database ${name} with (force)`) };
}

/**
 * Opens connections to a Postgres, and keeps them until `release`.
 * @throws Error when it has not so many left
 */
export async function occupyConnections(
  url: string,
  count: number,
): Promise<{ release: () => Promise<void> }> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: url }));
  for (const client of clients) await client.connect();
  return {
    async release() {
      for (const client of clients) await client.end();
    },
  };
}

/** Runs a statement in a transaction that stays open, with its locks, until `release`. */
export async function holdTransaction(url: string, sql: string): Promise<{ release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  return { release: () => client.end() };
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
