import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { freshDatabase, temporaryFolder } from '@loci/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../src/index.js';
import { migrate, MigrationError } from '../src/migrate.js';
import { catalogue, schemaSql } from './schema-engine.js';

const MIGRATIONS = new URL('../../../prisma/migrations/', import.meta.url);
const NAMES = [
  '0001_first_schema',
  '0002_tokens_uncompressed',
  '0003_localizer_state',
  '0004_deletion',
  '0005_presentation_times',
  '0006_length',
  '0007_attempts',
  '0008_timeline',
  '0010_seen',
  '0011_lists',
  '0012_stage_calls',
  '0013_camera',
  '0014_last_seen',
  '0015_submit_call',
  '0016_at_work',
  '0017_answer_calls',
  '0018_first_seen',
  '0019_sampled_pictures',
  '0020_glimpses',
  '0021_few_calls',
];

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

  it('let a waiting question as of a moment wait for one chunk less, and no other question', async () => {
    const folder = await copyOfMigrations();
    for (const name of NAMES.slice(NAMES.indexOf('0005_presentation_times')))
      await rm(new URL(`${name}/`, folder), { recursive: true });
    await migrate(url, folder);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`
      INSERT INTO video VALUES ('vid', 'acme', 'ready', 'sha', 1, 30, 640, 480, 30, 'h264');
      INSERT INTO memory (id, tenant, video_id, model, sampling_fps, status, frames, chunks)
        VALUES ('mem', 'acme', 'vid', 'model', 2, 'building', 88, 3);
      INSERT INTO question (id, tenant, memory_id, question, as_of_s, needs_chunks, status) VALUES
        ('as of', 'acme', 'mem', 'Where?', 20, 2, 'queued'),
        ('at once', 'acme', 'mem', 'Where?', 0, 0, 'queued'),
        ('at the end', 'acme', 'mem', 'Where?', NULL, 3, 'queued'),
        ('answered', 'acme', 'mem', 'Where?', 20, 2, 'answered')`);
    await migrate(url);
    const { rows } = await client.query('SELECT id, needs_chunks FROM question ORDER BY id');
    await client.end();
    expect(rows).toEqual([
      { id: 'answered', needs_chunks: 2 },
      { id: 'as of', needs_chunks: 1 },
      { id: 'at once', needs_chunks: 0 },
      { id: 'at the end', needs_chunks: 3 },
    ]);
  });

  describe('from a database in which localization kept a blob on every chunk', () => {
    /** Two of three chunks are remembered, but of the finished memory all; the last one is perceived. */
    const EARLIER = `
      INSERT INTO video VALUES ('vid', 'acme', 'ready', 'sha', 1, 30, 640, 480, 30, 'h264');
      INSERT INTO memory (id, tenant, video_id, model, sampling_fps, status, frames, chunks, head)
        SELECT name, 'acme', 'vid', name, 2, name, 88, 3, CASE name WHEN 'ready' THEN 3 ELSE 2 END
        FROM unnest(ARRAY['building', 'ready', 'failed']) AS name;
      INSERT INTO chunk (memory_id, index, status, to_world, tail, novelty_sum, novelty_frames)
        SELECT m.id, i, CASE WHEN i < m.head THEN 'remembered' ELSE 'perceived' END, '{}', 'tail', 14, 28
        FROM memory m, generate_series(0, 2) AS i;
      INSERT INTO memory_entry
        SELECT id, 'working', 0, 0, NULL, 7, 3.5, ARRAY[1.0], 'tokens' FROM memory;
      INSERT INTO question (id, tenant, memory_id, question, needs_chunks, status, ready_at, answer)
        SELECT id || ' ' || stage, 'acme', id, 'Where?', 1, stage, now(), '{}'
        FROM memory, unnest(ARRAY['queued', 'answered']) AS stage;`;

    let database: Database;
    let rows: <Row extends pg.QueryResultRow>(sql: string) => Promise<Row[]>;

    beforeEach(async () => {
      const folder = await copyOfMigrations();
      const later = NAMES.slice(NAMES.indexOf('0003_localizer_state'));
      for (const name of later) await rm(new URL(`${name}/`, folder), { recursive: true });
      await migrate(url, folder);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      endings.unshift(() => client.end());
      await client.query(EARLIER);
      database = await openDatabase(url);
      endings.unshift(() => database.close());
      expect(await database.migrate()).toEqual(later);
      rows = async (sql) => (await client.query(sql)).rows as never;
    });

    it('leave a finished memory as it is', async () => {
      expect(await database.memories.find('ready')).toMatchObject({ status: 'ready', head: 3 });
      expect(await database.memories.entries('ready', 2, { tokens: true })).toMatchObject([{ frame: 7 }]);
      expect(
        await rows(`SELECT status, novelty_sum AS novelty FROM chunk WHERE memory_id = 'ready'`),
      ).toEqual(Array(3).fill({ status: 'remembered', novelty: 14 }));
    });

    it.each(['building', 'failed'])('begin a half-built memory anew: one that is %s', async (id) => {
      expect(await database.memories.find(id)).toMatchObject({ status: id, head: 0 });
      expect(await database.memories.entries(id, 2, { tokens: true })).toEqual([]);
      expect(
        await rows(
          `SELECT status, novelty_sum AS novelty FROM chunk WHERE memory_id = '${id}' ORDER BY index`,
        ),
      ).toEqual([
        { status: 'pending', novelty: 0 },
        { status: 'pending', novelty: 0 },
        { status: 'perceived', novelty: 14 },
      ]);
    });

    it('let a question wait for its chunks once more, and keep what was answered', async () => {
      expect(
        await rows(`SELECT id FROM question WHERE memory_id <> 'ready' AND ready_at IS NOT NULL ORDER BY id`),
      ).toEqual([{ id: 'building answered' }, { id: 'failed answered' }]);
    });
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
