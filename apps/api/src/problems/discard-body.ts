import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_MS = 5_000;

/**
 * Prepares an answer that is sent before the whole request body was read. The connection is not reused, and
 * the rest of the body is discarded for a few seconds. Closing at once would reset the connection of a client
 * that still writes, and it would never see the answer.
 */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  response.setHeader('connection', 'close');
  request.unpipe();
  request.resume();
  response.once('finish', () => {
    const timer = setTimeout(() => request.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
}
