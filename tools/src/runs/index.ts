export { joinClips, loopClip, sampleClip } from './clip.js';
export { ProvingGround, type RunResult, type StoredClip } from './proving-ground.js';
export { seeded } from './seeded.js';
export { WorkerProcess, type Ending } from './worker-process.js';
