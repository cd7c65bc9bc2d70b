import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { freshDatabase, temporaryFolder } from '@loci/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MigrationError } from '../src/migrate.js';
import { catalogue, schemaSql } from './schema-engine.js';

const MIGRATIONS = new URL('../../../prisma/migrations/', import.meta.url);
const NAMES = ['0001_first_schema', '0002_tokens_uncompressed'];

describe('the migrations', () => {
  let url: string;
  const endings: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    const database = await freshDatabase();
    url = database.url;
    endings.push(database.stop);
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });

  const ledger = async (): Promise<
    { migration_name: string; checksum: string; finished_at: Date | null }[]
  > => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (
        await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
          'select * from _prisma_migrations',
        )
      ).rows;
    } finally {
      await client.end();
    }
  };

  /** A copy of the migrations that a test may change. */
  const copyOfMigrations = async (): Promise<URL> => {
    const folder = await temporaryFolder('migrations');
    endings.push(folder.remove);
    await cp(MIGRATIONS, folder.path, { recursive: true });
    return pathToFileURL(`${folder.path}/`);
  };

  it('make what the Prisma schema says, and nothing else', async () => {
    await migrate(url);
    const fromSchema = await freshDatabase();
    endings.push(fromSchema.stop);
    const client = new pg.Client({ connectionString: fromSchema.url });
    await client.connect();
    await client.query(await schemaSql(fromSchema.url));
    await client.end();
    const made = await catalogue(url);
    expect(made).toEqual(await catalogue(fromSchema.url));
    expect(made.length).toBeGreaterThan(80);
  });

  it('are applied once by many processes that start together', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));
    expect(applied.flat()).toEqual(NAMES);
    expect(await migrate(url)).toEqual([]);
  });

  it('are recorded as Prisma Migrate records them', async () => {
    await migrate(url);
    const sql = await readFile(new URL('0001_first_schema/migration.sql', MIGRATIONS));
    const row = (await ledger()).find(({ migration_name: name }) => name === '0001_first_schema');
    expect(row?.checksum).toBe(createHash('sha256').update(sql).digest('hex'));
    expect(row?.finished_at).toBeInstanceOf(Date);
  });

  it('refuse to go on when an applied one was changed', async () => {
    const folder = await copyOfMigrations();
    await migrate(url, folder);
    await writeFile(new URL('0001_first_schema/migration.sql', folder), 'select 1;');
    await expect(migrate(url, folder)).rejects.toThrow(
      new MigrationError('migration 0001_first_schema was changed after it was applied to this database'),
    );
  });

  it('leave nothing behind of one that fails, and go on once it is right', async () => {
    const folder = await copyOfMigrations();
    const next = new URL('9999_wrong/', folder);
    await mkdir(next);
    await writeFile(new URL('migration.sql', next), 'create table half (id int); select nonsense;');
    await expect(migrate(url, folder)).rejects.toThrow(/9999_wrong could not be applied: .*nonsense/);
    expect((await ledger()).map((row) => row.migration_name)).toEqual(NAMES);

    await writeFile(new URL('migration.sql', next), 'create table half (id int);');
    expect(await migrate(url, folder)).toEqual(['9999_wrong']);
  });
});
