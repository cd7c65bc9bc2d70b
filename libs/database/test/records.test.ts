import { createHash } from 'node:crypto';
import { questionSchema, videoSchema } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClipGoneError, type Database } from '../src/index.js';
import { aJob, anAnswer, anEntry, aVideo, buildChunk, openFreshDatabase, TENANT } from './fixture.js';

describe('the records', () => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => ({ database, close } = await openFreshDatabase()));
  afterAll(() => close());
  const stands = () => Promise.resolve(true);
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

  it('hold a tenant’s video once, however often its bytes come', async () => {
    const same = {
      tenant: TENANT,
      sha256: sha('same'),
      bytes: 10,
      duration_s: 1,
      width: 2,
      height: 2,
      fps: 30,
      codec: 'h264',
      track: 0,
      start_s: 0,
    };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => database.videos.create(same, stands)));
    expect(new Set(outcomes.map(({ video }) => video.id)).size).toBe(1);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    expect(videoSchema.parse(outcomes[0]?.video)).toMatchObject({ status: 'ready', bytes: 10 });
    expect((await database.videos.create({ ...same, tenant: 'other' }, stands)).created).toBe(true);
  });

  it('know how a clip is reached as it was last stored, for every tenant that has it', async () => {
    const sha256 = sha('stored again');
    const bytesOf = async (): Promise<(number | null)[]> => {
      const found: (number | null)[] = [];
      for await (const clip of database.expectedObjects.clips())
        if (clip.sha256 === sha256) found.push(clip.remuxedBytes);
      return found;
    };
    await aVideo(database, TENANT, sha256, { remuxed_bytes: 700 });
    await aVideo(database, 'other', sha256, { remuxed_bytes: 720 });
    expect(await bytesOf()).toEqual([720, 720]);
    await aVideo(database, TENANT, sha256, { remuxed_bytes: null });
    expect(await bytesOf()).toEqual([null, null]);
  });

  it('keep tenants apart', async () => {
    const video = await aVideo(database);
    const job = await aJob(database, { video, questions: 1 });
    expect(await database.videos.get('other', video.id)).toBeNull();
    expect(await database.jobs.get('other', job.id)).toBeNull();
    expect(await database.memories.get('other', job.memory_id)).toBeNull();
    expect(await database.questions.get('other', job.questions[0]?.id ?? '')).toBeNull();
    expect(
      await database.questions.ask('other', job.memory_id, { ask: { question: 'Which?' }, needsChunks: 1 }),
    ).toBeNull();
    expect(await database.videos.delete('other', video.id)).toBe(false);
  });

  it('lose with a video all that was made of it, its clip with the last tenant’s video only', async () => {
    const bytes = sha('shared');
    const [mine, theirs] = [await aVideo(database, TENANT, bytes), await aVideo(database, 'other', bytes)];
    const submitted = await database.jobs.submit({
      tenant: TENANT,
      video: mine,
      model: 'loci-nano@0.1.0',
      samplingFps: 2,
      frames: 30,
      chunks: 1,
      clock: { slows: null },
      questions: [{ ask: { question: 'Where?' }, needsChunks: 1 }],
      idempotency: { key: 'k', requestHash: 'h' },
    });
    const { job } = submitted;
    await buildChunk(database, job.memory_id, 0, { opened: [anEntry('working', 0, 0)] });
    expect(await database.videos.delete(TENANT, mine.id)).toBe(true);
    expect(await database.jobs.get(TENANT, job.id)).toBeNull();
    expect(await database.memories.get(TENANT, job.memory_id)).toBeNull();
    expect(await database.questions.get(TENANT, job.questions[0]?.id ?? '')).toBeNull();
    expect(await database.jobs.events(job.id, 0, 10)).toEqual([]);
    expect(await database.stages.beginPerceive(job.memory_id, 0)).toEqual({ skip: 'the memory is gone' });

    const removals: string[] = [];
    const remove = () => Promise.resolve(void removals.push(bytes));
    expect(await database.videos.removeClip(bytes, remove)).toBe(false);
    await database.videos.delete('other', theirs.id);
    expect(removals).toEqual([]);
    expect(await database.videos.removeClip(bytes, remove)).toBe(true);
    expect(removals).toEqual([bytes]);
  });

  it('never hold a video without its clip: the row comes first, or the upload is refused', async () => {
    const bytes = sha('contested');
    for (let round = 0; round < 10; round += 1) {
      let clip = true;
      const row = {
        tenant: `uploader-${round}`,
        sha256: bytes,
        bytes: 10,
        duration_s: 1,
        width: 2,
        height: 2,
        fps: 30,
        codec: 'h264',
        track: 0,
        start_s: 0,
      };
      const [created] = await Promise.allSettled([
        database.videos.create(row, () => Promise.resolve(clip)),
        database.videos.removeClip(bytes, () => Promise.resolve(void (clip = false))),
      ]);
      if (created.status === 'rejected') expect(created.reason).toBeInstanceOf(ClipGoneError);
      expect(created.status === 'fulfilled').toBe(clip);
      if (created.status === 'fulfilled') await database.videos.delete(row.tenant, created.value.video.id);
    }
  });

  it('list videos page by page', async () => {
    const made = [
      await aVideo(database, 'pager'),
      await aVideo(database, 'pager'),
      await aVideo(database, 'pager'),
    ];
    const first = await database.videos.list('pager', { limit: 2 });
    const second = await database.videos.list('pager', { limit: 2, cursor: first.next_cursor ?? '' });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
    expect(second.next_cursor).toBeNull();
  });

  it('know keys by their hash, and only those last given', async () => {
    await database.keys.replaceAll([
      { hash: sha('a'), tenant: 'acme' },
      { hash: sha('b'), tenant: 'beta' },
    ]);
    await Promise.all(
      [1, 2, 3].map(() =>
        database.keys.replaceAll([
          { hash: sha('b'), tenant: 'gamma' },
          { hash: sha('c'), tenant: 'acme' },
        ]),
      ),
    );
    expect(await Promise.all(['a', 'b', 'c'].map((key) => database.keys.tenantOf(sha(key))))).toEqual([
      null,
      'gamma',
      'acme',
    ]);
    await database.keys.replaceAll([]);
    expect(await database.keys.tenantOf(sha('b'))).toBeNull();
  });

  it('hold questions asked later, which make their memory wanted until they are answered', async () => {
    const job = await aJob(database, { chunks: 3 });
    await database.jobs.cancel(TENANT, job.id);
    const early = await database.questions.ask(TENANT, job.memory_id, {
      ask: { question: 'What was first?', options: ['a', 'b'], as_of_s: 3 },
      needsChunks: 1,
    });
    expect(questionSchema.parse(early)).toMatchObject({
      status: 'queued',
      job_id: null,
      options: ['a', 'b'],
      as_of_s: 3,
    });
    expect(await database.memories.wanted(job.memory_id)).toBe(true);
    const id = early?.id ?? '';
    expect(await database.stages.beginAnswer(id)).toEqual({
      skip: 'the chunks that it needs are not remembered yet',
    });
    await buildChunk(database, job.memory_id, 0, { opened: [anEntry('working', 0, 0)] });
    await buildChunk(database, job.memory_id, 1, { opened: [anEntry('working', 1, 1)] });
    const begun = await database.stages.beginAnswer(id);
    expect(begun).toMatchObject({ task: { chunk: 0 } });
    expect(await database.stages.memoryAfter(job.memory_id, 0)).toMatchObject({
      entries: [{ kind: 'working', slot: 0 }],
    });
    expect(await database.stages.memoryAfter(job.memory_id, -1)).toEqual({
      entries: [],
      novelty: 0,
      seen: null,
      lastSeen: null,
      still: [],
    });
    await database.stages.refundAttempt('answer', { question_id: id });
    expect((await database.memories.facts(job.memory_id))?.questions).toMatchObject([{ id }]);
    // as workers stored them before bundles had readers
    const { understood, reason, message, ...stored } = anAnswer;
    expect([understood, reason, message]).toEqual([null, null, null]);
    await database.stages.commitAnswer(id, stored as typeof anAnswer, { seconds: 0.1 });
    expect(await database.questions.get(TENANT, id)).toMatchObject({
      status: 'answered',
      answer: { text: '4', understood: null, reason: null, message: null },
    });
    expect(await database.memories.wanted(job.memory_id)).toBe(false);
    await database.memories.fail(job.memory_id, { type: 'x', title: 'x', status: 500 });
    await expect(
      database.questions.ask(TENANT, job.memory_id, { ask: { question: 'And now?' }, needsChunks: 1 }),
    ).rejects.toMatchObject({ problemName: 'not-ready' });
  });
});
