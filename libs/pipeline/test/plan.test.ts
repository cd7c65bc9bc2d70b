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
import { freshFacts, WorkerModel, type Fate } from './worker-model.js';

const anyStart = fc
  .integer({ min: 1, max: 60 })
  .chain((chunks) =>
    fc.tuple(fc.constant(chunks), fc.array(fc.integer({ min: 1, max: chunks }), { maxLength: 5 })),
  )
  .map(([chunks, needs]) => freshFacts(chunks, needs));
const anySteps = fc.array(
  fc.record({
    pick: fc.nat({ max: 40 }),
    fate: fc.constantFrom<Fate>('done', 'done', 'done', 'done', 'crash', 'crash and lost', 'lost', 'doubled'),
    replan: fc.boolean(),
  }),
  { maxLength: 120 },
);

/** Some reachable set of facts: a run that was stopped somewhere, its queue as it was left. */
const anyRun = fc.tuple(anyStart, anySteps).map(([facts, steps]) => {
  const model = new WorkerModel(facts);
  model.add(plan(facts));
  for (const { pick, fate, replan } of steps) {
    model.take(pick, fate);
    if (replan) model.add(plan(facts));
  }
  return model;
});

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
const anyPicks = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 50 });

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

  it('asks for each pending chunk in reach in one run, and is content with the facts that are read', () => {
    fc.assert(
      fc.property(anyRun, ({ facts }) => {
        const { head } = facts.memory;
        const read = facts.chunks.filter(({ index }) => index >= head && index < head + LOOKAHEAD);
        expect(plan({ ...facts, chunks: read })).toEqual(plan(facts));
        const runs = plan(facts).filter((delivery) => delivery.stage === 'perceive');
        const asked = runs.flatMap(({ payload: { chunk, last } }) =>
          facts.chunks.slice(chunk, last! + 1).filter(({ status }) => status === 'pending'),
        );
        expect(new Set(asked).size).toBe(asked.length);
        expect(runs.length).toBeLessThanOrEqual(RUNS_AHEAD);
      }),
    );
  });

  it('gives several workers a share of a short clip, and whole runs of a long one', () => {
    const runs = (chunks: number) =>
      plan(freshFacts(chunks, [])).map(({ payload }) => 'last' in payload && [payload.chunk, payload.last]);
    expect(runs(3)).toEqual([
      [0, 1],
      [2, 2],
    ]);
    expect(runs(7)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 6],
    ]);
    expect(runs(100)).toEqual([
      [0, 7],
      [8, 15],
      [16, 23],
      [24, 31],
    ]);
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

describe('a chunk that a worker is at', () => {
  it('is left out of its run', () => {
    const facts = freshFacts(100, []);
    const runs = (...atWork: string[]) =>
      plan({ ...facts, atWork }).map(({ payload }) => 'last' in payload && [payload.chunk, payload.last]);
    const others = runs().slice(1);
    expect(runs('perceive 0', 'perceive 1')).toEqual([[2, 7], ...others]);
    expect(runs('perceive 7')).toEqual([[0, 6], ...others]);
    expect(runs(...facts.chunks.slice(0, 8).map(({ index }) => `perceive ${index}`))).toEqual(others);
  });
});

describe('what a commit makes due', () => {
  it('is all that has to be added to a queue that loses nothing', () => {
    fc.assert(
      fc.property(anyStart, anyPicks, (facts, picks) => {
        const model = new WorkerModel(facts, (committed) => model.add(dueAfter(committed)));
        model.add(plan(facts));
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
        const due: string[] = plan(facts).map(({ id }) => id);
        const model = new WorkerModel(facts, (committed) => {
          due.push(...dueAfter(committed).map(({ id }) => id));
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
    expect(due('remember', length - 1)).toEqual([`perceive-mem_1-${RUNS_AHEAD}`]);
  });
});
