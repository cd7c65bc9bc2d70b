import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LOOKAHEAD,
  plan,
  runAfter,
  RUNS_AHEAD,
  runsIn,
  strandsFor,
  type ChunkFacts,
  type MemoryFacts,
} from '../src/index.js';
import { anyRun, anyStrands } from './any.js';
import { freshFacts } from './worker-model.js';

const isAdmitted = (
  { index, status }: ChunkFacts,
  { head, chunks }: Pick<MemoryFacts['memory'], 'head' | 'chunks'>,
): boolean => {
  const { runOf, admittedAt } = runsIn(chunks);
  return status === 'pending' && index >= head && runOf(index) < admittedAt(head);
};

describe('the plan of perception', () => {
  it('asks for one run of each strand, and is content with the facts that are read', () => {
    fc.assert(
      fc.property(anyRun, anyStrands, ({ facts }, strands) => {
        const { head, chunks, status: stands } = facts.memory;
        const read = facts.chunks.filter(({ index }) => index >= head && index < head + LOOKAHEAD);
        expect(plan({ ...facts, chunks: read }, strands)).toEqual(plan(facts, strands));
        const runs = plan(facts, strands).filter(({ stage }) => stage === 'perceive');
        expect(runs.length).toBeLessThanOrEqual(strands);
        expect(runs.length > 0).toBe(
          stands === 'building' && facts.chunks.some((chunk) => isAdmitted(chunk, { head, chunks })),
        );
      }),
    );
  });

  it('gives as many workers a share of a clip as there are strands, in turn', () => {
    const runs = (chunks: number, strands: number) =>
      plan(freshFacts(chunks, []), strands).map(
        ({ payload }) => 'last' in payload && [payload.chunk, payload.last],
      );
    expect(runs(3, 4)).toEqual([
      [0, 1],
      [2, 2],
    ]);
    expect(runs(100, 1)).toEqual([[0, 7]]);
    expect(runs(100, 3)).toEqual([
      [0, 7],
      [8, 15],
      [16, 23],
    ]);
  });

  it('has a worker that goes on meet each pending chunk of its strand once, and no other', () => {
    fc.assert(
      fc.property(anyRun, anyStrands, ({ facts }, strands) => {
        const asked = plan(facts, strands).flatMap((delivery) => {
          if (delivery.stage !== 'perceive') return [];
          const { chunk, last = chunk } = delivery.payload;
          const runs = [{ chunk, last }];
          for (let next = runAfter(facts, last, strands); next !== null;) {
            runs.push(next);
            next = runAfter(facts, next.last, strands);
          }
          return runs.flatMap((run) => facts.chunks.slice(run.chunk, run.last + 1));
        });
        const { head, chunks, status } = facts.memory;
        const pending = facts.chunks.filter(
          (chunk) => status === 'building' && isAdmitted(chunk, { head, chunks }),
        );
        expect(asked.filter((chunk) => chunk.status === 'pending').sort((a, b) => a.index - b.index)).toEqual(
          pending,
        );
      }),
    );
  });

  it('gives a clip one worker for each two cores, one at least', () => {
    expect([1, 2, 3, 4, 8, 64].map(strandsFor)).toEqual([1, 1, 1, 2, 4, RUNS_AHEAD]);
  });
});

describe('a chunk that a worker is at', () => {
  it('keeps others from its strand', () => {
    const facts = freshFacts(100, []);
    const runs = (strands: number, ...atWork: string[]) =>
      plan({ ...facts, atWork }, strands).map(({ payload }) => 'chunk' in payload && payload.chunk);
    expect(runs(1, 'perceive 0')).toEqual([]);
    expect(runs(1, 'perceive 17')).toEqual([]);
    expect(runs(1, 'remember 0')).toEqual([0]);
    expect(runs(2, 'perceive 0')).toEqual([8]);
    expect(runs(2, 'perceive 8')).toEqual([0]);
  });

  it('keeps one from it that was taken for dead and goes on', () => {
    const facts = freshFacts(100, []);
    const after = (strands: number, ...atWork: string[]) => runAfter({ ...facts, atWork }, 7, strands);
    expect(after(1, 'perceive 7')).toEqual({ chunk: 8, last: 15 });
    expect(after(1, 'perceive 17')).toBeNull();
    expect(after(2, 'perceive 8')).toEqual({ chunk: 16, last: 23 });
  });
});
