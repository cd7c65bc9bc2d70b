/**
 * A harness for tests and checks that kill real workers: it starts everything that a worker needs, submits
 * jobs as the API does, and compares how they end. Clips and random numbers for such runs are made here too.
 */
export { joinClips, loopClip, sampleClip, stillClip } from './clips.js';
export { seeded } from './seeded.js';
export { WorkerHarness, type RunResult, type StoredClip } from './worker-harness.js';
export { type ProcessExit, WorkerProcess } from './worker-process.js';
