import type { Readable } from 'node:stream';

export interface PutOptions {
  contentType?: string;
  /** Ends the transfer: nothing is stored, put rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Bytes by key (see keys.ts). Keys that could lead out of the store reject with ObjectKeyError. An object is there whole or not at
 * all; putting it again replaces it.
 */
export interface ObjectStore {
  /** Stores a body, which is streamed and never held as a whole. */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<{ bytes: number }>;
  /** Rejects with ObjectMissingError when there is no such object; so do stream, move and locate. */
  get(key: string): Promise<Uint8Array>;
  stream(key: string): Promise<Readable>;
  has(key: string): Promise<boolean>;
  /** Removes an object; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Removes every object whose key starts with `prefix`, which ends in `/`. */
  deletePrefix(prefix: string): Promise<void>;
  /** Gives an object another key; an object that had it is replaced. */
  move(from: string, to: string): Promise<void>;
  /** What ffmpeg opens: an absolute path, or a URL that is good for an hour. */
  locate(key: string): Promise<string>;
  /** Rejects when the store cannot be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}
