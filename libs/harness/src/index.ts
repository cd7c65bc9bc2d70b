/**
 * A harness for tests and checks that kill real workers: it starts everything that a worker needs, submits
 * jobs as the API does, and compares how they end. Clips, random numbers and random questions for such runs
 * are made here too.
 */
export { answerFault } from './answer-faults.js';
export { joinClips, loopClip, sampleClip, stillClip } from './clips.js';
export { RandomQuestions } from './random-questions.js';
export { seeded } from './seeded.js';
export { WorkerHarness, type RunResult, type StoredClip } from './worker-harness.js';
export { type ProcessExit, WorkerProcess } from './worker-process.js';
