/**
 * The embedded stack: Postgres, the API and the workers as processes of this machine. `npm start` runs it in
 * the foreground and `npm run demo` takes a clip through it; other programs run a temporary one.
 */
export { sampleClips } from './demo/samples.js';
export { clock } from './demo/table.js';
export { readSettings } from './stack/settings.js';
export { type Stack } from './stack/stack.js';
export { withTemporaryStack } from './stack/temporary-stack.js';
