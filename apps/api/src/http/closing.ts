import type { ServerResponse } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { ApiRequest } from './request.js';

/**
 * How the API leaves. While it drains it answers as ever, but it is not ready, so that proxies send the next
 * requests elsewhere. Then it closes: long polls and event streams end.
 */
@Injectable()
export class Closing implements BeforeApplicationShutdown {
  private readonly controller = new AbortController();
  private draining = false;
  private readonly unfinished = new Set<Promise<unknown>>();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  drain(): void {
    this.draining = true;
  }

  /** What has to end before the connections are closed, though its client has gone. */
  async keep<T>(work: Promise<T>): Promise<T> {
    this.unfinished.add(work);
    try {
      return await work;
    } finally {
      this.unfinished.delete(work);
    }
  }

  /** Resolves when all of that has ended, however it did. */
  async kept(): Promise<void> {
    await Promise.allSettled(this.unfinished);
  }

  beforeApplicationShutdown(): void {
    this.draining = true;
    this.controller.abort();
  }

  /** Middleware: from then on, each answer is the last one of its connection. */
  readonly retire = (request: ApiRequest, response: ServerResponse, next: () => void): void => {
    if (this.draining) response.setHeader('connection', 'close');
    // the headers of a stream that ends now have promised to keep the connection
    response.once('finish', () => {
      if (this.signal.aborted) request.socket.end();
    });
    next();
  };
}
