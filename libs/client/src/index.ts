/**
 * A client of the HTTP API for programs of this repository: the demo, the evaluator and the benchmarks.
 * It checks every response against the contract, and turns a failed call into one sentence.
 */
export { LociClient, type NewJob } from './client.js';
export { ClientError, RefusedError } from './errors.js';
