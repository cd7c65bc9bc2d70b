/**
 * The client of the HTTP API: of the page, the demo, the evaluator and the benchmarks. It runs in Node and in
 * a browser. It checks every response against the contract, and turns a failed call into one sentence.
 */
export { LociClient, type NewJob, type PageQuery, type VideoPageQuery } from './client.js';
export { ClientError, RefusedError } from './errors.js';
