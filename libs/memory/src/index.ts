/**
 * The dual memory as a timeline of entries: what each chunk changes, past states, digests, evidence. Pure.
 */
export * from './clock.js';
export * from './digest.js';
export * from './entry.js';
export * from './errors.js';
export * from './evidence.js';
export * from './state.js';
export * from './timeline.js';
