import type { Delivery } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispatch, dueAfter, LOOKAHEAD, MAX_DEATHS, plan, type MemoryFacts } from '../src/index.js';
import { freshFacts, WorkerModel, type Fate } from './worker-model.js';

const anyStart = fc
  .integer({ min: 1, max: 24 })
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
      fc.property(anyRun, fc.integer({ min: 1, max: 30 }), ({ facts }, lookahead) => {
        for (const delivery of plan(facts, { lookahead })) {
          if (delivery.stage === 'answer') continue;
          const chunk = facts.chunks[delivery.payload.chunk]!;
          if (delivery.stage === 'remember')
            expect([chunk.index, chunk.status]).toEqual([facts.memory.head, 'perceived']);
          else {
            expect(chunk.status).toBe('pending');
            expect(chunk.index).toBeGreaterThanOrEqual(facts.memory.head);
            expect(chunk.index).toBeLessThan(facts.memory.head + lookahead);
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

  it('asks for the first chunks of a new memory', () => {
    expect(plan(freshFacts(40, [])).map(({ id }) => id)).toEqual(
      Array.from({ length: LOOKAHEAD }, (_, k) => `perceive-mem_1-${k}`),
    );
  });
});

describe('what a commit makes due', () => {
  it('is all that has to be added to a queue that loses nothing', () => {
    fc.assert(
      fc.property(anyStart, anyPicks, (facts, picks) => {
        const model = new WorkerModel(facts);
        model.add(plan(facts));
        for (let step = 0; model.queue.size > 0; step += 1) {
          const commits = model.commits.length;
          model.take(picks[step % picks.length] ?? 0, 'done');
          const [stage, chunk] = (model.commits[commits] ?? '').split(' ');
          if (stage === 'perceive' || stage === 'remember')
            model.add(dueAfter({ stage, chunk: Number(chunk) }, plan(facts)));
        }
        expect(unfinished(facts)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is no perception that stood due before', () => {
    const facts = freshFacts(40, []);
    facts.chunks[0]!.status = 'perceived';
    expect(dueAfter({ stage: 'perceive', chunk: 0 }, plan(facts)).map(({ id }) => id)).toEqual([
      'remember-mem_1-0',
    ]);
    facts.chunks[0]!.status = 'remembered';
    facts.memory.head = 1;
    expect(dueAfter({ stage: 'remember', chunk: 0 }, plan(facts)).map(({ id }) => id)).toEqual([
      `perceive-mem_1-${LOOKAHEAD}`,
    ]);
  });
});

describe('dispatching', () => {
  const ports = (facts: MemoryFacts | null) => {
    const added: Delivery[][] = [];
    return {
      added,
      facts: () => Promise.resolve(facts),
      add: (deliveries: Delivery[]) => Promise.resolve(void added.push(deliveries)),
    };
  };

  it('adds what the facts ask for', async () => {
    const facts = freshFacts(3, []);
    const port = ports(facts);
    await dispatch(port, 'mem_1');
    expect(port.added).toEqual([plan(facts)]);
  });

  it('leaves the queue alone when nothing is asked for, or the memory is gone', async () => {
    for (const facts of [null, { ...freshFacts(3, []), wanted: false }]) {
      const port = ports(facts);
      await dispatch(port, 'mem_1');
      expect(port.added).toEqual([]);
    }
  });
});
