import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';

const pem = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/localhost-${name}.pem`, import.meta.url));

/** How an answer breaks off: at a byte of the file, by an end of the connection or by a reset. */
export interface Cut {
  at: number;
  by: 'end' | 'reset';
  /** Without a length, a reader cannot tell a broken answer from a whole one. */
  withoutLength?: boolean;
  /** Answers that break off; later ones are whole. Default: all. */
  answers?: number;
}

/** Serves one file over HTTP or TLS with ranges, as an object store does. */
export class ServedFile {
  /** Bytes that are never sent: an answer that comes to them stops there, and stays open. */
  withheld: { from: number; to: number } | undefined;
  /** While set, answers break off there. */
  cut: Cut | undefined;
  /** While set, every request is answered with this status. */
  refuseWith: number | undefined;
  /** The numbers of the requests that get no answer: the connection ends. */
  hangUpOn: (request: number) => boolean = () => false;
  /** Requests that came. */
  requests = 0;
  private constructor(
    private readonly server: Server,
    private readonly path: string,
    private readonly protocol: 'http' | 'https',
  ) {}

  static async open(path: string, protocol: 'http' | 'https' = 'http'): Promise<ServedFile> {
    const certificate = pem('certificate');
    const server =
      protocol === 'http' ? createServer() : createTlsServer({ key: pem('key'), cert: certificate });
    // as a store's certificate is trusted
    if (protocol === 'https') setDefaultCACertificates([...getCACertificates(), certificate.toString()]);
    const served = new ServedFile(server, path, protocol);
    server.on('request', (request, response) => {
      served.requests += 1;
      if (served.hangUpOn(served.requests)) return void request.socket.destroy();
      if (served.refuseWith !== undefined) return void response.writeHead(served.refuseWith).end();
      const size = statSync(path).size;
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const start = Number(from);
      const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
      if (start >= size) return void response.writeHead(416).end();
      response.writeHead(206, {
        'accept-ranges': 'bytes',
        'content-range': `bytes ${start}-${end}/${size}`,
        ...(served.cut?.withoutLength === true ? {} : { 'content-length': end - start + 1 }),
      });
      const cut = served.takeCut(start, end);
      if (cut !== undefined) {
        breakOff(response, readFileSync(path).subarray(start, cut.at), cut.by);
        return;
      }
      const stop =
        served.withheld !== undefined && start < served.withheld.to && end >= served.withheld.from
          ? served.withheld.from
          : undefined;
      if (stop !== undefined && start >= stop) return;
      const file = createReadStream(path, { start, end: stop === undefined ? end : stop - 1 });
      // a reader that has seen enough hangs up: ordinary
      if (stop === undefined) pipeline(file, response, () => undefined);
      else file.pipe(response, { end: false });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return served;
  }

  /** As a presigned URL: what follows the question mark is a secret. */
  get url(): string {
    return `${this.protocol}://127.0.0.1:${(this.server.address() as AddressInfo).port}/videos/clip?signature=secret`;
  }
  get size(): number {
    return statSync(this.path).size;
  }
  /** The cut of an answer with the bytes from `start` to `end`, if it breaks off. */
  private takeCut(start: number, end: number): Cut | undefined {
    const { cut } = this;
    if (cut === undefined || cut.answers === 0 || end < cut.at) return undefined;
    if (cut.answers !== undefined) cut.answers -= 1;
    return { ...cut, at: Math.max(cut.at, start) };
  }
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Sends the beginning of an answer; once it has left, the connection breaks. */
function breakOff(response: ServerResponse, beginning: Buffer, by: Cut['by']): void {
  const { socket } = response;
  // headers leave even when no byte of the file does
  response.flushHeaders();
  response.write(beginning.length > 0 ? beginning : '', () => {
    if (by === 'end') socket?.destroySoon();
    // under TLS: without the notice that the connection ends
    else if (socket instanceof TLSSocket) socket.destroy();
    else socket?.resetAndDestroy();
  });
}
