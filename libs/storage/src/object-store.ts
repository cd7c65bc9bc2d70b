import type { Readable } from 'node:stream';

export interface PutOptions {
  contentType?: string;
  /** Aborts the transfer: nothing is stored, and put rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface StoredObject {
  key: string;
  bytes: number;
  writtenAt: Date;
}

/** Bytes of an object, from `start` to `end`; both count. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What is left of a put whose process died. */
export interface UnfinishedPut {
  /** For the log. */
  name: string;
  discard(): Promise<void>;
}

/**
 * Bytes by key (see keys.ts). An object exists completely or not at all; putting it again replaces it. A key
 * that could lead out of the store is refused with ObjectKeyError.
 */
export interface ObjectStore {
  /** Stores a body. A stream is never held in memory as a whole. */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<{ bytes: number }>;
  /** Rejects with ObjectMissingError when the object does not exist; so do stream, move and locate. */
  get(key: string): Promise<Uint8Array>;
  /** @param range lies within the object; all of it unless given */
  stream(key: string, range?: ByteRange): Promise<Readable>;
  has(key: string): Promise<boolean>;
  /** Removes an object. A missing one is no error. */
  delete(key: string): Promise<void>;
  /** Removes every object whose key starts with `prefix`, which ends in `/`. */
  deletePrefix(prefix: string): Promise<void>;
  /** Every object whose key starts with `prefix`, which ends in `/`. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** The puts that have not ended, and to which nothing was written since a moment. */
  unfinishedPuts(before: Date): Promise<UnfinishedPut[]>;
  /** Renames an object, and replaces an object that has the new key. */
  move(from: string, to: string): Promise<void>;
  /**
   * The object's address for ffmpeg: an absolute path, or a URL that is valid for an hour.
   * @param bytes the length that it must have; else this rejects with ObjectDamagedError
   */
  locate(key: string, bytes?: number): Promise<string>;
  /** Rejects when the store cannot be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}
