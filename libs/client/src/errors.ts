import type { Problem } from '@loci/contracts';

/** A call failed. The message is one sentence that names the call and the problem. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
}

/** The API refused a call. */
export class RefusedError extends ClientError {
  override readonly name = 'RefusedError';
  constructor(
    /** HTTP status of the response. */
    readonly status: number,
    message: string,
    /** What the API said; null where that was no problem document. */
    readonly problem: Problem | null = null,
    /** After so many seconds the same call may succeed; null where the API does not promise that. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}
