import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_MS = 5_000;

/**
 * Ends an answer that may be sent before the whole request body was read. What still comes is discarded, for
 * a few seconds; the answer is whole before, but its end closes the connection. Closing at once would reset
 * the connection of a client that still writes, and it would never see the answer.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse, answer: string): void {
  if (request.complete || request.destroyed) {
    response.end(answer);
    return;
  }
  response.setHeader('connection', 'close');
  response.setHeader('content-length', Buffer.byteLength(answer));
  response.write(answer);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS).unref();
  request.unpipe();
  request.once('end', end).once('close', end).resume();
}
