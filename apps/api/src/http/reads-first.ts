import type { ServerResponse } from 'node:http';
import type { ApiRequest } from './request.js';

/** Requests that change something and begin in the same turn of the event loop. */
const BEGUN_A_TURN = 4;
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Middleware: lets a read begin at once, and what changes something a few at a time. Hundreds of submits that
 * come at the same moment would else all be parsed and checked before the event loop looks at anything else.
 */
export function readsFirst() {
  const line: (() => void)[] = [];
  const begin = (): void => {
    for (const next of line.splice(0, BEGUN_A_TURN)) next();
    if (line.length > 0) setImmediate(begin);
  };
  return (request: ApiRequest, _response: ServerResponse, next: () => void): void => {
    if (READS.includes(request.method ?? '')) next();
    else if (line.push(next) === 1) setImmediate(begin);
  };
}
