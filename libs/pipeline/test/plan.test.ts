import type { Delivery } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueAfter,
  LOOKAHEAD,
  MAX_DEATHS,
  plan,
  runLength,
  RUNS_AHEAD,
  workOf,
  type MemoryFacts,
} from '../src/index.js';
import { anyPicks, anyRun, anyStart, anyStrands } from './any.js';
import { freshFacts, WorkerModel } from './worker-model.js';

/** Runs what is planned, in the order of the picks and without further crashes, until nothing is. */
function runToTheEnd(model: WorkerModel, picks: readonly number[]): void {
  const most = 10 * (model.facts.chunks.length * 2 + model.facts.questions.length + model.queue.size + 1);
  for (let step = 0; step < most; step += 1) {
    model.add(plan(model.facts));
    if (model.queue.size === 0) return;
    model.take(picks[step % picks.length] ?? 0, 'done');
  }
  throw new Error('the run does not come to its end');
}

const unfinished = (facts: MemoryFacts): boolean =>
  facts.memory.status === 'building' || facts.questions.some(({ status }) => status === 'queued');
describe('the plan', () => {
  it('leads from any reachable set of facts to the end, in any order', () => {
    fc.assert(
      fc.property(anyRun, anyPicks, (model, picks) => {
        runToTheEnd(model, picks);
        expect(model.facts.memory.status === 'failed' || !unfinished(model.facts)).toBe(true);
        if (model.facts.memory.status === 'ready')
          expect(model.facts.chunks.every(({ status }) => status === 'remembered')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('leads there as well when the whole queue is lost', () => {
    fc.assert(
      fc.property(anyRun, anyPicks, (model, picks) => {
        model.queue.clear();
        runToTheEnd(model, picks);
        expect(model.facts.memory.status === 'failed' || !unfinished(model.facts)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('commits every piece of work once, chunks remembered in order, each after it was perceived', () => {
    fc.assert(
      fc.property(anyRun, anyPicks, (model, picks) => {
        runToTheEnd(model, picks);
        const { commits } = model;
        expect(new Set(commits).size).toBe(commits.length);
        const remembered = commits.filter((commit) => commit.startsWith('remember'));
        expect(remembered).toEqual(remembered.map((_, k) => `remember ${k}`));
        for (const k of remembered.keys())
          expect(commits.indexOf(`perceive ${k}`)).toBeLessThan(commits.indexOf(`remember ${k}`));
      }),
    );
  });

  it('fails the memory only for work that workers died on three times', () => {
    fc.assert(
      fc.property(anyRun, anyPicks, (model, picks) => {
        runToTheEnd(model, picks);
        const { memory } = model.facts;
        const poison = [...model.deaths].some(
          ([id, deaths]) => !id.startsWith('answer') && deaths >= MAX_DEATHS,
        );
        expect(memory.status).toBe(poison ? 'failed' : 'ready');
      }),
    );
  });

  it('asks for no chunk out of order, and perceives at most the lookahead ahead', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        for (const delivery of plan(facts)) {
          if (delivery.stage === 'answer') continue;
          const chunk = facts.chunks[delivery.payload.chunk]!;
          if (delivery.stage === 'remember')
            expect([chunk.index, chunk.status]).toEqual([facts.memory.head, 'perceived']);
          else {
            const last = facts.chunks[delivery.payload.last!]!;
            expect([chunk.status, last.status]).toEqual(['pending', 'pending']);
            expect(chunk.index).toBeGreaterThanOrEqual(facts.memory.head);
            expect(last.index).toBeLessThan(facts.memory.head + LOOKAHEAD);
          }
        }
      }),
    );
  });

  it('is the same when it is made twice, and whatever the order of the rows', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        const once = plan(facts);
        expect(plan(structuredClone(facts))).toEqual(once);
        const turned = { ...facts, chunks: [...facts.chunks].reverse() };
        expect(plan(turned)).toEqual(once);
        expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
      }),
    );
  });

  it('gives ids that a queue takes', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        for (const { id } of plan(facts))
          expect(id).toMatch(/^(perceive|remember)-mem_1-\d+$|^answer-q_\d+$/);
      }),
    );
  });

  it('asks for nothing of a failed memory', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        expect(plan({ ...facts, memory: { ...facts.memory, status: 'failed' } })).toEqual([]);
      }),
    );
  });

  it('asks of a memory that nobody wants only the answers that it can give', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        const asked = plan({ ...facts, wanted: false }).map((delivery) => delivery.id);
        const answerable =
          facts.memory.status === 'failed'
            ? []
            : facts.questions.filter(
                ({ status, needsChunks }) => status === 'queued' && needsChunks <= facts.memory.head,
              );
        expect(asked).toEqual(answerable.map(({ id }) => `answer-${id}`));
      }),
    );
  });

  it('asks for nothing of what is finished', () => {
    fc.assert(
      fc.property(anyRun, anyPicks, (model, picks) => {
        runToTheEnd(model, picks);
        expect(plan(model.facts)).toEqual([]);
      }),
    );
  });

  it('answers about an early moment while the rest is being built', () => {
    const facts = freshFacts(9, [2, 9]);
    facts.memory.head = 2;
    facts.chunks.slice(0, 2).forEach((chunk) => (chunk.status = 'remembered'));
    expect(
      plan(facts)
        .filter(({ stage }) => stage === 'answer')
        .map(({ id }) => id),
    ).toEqual(['answer-q_0']);
  });
});

