import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The fields of an Express request that Loci reads. The guard sets `tenant` and `isAdmin`; `originalUrl`
 * keeps the query.
 */
export interface ApiRequest extends IncomingMessage {
  originalUrl: string;
  path: string;
  tenant?: string;
  /** Whether its key has the scope admin. */
  isAdmin?: boolean;
  route?: { path?: string };
}

/** A header's value; repeated headers are joined, an absent one is null. */
export function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}

/** A signal that aborts when the client disconnects before its answer was sent. */
export function disconnection(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
