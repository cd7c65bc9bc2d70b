import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@loci/local';

/** An answer of the API, and how long it took. */
export interface Timed {
  status: number;
  ms: number;
  body: string;
  /** Seconds after which to come again; 0 when the answer says nothing. */
  retryAfterS: number;
}

/** How a burst of requests went. */
export interface Burst {
  /** Time of each answer that was no refusal, in ms. */
  ms: number[];
  /** Answers that told to come again. */
  refused: number;
  /** From the first request to the last answer. */
  seconds: number;
  bodies: string[];
}

const READ_EVERY_MS = 20;

/** Sends requests to an API as many clients would: over as many connections as there are requests at once. */
export class ApiLoad {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(private readonly stack: Pick<Stack, 'url' | 'apiKey'>) {}

  /** An open answer; its body has not been read. */
  open(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const headers = {
      authorization: `Bearer ${this.stack.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(this.stack.url + path, { method, headers, agent: this.#agent }, resolve);
      outgoing.once('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async send(method: string, path: string, body?: object): Promise<Timed> {
    const start = performance.now();
    const response = await this.open(method, path, body);
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part as string;
    return {
      status: response.statusCode ?? 0,
      ms: performance.now() - start,
      body: text,
      retryAfterS: Number(response.headers['retry-after'] ?? 0),
    };
  }

  /**
   * Sends so many requests, `atOnce` at a time. A request that is told to come again is sent again.
   * @throws Error at an answer that neither accepts nor tells to come again
   */
  async burst(count: number, atOnce: number, send: () => Promise<Timed>): Promise<Burst> {
    const burst: Burst = { ms: [], refused: 0, seconds: 0, bodies: [] };
    const start = performance.now();
    let left = count;
    const client = async (): Promise<void> => {
      while (left-- > 0)
        for (;;) {
          const answer = await send();
          if (answer.status < 300) {
            burst.ms.push(answer.ms);
            burst.bodies.push(answer.body);
            break;
          }
          if (answer.retryAfterS === 0) throw new Error(`answered ${answer.status}: ${answer.body}`);
          burst.refused += 1;
          await delay(answer.retryAfterS * 1000);
        }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    return { ...burst, seconds: (performance.now() - start) / 1000 };
  }

  /** Reads one address again and again while `work` runs. Returns the time of each read, in ms. */
  async readWhile<T>(path: string, work: Promise<T>): Promise<{ result: T; reads: number[] }> {
    const reads: number[] = [];
    const over = new AbortController();
    const result = work.finally(() => over.abort());
    while (!over.signal.aborted) {
      const { status, ms } = await this.send('GET', path);
      if (status !== 200) throw new Error(`GET ${path} was answered ${status}`);
      reads.push(ms);
      await delay(READ_EVERY_MS);
    }
    return { result: await result, reads };
  }

  close(): void {
    this.#agent.destroy();
  }
}