describe('what a worker is at', () => {
  it('is asked for by nobody else', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        const [next, ...others] = plan(facts).filter(({ stage }) => stage !== 'perceive');
        const atWork = next === undefined ? [] : [workOf(next.stage, next.payload)];
        expect(plan({ ...facts, atWork }).filter(({ stage }) => stage !== 'perceive')).toEqual(others);
      }),
    );
  });
});

describe('what a commit makes due', () => {
  it('is all that has to be added to a queue that loses nothing', () => {
    fc.assert(
      fc.property(anyStart, anyPicks, anyStrands, (facts, picks, strands) => {
        const model = new WorkerModel(facts, (committed) => model.add(dueAfter(committed, strands)), strands);
        model.add(plan(facts, strands));
        for (let step = 0; model.queue.size > 0; step += 1)
          model.take(picks[step % picks.length] ?? 0, 'done');
        expect(unfinished(facts)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is made due by no other commit', () => {
    fc.assert(
      fc.property(anyStart, anyPicks, (facts, picks) => {
        const names = (deliveries: Delivery[]) =>
          deliveries.flatMap(({ stage, payload }) => (stage === 'perceive' ? [] : [workOf(stage, payload)]));
        const due = names(plan(facts));
        const model = new WorkerModel(facts, (committed) => {
          due.push(...names(dueAfter(committed)));
          model.add(dueAfter(committed));
        });
        model.add(plan(facts));
        for (let step = 0; model.queue.size > 0; step += 1)
          model.take(picks[step % picks.length] ?? 0, 'done');
        expect(new Set(due).size).toBe(due.length);
      }),
    );
  });

  it('is no perception that stood due before', () => {
    const facts = freshFacts(100, []);
    const due = (stage: 'perceive' | 'remember', chunk: number) =>
      dueAfter({ stage, chunk, facts }).map(({ id }) => id);
    const length = runLength(100);
    facts.chunks[0]!.status = 'perceived';
    expect(due('perceive', 0)).toEqual(['remember-mem_1-0']);
    facts.chunks.slice(0, length).forEach((chunk) => (chunk.status = 'remembered'));
    facts.memory.head = length - 1;
    expect(due('remember', length - 2)).toEqual([]);
    facts.memory.head = length;
    expect(due('remember', length - 1)).toEqual([]);
    facts.chunks.slice(length, RUNS_AHEAD * length).forEach((chunk) => (chunk.status = 'perceived'));
    expect(due('remember', length - 1)).toEqual([`remember-mem_1-${length}`, 'perceive-mem_1-0']);
  });
});
