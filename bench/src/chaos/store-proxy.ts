import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@loci/host';

/**
 * How a store can fail:
 * - error, unavailable: it answers 500 or 503.
 * - slow: it answers late.
 * - short: the connection ends in the middle of a body.
 * - cut: the connection ends before the answer.
 */
export const STORE_FAULTS = ['error', 'unavailable', 'slow', 'short', 'cut'] as const;
export type StoreFault = (typeof STORE_FAULTS)[number];

const STATUS = { error: 500, unavailable: 503 } as const;
const SLOW_MS = 1500;

/** An HTTP proxy before an S3 server, which fails as it is told to. */
export class StoreProxy {
  /** How requests fail from now on; null: they do not. */
  fault: StoreFault | null = null;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(target: URL): Promise<StoreProxy> {
    const server = createServer();
    const proxy = new StoreProxy(server, await freePort());
    server.on('request', (incoming, response) => void proxy.#handle(target, incoming, response));
    server.listen(proxy.port, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #handle(target: URL, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    // a client that goes away in the middle is no fault of the proxy's
    incoming.on('error', () => undefined);
    response.on('error', () => undefined);
    if (fault === 'cut') {
      incoming.destroy();
      return;
    }
    if (fault === 'error' || fault === 'unavailable') {
      incoming.resume();
      response.writeHead(STATUS[fault]).end();
      return;
    }
    if (fault === 'slow') await delay(SLOW_MS);
    this.#forward(target, incoming, response, fault === 'short');
  }

  /** The Host header stays as it is: the signature is made over it. */
  #forward(target: URL, incoming: IncomingMessage, response: ServerResponse, short: boolean): void {
    const headers = { ...incoming.headers };
    // answered here
    delete headers.expect;
    const outgoing = request(
      { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy());
        if (short) answer.once('data', (data: Buffer) => endInside(response, data));
        else answer.pipe(response);
        if (short) answer.once('end', () => response.end());
      },
    );
    outgoing.on('error', () => response.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) outgoing.destroy();
    });
    incoming.pipe(outgoing);
  }
}

/** Sends half of a body, and ends the connection. */
function endInside(response: ServerResponse, data: Buffer): void {
  response.write(data.subarray(0, Math.ceil(data.length / 2)), () => response.destroy());
}
