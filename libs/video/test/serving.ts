import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** Serves one file over HTTP with ranges, as an object store does. */
export class ServedFile {
  /** Bytes that are never sent: an answer that comes to them stops there, and stays open. */
  withheld: { from: number; to: number } | undefined;
  /** While set, every request is answered with this status. */
  refuseWith: number | undefined;
  /** Requests that came. */
  requests = 0;
  private constructor(
    private readonly server: Server,
    private readonly path: string,
  ) {}

  static async open(path: string): Promise<ServedFile> {
    const server = createServer();
    const served = new ServedFile(server, path);
    server.on('request', (request, response) => {
      served.requests += 1;
      if (served.refuseWith !== undefined) return void response.writeHead(served.refuseWith).end();
      const size = statSync(path).size;
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const start = Number(from);
      const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
      if (start >= size) return void response.writeHead(416).end();
      response.writeHead(206, {
        'accept-ranges': 'bytes',
        'content-range': `bytes ${start}-${end}/${size}`,
        'content-length': end - start + 1,
      });
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
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/videos/clip?signature=secret`;
  }
  get size(): number {
    return statSync(this.path).size;
  }
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
