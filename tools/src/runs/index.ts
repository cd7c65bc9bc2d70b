export { loopClip, sampleClip } from './clip.js';
export { ProvingGround, type RunResult, type StoredClip } from './proving-ground.js';
export { WorkerProcess, type Ending } from './worker-process.js';
