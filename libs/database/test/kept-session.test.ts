import { startPostgres, type TestServer } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KeptSession } from '../src/kept-session.js';

const WAIT = { timeout: 30_000, interval: 20 };

describe('a session that is kept', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  async function sessionsOf(name: string): Promise<number> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      const text = 'SELECT 1 FROM pg_stat_activity WHERE application_name = $1';
      return (await client.query(text, [name])).rows.length;
    } finally {
      await client.end();
    }
  }

  it('leaves none behind that could not be prepared, and opens another', async () => {
    const prepare = vi.fn((client: pg.Client) => client.query('SELECT 1'));
    prepare.mockRejectedValueOnce(new Error('not now')).mockRejectedValueOnce(new Error('not now'));
    const session = new KeptSession(server.url, 'prepared at the third try', prepare);
    await expect(session.open()).rejects.toThrow('not now');
    await expect(session.open()).rejects.toThrow('not now');
    await session.open();
    await vi.waitFor(async () => expect(await sessionsOf('prepared at the third try')).toBe(1), WAIT);
    await session.close();
    await vi.waitFor(async () => expect(await sessionsOf('prepared at the third try')).toBe(0), WAIT);
  });
});
