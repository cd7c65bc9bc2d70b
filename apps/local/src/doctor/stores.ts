import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from '@loci/database';
import { claimFolder, CommandError, findEmbeddedPostgres, freePort, startEmbeddedPostgres } from '@loci/host';
import { opening } from '@loci/service';
import { openStore, type ObjectStore } from '@loci/storage';
import { logFileOf, objectStoreUrl, postgresFolder } from '../stack/service-specs.js';
import type { StackSettings } from '../stack/settings.js';

/** Where a stack keeps its rows and its objects. */
export interface Stores {
  database: Database;
  store: ObjectStore;
}

type Say = (line: string) => void;

/**
 * Runs `work` on the stores that a stack with these settings uses, whether it runs or not.
 * @throws CommandError when there are none, StartError when they cannot be used
 */
export async function withStores<T>(
  settings: StackSettings,
  say: Say,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const dataDir = resolve(settings.dataDir);
  const storeUrl = objectStoreUrl(settings, dataDir);
  if (storeUrl.startsWith('file:') && !existsSync(fileURLToPath(storeUrl)))
    throw new CommandError(`There is no object store at ${fileURLToPath(storeUrl)}.`);
  const check = (databaseUrl: string): Promise<T> => withOpen(databaseUrl, storeUrl, work);
  return settings.databaseUrl === undefined
    ? withEmbeddedDatabase(dataDir, say, check)
    : check(settings.databaseUrl);
}

async function withOpen<T>(
  databaseUrl: string,
  storeUrl: string,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const store = await opening('OBJECT_STORE_URL', async () => {
    const opened = await openStore(storeUrl);
    await opened.check();
    return opened;
  });
  try {
    const database = await opening('DATABASE_URL', () => openDatabase(databaseUrl, { poolSize: 1 }));
    try {
      return await work({ database, store });
    } finally {
      await database.close();
    }
  } finally {
    await store.close();
  }
}

/** Runs `work` on the database of a stack: on its running server, or on one that is started for it. */
async function withEmbeddedDatabase<T>(
  dataDir: string,
  say: Say,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const folder = postgresFolder(dataDir);
  if (!existsSync(folder)) throw new CommandError(`There is no stack in ${dataDir}; npm start makes one.`);
  const running = await findEmbeddedPostgres(folder);
  if (running !== null) return work(running);
  // keeps `npm start` from starting another server on the folder
  const claim = await claimFolder(dataDir);
  if ('owner' in claim)
    throw new CommandError(
      `Loci is just starting or stopping on ${dataDir} (process ${claim.owner}); try again.`,
    );
  try {
    say('starting Postgres for this check');
    const logFile = logFileOf(dataDir, 'postgres');
    const server = await startEmbeddedPostgres({ dataDir: folder, port: await freePort(), logFile });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await claim.release();
  }
}
