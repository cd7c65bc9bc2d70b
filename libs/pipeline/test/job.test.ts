import { problem, type QuestionStatus } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEnded, jobProgress, jobStatusOf, type JobFacts } from '../src/index.js';

const building = (chunks: number, questions: number): JobFacts => ({
  memory: { status: 'building', head: 0, chunks, perceived: 0, error: null },
  questions: Array.from({ length: questions }, () => ({ status: 'queued', error: null })),
  canceled: false,
  started: false,
  ended: null,
});

type Step = {
  move: 'perceive' | 'remember' | 'answer' | 'fail question' | 'fail memory' | 'cancel';
  question: number;
};

/** What a worker, or whoever cancels, may do to the facts next; null when it may not. */
function after(facts: JobFacts, { move, question }: Step): JobFacts | null {
  const { memory, questions } = facts;
  const asked = (status: QuestionStatus): JobFacts | null => {
    const index = questions.length === 0 ? -1 : question % questions.length;
    if (memory.head < memory.chunks || questions[index]?.status !== 'queued') return null;
    const error = status === 'failed' ? problem('inference-failed', 'no session') : null;
    return {
      ...facts,
      started: true,
      questions: questions.map((row, i) => (i === index ? { status, error } : row)),
    };
  };
  switch (move) {
    case 'perceive':
      return memory.perceived === memory.chunks || memory.status !== 'building'
        ? null
        : { ...facts, started: true, memory: { ...memory, perceived: memory.perceived + 1 } };
    case 'remember': {
      if (memory.head === memory.perceived || memory.status !== 'building') return null;
      const head = memory.head + 1;
      return { ...facts, memory: { ...memory, head, status: head === memory.chunks ? 'ready' : 'building' } };
    }
    case 'answer':
      return asked('answered');
    case 'fail question':
      return asked('failed');
    case 'fail memory':
      return memory.status === 'ready'
        ? null
        : { ...facts, memory: { ...memory, status: 'failed', error: problem('poison-chunk', 'chunk 2') } };
    case 'cancel':
      return { ...facts, canceled: true };
  }
}

const anyStep = fc.record({
  move: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom<Step['move']>('perceive', 'remember', 'answer') },
    { weight: 1, arbitrary: fc.constantFrom<Step['move']>('fail question', 'fail memory', 'cancel') },
  ),
  question: fc.nat({ max: 5 }),
});

/** The facts of a job's life, one after the other; once it has ended they say so, as its row does. */
const anyLife = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 4 }), fc.array(anyStep, { maxLength: 60 }))
  .map(([chunks, questions, steps]) => {
    const life = [building(chunks, questions)];
    for (const step of steps) {
      const last = life.at(-1)!;
      const { status, error } = jobStatusOf(last);
      const next = after(last, step);
      if (next !== null) life.push(isEnded(status) ? { ...next, ended: { status, error } } : next);
    }
    return life;
  });

