import { PROBLEM_TYPE_BASE, problemSchema, type Problem } from '@loci/contracts';
import type { z } from 'zod';
import { ClientError, RefusedError } from './errors.js';

/** How often a request that did not come through is sent again. */
const MAX_RETRIES = 5;
/** The header of requests that the API does once, however often they are sent. */
export const IDEMPOTENCY_KEY = 'idempotency-key';
/** A refusal because too much was asked at once, that says no time. */
const RETRY_AFTER_S = 1;
/** What is answered for an API that is away, by itself or by a proxy before it. */
const AWAY = [502, 503, 504];

export interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | Blob;
  signal?: AbortSignal;
  /** That it does the same when it is sent twice: it is sent again when the API says that it is away. */
  isRepeatable?: boolean;
}

/** Sends the requests of a client. A refused one throws an error that names the call and the problem. */
export class Connection {
  readonly #base: string;
  readonly #key: string | null;

  constructor(base: string, key: string | null) {
    this.#base = base;
    this.#key = key;
  }

  /** Sends a request, and reads its answer by the contract. */
  async read<T extends z.ZodType>(
    schema: T,
    method: string,
    path: string,
    init: RequestOptions = {},
  ): Promise<z.infer<T>> {
    return schema.parse(await (await this.send(method, path, init)).json());
  }

  /**
   * Sends a request, and a few times more while the API is too busy to begin with it. One with an
   * Idempotency-Key is sent again, too, when the API is away or the connection breaks.
   */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#sendOnce(method, path, options);
      } catch (error) {
        const afterS = againAfter(error, options);
        if (afterS === null || tries >= MAX_RETRIES) throw error;
        // a second that doubles each time, on top of what was told; not the same for all refused together
        await pause((afterS + 2 ** tries - 1) * (1 + Math.random()), options.signal);
      }
    }
  }

  async #sendOnce(method: string, path: string, { headers, ...init }: RequestOptions): Promise<Response> {
    const authorization = this.#key === null ? {} : { authorization: `Bearer ${this.#key}` };
    const request = { method, ...init, headers: { ...authorization, ...headers } };
    const response = await fetch(this.#base + path, request).catch((cause: unknown) => {
      throw new ClientError(`${method} ${path}: the API does not answer.`, { cause });
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    const detail = problem.success
      ? [problem.data.title, problem.data.detail].filter((part) => part !== undefined).join(': ')
      : response.statusText;
    const message = `${method} ${path} was answered ${response.status}: ${detail}.`;
    throw new RefusedError(
      response.status,
      message,
      problem.data ?? null,
      retryAfter(response, problem.data),
    );
  }
}

/** A request with a JSON body. */
export const jsonRequest = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `?limit=20&cursor=…`, or nothing. */
export function queryText(query: object): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** After how many seconds to send a failed request again; null: it would not help, or might be done twice. */
function againAfter(error: unknown, { headers = {}, isRepeatable = false }: RequestOptions): number | null {
  if (!(error instanceof ClientError)) return null;
  const told = error instanceof RefusedError ? error.retryAfterS : null;
  if (told !== null) return told;
  const isAway = error instanceof RefusedError && AWAY.includes(error.status);
  const isBroken = !(error instanceof RefusedError);
  return (isAway && isRepeatable) || ((isAway || isBroken) && IDEMPOTENCY_KEY in headers) ? 0 : null;
}

/**
 * After how many seconds to send a refused request again; null: it would not help, or the API may have begun
 * with it.
 */
function retryAfter(response: Response, problem: Problem | undefined): number | null {
  if (response.status !== 429 && problem?.type !== `${PROBLEM_TYPE_BASE}busy`) return null;
  const seconds = Number(response.headers.get('retry-after') ?? RETRY_AFTER_S);
  return Number.isFinite(seconds) ? seconds : RETRY_AFTER_S;
}

/** @throws the signal's reason when it is aborted */
async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener('abort', end);
  });
  signal?.throwIfAborted();
}
