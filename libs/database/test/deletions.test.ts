import { newId } from '@loci/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/index.js';
import { aJob, aVideo, openFreshDatabase, TENANT } from './fixture.js';

describe('A deletion', () => {
  let database: Database;
  let rows: pg.Pool;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const opened = await openFreshDatabase();
    database = opened.database;
    rows = new pg.Pool({ connectionString: opened.url, max: 1 });
    close = async () => {
      await rows.end();
      await opened.close();
    };
  });
  afterAll(() => close());

  /** Lets all deletions' times pass by so much. */
  const age = (interval: string) =>
    rows.query(
      `update deletion set claimed_at = claimed_at - $1::interval, finished_at = finished_at - $1::interval`,
      [interval],
    );

  it('names the objects of a deleted video to one sweep at a time, until one has removed them', async () => {
    const video = await aVideo(database);
    const { memory_id: first } = await aJob(database, { video });
    const { memory_id: second } = await aJob(database, { video, samplingFps: 1 });
    await database.videos.delete(TENANT, video.id);
    const claims = await Promise.all([1, 2, 3].map(() => database.deletions.claim(10)));
    expect(claims.flat()).toEqual([
      { videoId: video.id, sha256: video.sha256, memoryIds: [first, second].sort() },
    ]);
    await age('31 seconds');
    expect(await database.deletions.claim(10)).toHaveLength(1);
    await database.deletions.finish(video.id);
    await age('1 hour');
    expect(await database.deletions.claim(10)).toEqual([]);
  });

  it('is overdue while no sweep has finished it', async () => {
    const video = await aVideo(database);
    await database.videos.delete(TENANT, video.id);
    const [before, after] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect(await database.deletions.overdue(before)).toEqual([]);
    expect(await database.deletions.overdue(after)).toEqual([video.id]);
    await database.deletions.finish(video.id);
    expect(await database.deletions.overdue(after)).toEqual([]);
  });

  it('succeeds again for the tenant that made it, also at the same time, and for no other', async () => {
    const video = await aVideo(database);
    const twice = await Promise.all([1, 2].map(() => database.videos.delete(TENANT, video.id)));
    expect(twice).toEqual([true, true]);
    await database.deletions.finish(video.id);
    expect(await database.videos.delete(TENANT, video.id)).toBe(true);
    expect(await database.videos.delete('other', video.id)).toBe(false);
    expect(await database.videos.delete(TENANT, newId('video'))).toBe(false);
  });

  it('is forgotten a month after it was finished', async () => {
    const [old, recent] = [await aVideo(database), await aVideo(database)];
    await database.videos.delete(TENANT, old.id);
    await database.deletions.finish(old.id);
    await age('31 days');
    await database.videos.delete(TENANT, recent.id);
    await database.deletions.finish(recent.id);
    expect(await database.videos.delete(TENANT, old.id)).toBe(false);
    expect(await database.videos.delete(TENANT, recent.id)).toBe(true);
  });
});
