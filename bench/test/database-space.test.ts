import { freshDatabase } from '@loci/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseSpace } from '../src/database-space.js';

const MEGABYTE = 1e6;

describe('the dead space of a database', () => {
  let url: string;
  let stop: () => Promise<void>;
  let client: pg.Client;
  beforeEach(async () => {
    ({ url, stop } = await freshDatabase());
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await stop();
  });

  it('is what deleted rows leave, until it is measured', async () => {
    await client.query(
      `CREATE TABLE kept AS SELECT i, repeat('x', 1000) AS text FROM generate_series(1, 4000) AS i`,
    );
    await client.query('DELETE FROM kept WHERE i % 2 = 0');
    const { total, dead } = await databaseSpace(url);
    expect(dead).toBeGreaterThan(1.5 * MEGABYTE);
    expect(dead).toBeLessThan(3 * MEGABYTE);
    const again = await databaseSpace(url);
    expect(again.dead).toBe(0);
    expect(again.total).toBeLessThan(total - 1.5 * MEGABYTE);
  });

  it('is not what the server leaves in its catalogs', async () => {
    const tables = Array.from({ length: 300 }, (_, i) => `CREATE TEMP TABLE t${i} (a int, b int, c int);`);
    await client.query(tables.join(''));
    await client.query('DISCARD TEMP');
    expect((await databaseSpace(url)).dead).toBe(0);
  });
});
