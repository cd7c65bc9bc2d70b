import { digest, type StandingEntry } from '@loci/memory';
import { LOOKAHEAD, plan } from '@loci/pipeline';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/index.js';
import { aJob, anEntry, aRememberedChunk, aVideo, buildChunk, openFreshDatabase, TENANT } from './fixture.js';

describe('building a memory', () => {
  let database: Database;
  let client: pg.Client;
  let close: () => Promise<void>;
  beforeAll(async () => {
    let url: string;
    ({ database, url, close } = await openFreshDatabase());
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await close();
  });

  const stages = (): Database['stages'] => database.stages;

  it('gives back what it was given, bit by bit: tokens, poses, times, what localization left', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 2 });
    const opened = [
      anEntry('working', 0, 0),
      anEntry('working', 1, 0),
      anEntry('episodic', 0, 0),
      anEntry('episodic', 7, 0),
    ];
    const chunk = aRememberedChunk({ opened });
    await buildChunk(database, memory, 0, chunk);

    const read = await database.memories.entries(memory, 0, { tokens: true });
    expect(digest(read)).toBe(digest(opened));
    expect(read.map(({ tokens }) => Buffer.from(tokens).toString('hex'))).toEqual(
      opened.map(({ tokens }) => Buffer.from(tokens).toString('hex')),
    );
    expect((await database.memories.get(TENANT, memory))?.digest).toBe(digest(opened));

    await stages().commitPerceive(memory, 1, { seconds: 1 });
    const begun = await stages().beginRemember(memory, 1);
    expect(begun).toMatchObject({ task: { chunk: 1, memory: { head: 1 } } });
    const before = await stages().memoryBefore(memory, 1);
    expect(before?.previous).toEqual({ localizerState: chunk.localizerState, overlap: chunk.overlap });
    expect(digest(before?.entries ?? [])).toBe(digest(opened));
  });

  it('hands on where the picture stood still, and the clock that the memory was made with', async () => {
    const clock = { slows: { exact_s: 180, spread_s: 52.123456789012345 } };
    const { memory_id: memory } = await aJob(database, { chunks: 3, clock });
    await buildChunk(database, memory, 0, {
      still: [
        [0, 3],
        [30, 32],
      ],
    });
    await buildChunk(database, memory, 1, { still: [[32, 60]] });
    await stages().commitPerceive(memory, 2, { seconds: 1 });
    const still = [
      [0, 3],
      [30, 32],
    ];
    expect(await stages().beginRemember(memory, 2)).toMatchObject({
      task: { memory: { clock } },
    });
    expect(await stages().memoryBefore(memory, 2)).toMatchObject({ still: [...still, [32, 60]] });
    expect(await stages().memoryAfter(memory, 0)).toMatchObject({ still });
    expect(await database.memories.find(memory)).toMatchObject({ clock });
  });

  it('sums up what was perceived until a moment, where it was counted in each chunk', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 3 });
    const perceived = [
      { noveltySum: 20, noveltyFrames: 20, seen: [0.5, 0, 2], lastSeen: [9, -1, 4] },
      {
        noveltySum: 60,
        noveltyFrames: 20,
        seen: [0.25, 1, 0],
        lastSeen: [25, 30, -1],
      },
      { noveltySum: 0, noveltyFrames: 0, seen: [], lastSeen: [] },
    ];
    for (const [chunk, own] of perceived.entries()) await buildChunk(database, memory, chunk, own);
    const after = (chunk: number) => stages().memoryAfter(memory, chunk);
    expect(await after(0)).toMatchObject({ novelty: 1, seen: [0.5, 0, 2], lastSeen: [9, -1, 4] });
    expect(await after(1)).toMatchObject({ novelty: 2, seen: [0.75, 1, 2], lastSeen: [25, 30, 4] });
    expect(await after(2)).toMatchObject({ novelty: 2, seen: null, lastSeen: null });
  });

  it('keeps an overlap until the next chunk is remembered, the state until the memory is ready', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 3 });
    const kept = async (): Promise<boolean[]> => {
      const { rows } = await client.query<{ kept: boolean }>(
        `select overlap is not null as kept from chunk where memory_id = $1
         union all select localizer_state is not null from memory where id = $1`,
        [memory],
      );
      return rows.map((row) => row.kept);
    };
    await buildChunk(database, memory, 0);
    expect(await kept()).toEqual([true, false, false, true]);
    await buildChunk(database, memory, 1);
    expect(await kept()).toEqual([false, true, false, true]);
    expect(await stages().commitRemember({ id: memory, chunks: 3 }, 0, aRememberedChunk())).toBeNull();
    expect(await kept()).toEqual([false, true, false, true]);
    await buildChunk(database, memory, 2);
    expect(await kept()).toEqual([false, false, false, false]);
  });

  it('replaces the state of localization with every chunk, and by the head’s mover alone', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 3 });
    const state = (chunk: number): { localizerState: Uint8Array } => ({
      localizerState: new Uint8Array([chunk]),
    });
    await buildChunk(database, memory, 0, state(0));
    await buildChunk(database, memory, 1, state(1));
    expect(
      await stages().commitRemember({ id: memory, chunks: 3 }, 1, aRememberedChunk(state(9))),
    ).toBeNull();
    await stages().commitPerceive(memory, 2, { seconds: 1 });
    expect(await stages().memoryBefore(memory, 2)).toMatchObject({
      previous: { localizerState: new Uint8Array([1]) },
    });
    expect(await stages().memoryBefore(memory, 1)).toBeNull();
  });

  it('keeps pending frames until a later chunk releases them, and gives them to each before', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 5 });
    const given = async (chunk: number): Promise<number[][]> => {
      await stages().commitPerceive(memory, chunk, { seconds: 1 });
      const before = await stages().memoryBefore(memory, chunk);
      return before?.pendingFrames.map((frames) => [...frames]) ?? [];
    };
    const pending = (chunk: number): { pendingFrames: Uint8Array } => ({
      pendingFrames: new Uint8Array([chunk]),
    });
    // frames of chunks 1 and 2 are found in chunk 3, whose own last ones are pending in turn
    await buildChunk(database, memory, 0);
    await buildChunk(database, memory, 1, pending(1));
    expect(await given(2)).toEqual([[1]]);
    await buildChunk(database, memory, 2, pending(2));
    expect(await given(3)).toEqual([[1], [2]]);
    await buildChunk(database, memory, 3, { ...pending(3), releasesPending: true });
    expect(await given(4)).toEqual([[3]]);
  });

  it('keeps every past state readable', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 2 });
    const first = [anEntry('working', 0, 0), anEntry('episodic', 0, 0), anEntry('episodic', 1, 0)];
    const second = [anEntry('working', 0, 1), anEntry('episodic', 1, 1)];
    await buildChunk(database, memory, 0, { opened: first });
    await buildChunk(database, memory, 1, {
      opened: second,
      closed: [
        { kind: 'working', slot: 0, fromChunk: 0 },
        { kind: 'episodic', slot: 1, fromChunk: 0 },
      ],
    });

    const digestAfter = async (chunk: number): Promise<string> =>
      digest(await database.memories.entries(memory, chunk, { tokens: true }));
    expect(await database.memories.entries(memory, -1, { tokens: true })).toEqual([]);
    expect(await digestAfter(0)).toBe(digest(first));
    expect(await digestAfter(1)).toBe(digest([...second, first[1] as StandingEntry]));
    expect(
      (await database.memories.entries(memory, 1, { tokens: false })).map(
        ({ kind, slot, fromChunk }) => `${kind} ${slot} ${fromChunk}`,
      ),
    ).toEqual(['working 0 1', 'episodic 0 0', 'episodic 1 1']);
    expect(await database.memories.get(TENANT, memory)).toMatchObject({
      status: 'ready',
      working: 1,
      episodic: 2,
      bytes: 3 * 256,
      snapshots: 2,
      duration_s: 30.5,
    });
    expect((await database.memories.trajectory(memory)).map(({ frame }) => frame)).toEqual([0, 1, 28, 29]);
  });

  it('lets exactly one of two workers move the head', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    await stages().commitPerceive(memory, 0, { seconds: 1 });
    await Promise.all([stages().beginRemember(memory, 0), stages().beginRemember(memory, 0)]);
    const writers = Array.from({ length: 8 }, () => [anEntry('working', 0, 0), anEntry('episodic', 3, 0)]);
    const outcomes = await Promise.all(
      writers.map((opened) =>
        stages().commitRemember({ id: memory, chunks: 1 }, 0, aRememberedChunk({ opened })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    const winner = writers[outcomes.findIndex((outcome) => outcome !== null)];
    expect((await database.memories.get(TENANT, memory))?.digest).toBe(digest(winner ?? []));
  });

  it('skips what is done, what is not its turn and what nobody waits for', async () => {
    const { id, memory_id: memory } = await aJob(database, { chunks: 3 });
    expect(await stages().beginRemember(memory, 0)).toEqual({ skip: 'the chunk is pending' });
    expect(await stages().beginRemember(memory, 1)).toEqual({
      skip: 'chunks before it are not remembered yet',
    });
    await buildChunk(database, memory, 0);
    expect(await stages().beginPerceive(memory, 0)).toEqual({ skip: 'the chunk is remembered' });
    expect(await stages().beginRemember(memory, 0)).toEqual({ skip: 'the chunk is remembered' });
    expect(await stages().commitRemember({ id: memory, chunks: 3 }, 0, aRememberedChunk())).toBeNull();
    expect(await stages().commitPerceive(memory, 0, { seconds: 1 })).toBeNull();
    await database.jobs.cancel(TENANT, id);
    expect(await stages().beginPerceive(memory, 1)).toEqual({ skip: 'nobody waits for the memory' });
    expect(await stages().beginPerceive('mem_gone', 1)).toEqual({ skip: 'the memory is gone' });
  });

  it('perceives again what the object store has lost', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    await stages().commitPerceive(memory, 0, { seconds: 1 });
    await stages().forgetFeatures(memory, 0);
    expect((await database.memories.facts(memory))?.chunks).toMatchObject([{ index: 0, status: 'pending' }]);
  });

  it('tells the planner what stands, from the head on', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 40, questions: 1 });
    await buildChunk(database, memory, 0);
    await stages().commitPerceive(memory, 1, { seconds: 1 });
    await stages().beginPerceive(memory, 2);
    const facts = await database.memories.facts(memory);
    if (facts === null) throw new Error('no facts');
    expect(facts.chunks.map(({ index }) => index)).toEqual(
      Array.from({ length: LOOKAHEAD }, (_, i) => i + 1),
    );
    expect(facts).toMatchObject({
      wanted: true,
      memory: { id: memory, head: 1, chunks: 40, status: 'building' },
      atWork: ['perceive 2'],
      questions: [{ status: 'queued', needsChunks: 40 }],
    });
    expect(plan(facts)[0]?.id).toBe(`remember-${memory}-1`);
    expect(await database.memories.facts('mem_gone')).toBeNull();
  });

  it('lists what a sweep has to look after, and nothing else', async () => {
    const waiting = await aJob(database, { chunks: 1 });
    const canceled = await aJob(database, { chunks: 1 });
    await database.jobs.cancel(TENANT, canceled.id);
    const done = await aJob(database, { chunks: 1 });
    await buildChunk(database, done.memory_id, 0);
    const asked = await aJob(database, { chunks: 1 });
    await buildChunk(database, asked.memory_id, 0);
    await database.questions.ask(TENANT, asked.memory_id, {
      ask: { question: 'How many rooms?' },
      needsChunks: 1,
    });
    const failed = await aJob(database, { chunks: 1 });
    await database.memories.fail(failed.memory_id, { type: 'x', title: 'x', status: 500 });

    const all = await database.memories.unfinished(1000);
    expect(all).toEqual(expect.arrayContaining([waiting.memory_id, asked.memory_id]));
    for (const job of [canceled, done, failed]) expect(all).not.toContain(job.memory_id);
    const [first, ...rest] = all;
    expect(await database.memories.unfinished(1)).toEqual([first]);
    expect(await database.memories.unfinished(1000, first)).toEqual(rest);
    expect(await database.memories.wanted(waiting.memory_id)).toBe(true);
    expect(await database.memories.wanted(canceled.memory_id)).toBe(false);
  });

  it('takes a failed memory up again where it stands when it is submitted again', async () => {
    const video = await aVideo(database);
    const first = await aJob(database, { chunks: 2, video, questions: 1 });
    await buildChunk(database, first.memory_id, 0, { opened: [anEntry('working', 0, 0)] });
    await stages().beginPerceive(first.memory_id, 1);
    await database.memories.fail(first.memory_id, {
      type: 'https://loci.dev/problems/poison-chunk',
      title: 'x',
      status: 500,
    });
    expect(await database.jobs.get(TENANT, first.id)).toMatchObject({
      status: 'failed',
      error: { status: 500 },
      questions: [{ status: 'failed' }],
    });

    const second = await aJob(database, { chunks: 2, video });
    expect(second).toMatchObject({
      memory_id: first.memory_id,
      status: 'queued',
      progress: { chunks_remembered: 1 },
    });
    expect(await stages().beginPerceive(first.memory_id, 1)).toHaveProperty('task');
    expect(await database.jobs.get(TENANT, first.id)).toMatchObject({ status: 'failed' });
  });
});
