import { RefusedError } from '@loci/client';
import { problemSchema } from '@loci/contracts';
import type { DetailedError } from 'tus-js-client';
import { session } from './session.js';

export interface UploadProgress {
  sentBytes: number;
  totalBytes: number;
  /** Over the last moments; null until it can be told. */
  bytesPerS: number | null;
}

/** A file of which every byte has arrived. */
export interface SentFile {
  /** Of the upload. */
  id: string;
  /** Forgets the upload in this browser: the same file would be sent anew. */
  forget: () => Promise<void>;
}

/** What was dropped or picked has no bytes to read. */
export class UnreadableError extends Error {}

/** A part is one request. Of one that breaks off, the API keeps what has come. */
const PART_BYTES = 16 * 1024 * 1024;
/** Pauses before a part that broke off goes on by itself, in ms. */
const PAUSES_MS = [0, 1_000, 3_000, 5_000, 10_000];
/** Speed is measured over so long, in ms. */
const SPEED_WINDOW_MS = 3_000;

/** Tells the speed from what was sent at which time. */
export class Speedometer {
  #seen: { at: number; bytes: number }[] = [];

  /** @param at milliseconds */
  measure(at: number, bytes: number): number | null {
    this.#seen = [...this.#seen.filter((each) => each.at > at - SPEED_WINDOW_MS), { at, bytes }];
    const [first] = this.#seen;
    if (first === undefined || at <= first.at) return null;
    return ((bytes - first.bytes) * 1000) / (at - first.at);
  }
}

/**
 * Sends a file in parts (tus). An upload of the same file that broke off in this browser, also before a
 * reload, goes on where it stood.
 * @throws UnreadableError for a folder, and for a file that has gone since
 * @throws RefusedError when the API refuses it
 * @throws DOMException 'AbortError' when it is stopped; it goes on when it is sent again
 */
export async function sendFile(
  file: File,
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<SentFile> {
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch((cause: unknown) => {
      throw new UnreadableError(`${file.name} cannot be read.`, { cause });
    });
  // it comes only when something is sent
  const { Upload, defaultOptions } = await import('tus-js-client');
  const { promise, resolve, reject } = Promise.withResolvers<null>();
  const speedometer = new Speedometer();
  const key = session.key();
  const upload = new Upload(file, {
    endpoint: `${location.origin}/v1/uploads`,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    chunkSize: PART_BYTES,
    retryDelays: PAUSES_MS,
    onProgress: (sentBytes, totalBytes) =>
      onProgress({
        ...{ sentBytes, totalBytes },
        bytesPerS: speedometer.measure(performance.now(), sentBytes),
      }),
    onError: (error) => reject(refusalOf(error)),
    onSuccess: () => resolve(null),
  });
  signal.addEventListener(
    'abort',
    () => {
      void upload.abort();
      reject(new DOMException('stopped', 'AbortError'));
    },
    { once: true },
  );
  const [begun] = await upload.findPreviousUploads();
  if (begun !== undefined) upload.resumeFromPreviousUpload(begun);
  signal.throwIfAborted();
  upload.start();
  await promise;
  return {
    id: upload.url?.split('/').at(-1) ?? '',
    async forget() {
      for (const { urlStorageKey } of await upload.findPreviousUploads())
        await defaultOptions.urlStorage.removeUpload(urlStorageKey);
    },
  };
}

/** The API's answer as a refusal; an error without an answer as it is. */
function refusalOf(error: Error | DetailedError): Error {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (response === null) return error;
  const problem = problemSchema.safeParse(parsed(response.getBody()));
  const status = response.getStatus();
  return new RefusedError(status, `The upload was answered ${status}.`, problem.data ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // what answers is not the API, but for example a proxy
    return null;
  }
}
