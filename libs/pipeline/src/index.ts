export * from './chunks.js';
export * from './clock-scale.js';
export * from './job.js';
export * from './plan.js';
export * from './runs.js';
export * from './work.js';
