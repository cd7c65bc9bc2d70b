import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A small HTTP server in place of the API; it answers each call as a test wants. */
export class StubServer {
  /** Requests so far, such as `GET /v1/jobs/x`, with their headers. */
  readonly requests: { call: string; headers: IncomingMessage['headers'] }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(handler: Handler): Promise<StubServer> {
    const server = createServer();
    const stub = new StubServer(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      stub.requests.push({ call: `${request.method ?? ''} ${request.url ?? ''}`, headers: request.headers });
      request.resume();
      request.once('end', () => handler(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

/** Answers with a JSON body. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