describe('a job', () => {
  it('never leaves the state that it ended in', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const states = life.map(jobStatusOf);
        const end = states.findIndex(({ status }) => isEnded(status));
        if (end >= 0) states.slice(end).forEach((state) => expect(state).toEqual(states[end]));
      }),
    );
  });

  it('goes from queued through running to its end, and through the stages in their order', () => {
    const rank = { queued: 0, running: 1, succeeded: 2, failed: 2, canceled: 2 };
    const stages = [null, 'perceive', 'remember', 'answer'];
    fc.assert(
      fc.property(anyLife, (life) => {
        const states = life.map(jobStatusOf);
        states.slice(1).forEach(({ status, stage }, i) => {
          expect(rank[status]).toBeGreaterThanOrEqual(rank[states[i]!.status]);
          if (status === 'running')
            expect(stages.indexOf(stage)).toBeGreaterThanOrEqual(stages.indexOf(states[i]!.stage));
        });
      }),
    );
  });

  it('names a stage exactly while it runs, and an error exactly when it failed', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        for (const { status, stage, error } of life.map(jobStatusOf)) {
          expect(stage !== null).toBe(status === 'running');
          expect(error !== null).toBe(status === 'failed');
        }
      }),
    );
  });

  it('has moved on and never back, and is complete exactly when nothing is left', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const fractions = life.map((facts) => jobProgress(facts).fraction);
        fractions.slice(1).forEach((fraction, i) => expect(fraction).toBeGreaterThanOrEqual(fractions[i]!));
        life.forEach((facts, i) => {
          const left =
            facts.memory.head < facts.memory.chunks ||
            facts.questions.some(({ status }) => status === 'queued');
          expect(fractions[i]! < 1).toBe(left);
        });
      }),
    );
  });

  it('succeeds at once on a memory that is ready, when nothing is asked', () => {
    const ready = { status: 'ready', head: 3, chunks: 3, perceived: 3, error: null } as const;
    expect(jobStatusOf({ ...building(3, 0), memory: ready })).toEqual({
      status: 'succeeded',
      stage: null,
      error: null,
    });
    expect(jobStatusOf({ ...building(3, 1), memory: ready }).status).toBe('queued');
    expect(jobStatusOf({ ...building(3, 1), memory: ready, started: true })).toMatchObject({
      status: 'running',
      stage: 'answer',
    });
  });

  it('fails with its memory, and says why', () => {
    const facts = building(3, 1);
    const error = problem('poison-chunk', 'workers died on chunk 2');
    expect(jobStatusOf({ ...facts, memory: { ...facts.memory, status: 'failed', error } })).toEqual({
      status: 'failed',
      stage: null,
      error,
    });
    expect(jobStatusOf({ ...facts, memory: { ...facts.memory, status: 'failed' } }).error?.type).toMatch(
      /internal$/,
    );
  });

  it('fails when a question did, once all have ended, and says how many', () => {
    const facts = {
      ...building(1, 0),
      started: true,
      memory: { status: 'ready', head: 1, chunks: 1, perceived: 1, error: null } as const,
    };
    const failed = { status: 'failed', error: problem('inference-failed', 'no session') } as const;
    const answered = { status: 'answered', error: null } as const;
    expect(jobStatusOf({ ...facts, questions: [failed, { status: 'queued', error: null }] }).status).toBe(
      'running',
    );
    const { status, error } = jobStatusOf({ ...facts, questions: [failed, answered] });
    expect([status, error?.detail]).toEqual(['failed', '1 of 2 questions failed: no session']);
  });
});

describe('the progress of a job', () => {
  it('counts what is done', () => {
    const facts = building(4, 2);
    const half = {
      ...facts,
      memory: { ...facts.memory, perceived: 3, head: 2 },
      questions: [{ status: 'answered', error: null } as const, facts.questions[1]!],
    };
    expect(jobProgress(half)).toEqual({
      fraction: expect.closeTo(0.6 * 0.75 + 0.25 * 0.5 + 0.15 * 0.5, 12) as number,
      chunks_total: 4,
      chunks_perceived: 3,
      chunks_remembered: 2,
      questions_total: 2,
      questions_answered: 1,
      eta_s: null,
    });
  });

  it('estimates the rest from what was done since it started', () => {
    const facts = { ...building(4, 0), memory: { ...building(4, 0).memory, perceived: 4 } };
    const weights = { perceive: 1, remember: 1, answer: 1 };
    expect(jobProgress(facts, { elapsedS: 10, weights }).eta_s).toBeCloseTo(10);
    expect(jobProgress(facts, { elapsedS: 10, weights, startFraction: 0.25 }).eta_s).toBeCloseTo(20);
    expect(jobProgress(facts, { elapsedS: 10, weights, startFraction: 0.5 }).eta_s).toBeNull();
    expect(jobProgress({ ...facts, memory: { ...facts.memory, head: 4 } }, { elapsedS: 10 }).eta_s).toBe(0);
  });

  it('is never negative, never above one, and never anything but a number, whatever the weights', () => {
    const weight = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        anyLife,
        fc.record({ perceive: weight, remember: weight, answer: weight }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (life, weights, elapsedS) => {
          for (const facts of life) {
            const { fraction, eta_s: eta } = jobProgress(facts, { weights, elapsedS });
            expect(fraction >= 0 && fraction <= 1).toBe(true);
            expect(eta === null || (eta >= 0 && !Number.isNaN(eta))).toBe(true);
          }
        },
      ),
    );
  });
});
