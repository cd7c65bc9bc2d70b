import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Loci reads of an Express request. `tenant` is set by the guard; `originalUrl` keeps the query. */
export interface ApiRequest extends IncomingMessage {
  originalUrl: string;
  path: string;
  tenant?: string;
  route?: { path?: string };
}

/** The one value of a header, or null when it is absent. */
export function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}

/** A signal that aborts when the client hangs up before its answer was sent. */
export function disconnection(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
