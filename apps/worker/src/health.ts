import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from './parts.js';

/** A dependency that does not answer in this time counts as away. */
const CHECK_LIMIT_MS = 2000;

/** GET /healthz (the process lives), /readyz (model warm, database, queue and store there), /metrics (Prometheus text). */
@Injectable()
export class Health {
  private server: Server | undefined;
  private draining = false;

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** @returns the port it listens on; null when none is configured */
  async listen(): Promise<number | null> {
    const { port, host } = this.parts.config;
    if (port === null) return null;
    this.server = createServer((request, response) => {
      this.respond(request.url ?? '/', response).catch((error: unknown) => {
        this.parts.logger.warn({ err: error, url: request.url }, 'could not respond');
        response.writeHead(500).end();
      });
    });
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on not ready, but alive. */
  drain(): void {
    this.draining = true;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async respond(url: string, response: ServerResponse): Promise<void> {
    const { registry } = this.parts.metrics;
    switch (new URL(url, 'http://worker').pathname) {
      case '/healthz':
        json(response, 200, { status: 'ok' });
        return;
      case '/readyz': {
        const checks = await this.checks();
        const ready = Object.values(checks).every((state) => state === 'ok');
        json(response, ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks });
        return;
      }
      case '/metrics': {
        await this.countQueue();
        response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
        return;
      }
      default:
        json(response, 404, { status: 'not found' });
    }
  }

  /** The model is warm once the worker listens at all: engines open with a warm-up run. */
  private async checks(): Promise<Record<string, string>> {
    const { database, queues, store } = this.parts;
    const [databaseState, queueState, storeState] = await Promise.all(
      [database, queues, store].map((part) => stateOf(() => part.check())),
    );
    return {
      model: 'ok',
      database: databaseState ?? '',
      queue: queueState ?? '',
      store: storeState ?? '',
      ...(this.draining ? { worker: 'draining' } : {}),
    };
  }

  private async countQueue(): Promise<void> {
    try {
      this.parts.metrics.queued(await this.parts.queues.counts());
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'the queue could not be counted');
    }
  }
}

async function stateOf(check: () => Promise<void>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('does not answer'), CHECK_LIMIT_MS);
  try {
    return await Promise.race([
      check().then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
      promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
