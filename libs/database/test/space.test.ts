import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/index.js';
import { aJob, anEntry, buildChunk, openFreshDatabase } from './fixture.js';

describe('the space of the database', () => {
  let database: Database;
  let close: () => Promise<void>;
  let rows: pg.Client;
  beforeAll(async () => {
    const opened = await openFreshDatabase();
    ({ database, close } = opened);
    rows = new pg.Client({ connectionString: opened.url });
    await rows.connect();
  });
  afterAll(async () => {
    await rows.end();
    await close();
  });

  const bytesOf = async (expression: string, memory: string): Promise<number> => {
    const { rows: found } = await rows.query<{ bytes: string }>(expression.replace('?', `'${memory}'`));
    return Number(found[0]?.bytes);
  };

  it('that a replaced state of localization had is taken up again', async () => {
    const chunks = 40;
    const state = 50_000;
    const { memory_id: memory } = await aJob(database, { chunks });
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      await buildChunk(database, memory, chunk, { localizerState: new Uint8Array(randomBytes(state)) });
      if (chunk % 4 === 3) await database.memories.reclaim();
    }
    const bytes = await bytesOf(`SELECT pg_total_relation_size('memory') AS bytes, ? AS memory`, memory);
    // without, forty of them
    expect(bytes).toBeLessThan(chunks * state * 0.4);
  });

  it('that pending frames had is given back when they are placed', async () => {
    const chunks = 4;
    const frames = 1_000_000;
    const { memory_id: memory } = await aJob(database, { chunks: chunks + 1 });
    for (let chunk = 0; chunk < chunks; chunk += 1)
      await buildChunk(database, memory, chunk, { pendingFrames: new Uint8Array(randomBytes(frames)) });
    await buildChunk(database, memory, chunks, { releasesPending: true });
    await database.memories.reclaim();
    const bytes = await bytesOf(
      `SELECT pg_total_relation_size('pending_frames') AS bytes, ? AS memory`,
      memory,
    );
    expect(bytes).toBeLessThan(frames);
  });

  it('that tokens take is less than their bytes, where they repeat themselves', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const entry = { ...anEntry('working', 0, 0), tokens: new Uint8Array(10_000).fill(60) };
    await buildChunk(database, memory, 0, { opened: [entry] });
    expect(
      await bytesOf('SELECT length(tokens) AS bytes FROM memory_entry WHERE memory_id = ?', memory),
    ).toBeLessThan(1_000);
    expect((await database.memories.entries(memory, 0, { tokens: true }))[0]?.tokens).toEqual(entry.tokens);
  });

  it('that entries from before tokens were packed have is read as it is', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    await buildChunk(database, memory, 0, { opened: [anEntry('working', 0, 0)] });
    await rows.query(`UPDATE memory_entry SET tokens = '\\x003c00bc' WHERE memory_id = $1`, [memory]);
    const [entry] = await database.memories.entries(memory, 0, { tokens: true });
    expect([...(entry?.tokens ?? [])]).toEqual([0, 60, 0, 188]);
  });
});
