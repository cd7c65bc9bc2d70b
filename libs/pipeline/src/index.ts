export * from './chunks.js';
export * from './job.js';
export * from './plan.js';
