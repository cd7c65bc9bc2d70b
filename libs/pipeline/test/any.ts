import fc from 'fast-check';
import { plan, RUNS_AHEAD } from '../src/index.js';
import { freshFacts, WorkerModel, type Fate } from './worker-model.js';

export const anyStart = fc
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
export const anyRun = fc.tuple(anyStart, anySteps).map(([facts, steps]) => {
  const model = new WorkerModel(facts);
  model.add(plan(facts));
  for (const { pick, fate, replan } of steps) {
    model.take(pick, fate);
    if (replan) model.add(plan(facts));
  }
  return model;
});

export const anyStrands = fc.integer({ min: 1, max: RUNS_AHEAD });
export const anyPicks = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 50 });
