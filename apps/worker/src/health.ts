import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkDependencies } from '@loci/service';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from './connections.js';

/** A dependency that does not answer within this time counts as unreachable, in ms. */
const CHECK_LIMIT_MS = 2000;

/**
 * Serves over HTTP:
 * - /healthz: the process lives.
 * - /readyz: the model is warm; database, queue and store can be reached.
 * - /metrics: Prometheus text.
 */
@Injectable()
export class Health {
  private server: Server | undefined;
  private draining = false;

  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  /** @returns the port that it listens on; null when none is configured */
  async listen(): Promise<number | null> {
    const { port, host } = this.connections.config;
    if (port === null) return null;
    this.server = createServer((request, response) => {
      this.respond(request.url ?? '/', response).catch((error: unknown) => {
        this.connections.logger.warn({ err: error, url: request.url }, 'could not respond');
        response.writeHead(500).end();
      });
    });
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on the worker reports itself as alive but not ready. */
  drain(): void {
    this.draining = true;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async respond(url: string, response: ServerResponse): Promise<void> {
    const { registry } = this.connections.metrics;
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

  /** The model is warm before the worker listens, because an engine opens with a warm-up run. */
  private async checks(): Promise<Record<string, string>> {
    const { database, queues, store } = this.connections;
    const faults = await checkDependencies({ database, queue: queues, store }, CHECK_LIMIT_MS);
    const states = Object.entries(faults).map(([name, fault]) => [name, fault?.message ?? 'ok']);
    return {
      model: 'ok',
      ...(Object.fromEntries(states) as Record<keyof typeof faults, string>),
      ...(this.draining ? { worker: 'draining' } : {}),
    };
  }

  private async countQueue(): Promise<void> {
    try {
      this.connections.metrics.queued(await this.connections.queues.counts());
    } catch (error) {
      this.connections.logger.warn({ err: error }, 'the queue could not be counted');
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
