/**
 * A question as the tokenizer gets it, and what the decoder wrote as an answer with its trace and confidence.
 * Pure.
 */
export * from './answer.js';
export * from './composed/index.js';
export * from './confidence.js';
export * from './measured/index.js';
export * from './prompt.js';
export * from './reading/index.js';
export * from './things/index.js';
export * from './trace.js';
