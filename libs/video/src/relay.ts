import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SourceUnreachableError } from './errors.js';
import { sourceName } from './source.js';

/** What ffmpeg reads of an answer's headers. */
const PASSED = ['accept-ranges', 'content-length', 'content-range', 'content-type'];
/** What is asked for lies behind the object's end: the fault of the clip, not of the transfer. */
const RANGE_NOT_SATISFIABLE = 416;

/**
 * Serves one object of a store to one ffmpeg process, on loopback. ffmpeg takes many a broken transfer for
 * the clip's end and says nothing of it. Here an answer has to come, and with as many bytes as it promises;
 * otherwise the fault is kept, `broken` aborts, and ffmpeg waits for the rest until it is killed. So it never
 * sees an end that is none.
 */
export class Relay {
  readonly #broken = new AbortController();
  readonly #server: Server;
  /** Not to be guessed. Other users of the machine can see it among ffmpeg's arguments, while it runs. */
  readonly #path = `/${randomUUID()}`;
  #fault: SourceUnreachableError | undefined;

  private constructor(private readonly source: string) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async open(source: string): Promise<Relay> {
    const relay = new Relay(source);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }
  /** Aborts when the object cannot be read; see `fault`. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }
  get fault(): SourceUnreachableError | undefined {
    return this.#fault;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== this.#path) {
      response.writeHead(404).end();
      return;
    }
    // ffmpeg hangs up when it seeks, and when it has seen enough
    const hungUp = new AbortController();
    response.once('close', () => hungUp.abort());
    try {
      await pass(this.source, request.headers.range, response, hungUp.signal);
    } catch (cause) {
      if (hungUp.signal.aborted) return;
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `${sourceName(this.source)} cannot be read: ${reason}`;
      this.#fault ??= new SourceUnreachableError(message, { cause });
      this.#broken.abort();
    }
  }
}

/** Passes one answer on. Throws, and leaves the response open, when the answer does not come whole. */
async function pass(
  source: string,
  range: string | undefined,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'accept-encoding': 'identity', ...(range === undefined ? {} : { range }) };
  const answer = await fetch(source, { headers, signal });
  if (answer.status === RANGE_NOT_SATISFIABLE) {
    await answer.body?.cancel();
    response.writeHead(RANGE_NOT_SATISFIABLE).end();
    return;
  }
  if (!answer.ok) throw new Error(`it was answered ${answer.status}`);
  let left = lengthOf(answer.headers);
  const passed = PASSED.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  response.writeHead(answer.status, Object.fromEntries(passed));
  const pieces: AsyncIterable<Uint8Array> | Uint8Array[] = answer.body ?? [];
  for await (const piece of pieces) {
    left -= piece.byteLength;
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  if (left !== 0) throw new Error(`its answer ends ${left} bytes too early`);
  response.end();
}

/** How many bytes an answer must have. Without a length, a broken one looks like a whole one. */
function lengthOf(headers: Headers): number {
  const length = headers.get('content-length');
  if (length !== null) return Number(length);
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(headers.get('content-range') ?? '') ?? [];
  if (start === undefined || end === undefined) throw new Error('its answer tells no length');
  return Number(end) - Number(start) + 1;
}
