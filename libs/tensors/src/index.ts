/** Arrays and the files that hold them: safetensors, float16, small helpers. Pure. */
export * from './arrays.js';
export * from './errors.js';
export * from './float16.js';
export * from './release.js';
export * from './safetensors.js';
