import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_MS = 5_000;

/**
 * Answers before the request's body has been read to its end: the connection is not kept for another request, and what is
 * still on its way is thrown away for a few seconds. (Closing at once would reset the connection under a client that is
 * writing, and it would never see the answer.)
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
