import { setTimeout as delay } from 'node:timers/promises';
import { ClientError, RefusedError } from '@loci/client';

const RETRY_MS = 250;
/** What a service may answer while what it stands on is away; the call is made again. */
const PASSING = [429, 503];

/** Calls to an API that may be away. They are made until they get through. */
export class Calls {
  /** Answers that do not fit, a line each. */
  readonly unfit = new Set<string>();
  #over = new AbortController();

  /** Ends the calls that are still made again. */
  giveUp(): void {
    this.#over.abort();
    this.#over = new AbortController();
  }

  /**
   * Makes a call until it gets through.
   * @throws RefusedError when it is refused for good; AbortError after `giveUp`
   */
  async insist<T>(call: () => Promise<T>): Promise<T> {
    const { signal } = this.#over;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        this.#judge(error);
        await delay(RETRY_MS, undefined, { signal });
      }
    }
  }

  /** Waits for someone's calls. What was refused for good has been noted. */
  async unlessGivenUp(calls: Promise<void>): Promise<void> {
    try {
      await calls;
    } catch (error) {
      const isGivenUp = error instanceof Error && error.name === 'AbortError';
      if (!isGivenUp && !(error instanceof RefusedError)) throw error;
    }
  }

  /** Throws what another call would not change: nothing that the clients do here may be refused. */
  #judge(error: unknown): void {
    if (error instanceof RefusedError) {
      if (PASSING.includes(error.status)) return;
      this.unfit.add(error.message.replaceAll(/[a-z]+_[0-9a-z]{20,}/g, '…'));
      if (error.status < 500) throw error;
      return;
    }
    // no answer, or one that broke off
    if (error instanceof ClientError || error instanceof TypeError || error instanceof SyntaxError) return;
    throw error;
  }
}
