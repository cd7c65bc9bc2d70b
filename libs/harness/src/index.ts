export { joinClips, loopClip, sampleClip } from './clips.js';
export { seeded } from './seeded.js';
export { WorkerHarness, type RunResult, type StoredClip } from './worker-harness.js';
export { type Ending, WorkerProcess } from './worker-process.js';
