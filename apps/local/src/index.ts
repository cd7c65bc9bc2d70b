export { sampleClips } from './demo/samples.js';
export { clock } from './demo/table.js';
export { readSettings } from './stack/settings.js';
export { type Stack } from './stack/stack.js';
export { withTemporaryStack } from './stack/temporary-stack.js';
