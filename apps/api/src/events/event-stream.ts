import type { ServerResponse } from 'node:http';
import type { JobEvent } from '@loci/contracts';

/** A reader that leaves so much unread is disconnected; it can resume with Last-Event-ID. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** How long a client waits before it reconnects, in ms. */
const RETRY_MS = 2_000;

/** An open text/event-stream response. */
export class EventStream {
  constructor(private readonly response: ServerResponse) {
    response.statusCode = 200;
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-accel-buffering', 'no');
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Sends one event. Its data fits one line, because JSON escapes line breaks. */
  send({ id, event, data }: JobEvent): void {
    this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends a comment line: clients ignore it, and proxies keep the connection open. */
  keepAlive(): void {
    this.write(': keep-alive\n\n');
  }

  end(): void {
    this.response.end();
  }

  private write(text: string): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.response.write(text);
    if (this.response.writableLength > MAX_UNREAD_BYTES) this.response.destroy();
  }
}
