import type { Tensor } from '@loci/tensors';
import type { Sessions } from './sessions.js';

export interface Request {
  /** What the JSON text of the arguments says; each method checks its own. */
  arguments: unknown;
  tensors: Readonly<Record<string, Tensor>>;
}

export interface Reply {
  result: object;
  tensors?: Readonly<Record<string, Tensor>>;
}

/** What a method does with a request. An error that it throws becomes the reply's `error`. */
export type Method = (request: Request, sessions: Sessions) => Reply | Promise<Reply>;
