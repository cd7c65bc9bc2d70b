import { RefusedError } from '@loci/client';
import { problemSchema, videoSchema, type Video } from '@loci/contracts';
import { session } from './session.js';

export interface UploadProgress {
  sentBytes: number;
  totalBytes: number;
  /** Over the last moments; null until it can be told. */
  bytesPerS: number | null;
}

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
 * Sends a file into POST /v1/videos. By XMLHttpRequest, for fetch does not tell how much was sent.
 * @throws RefusedError when the API refuses it
 * @throws DOMException 'AbortError' when it is canceled
 */
export function sendFile(
  file: Blob,
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<Video> {
  const { promise, resolve, reject } = Promise.withResolvers<Video>();
  const request = new XMLHttpRequest();
  const speedometer = new Speedometer();
  const key = session.key();
  request.open('POST', '/v1/videos');
  request.setRequestHeader('content-type', 'video/mp4');
  if (key !== null) request.setRequestHeader('authorization', `Bearer ${key}`);
  request.upload.onprogress = ({ loaded, total, timeStamp }) =>
    onProgress({ sentBytes: loaded, totalBytes: total, bytesPerS: speedometer.measure(timeStamp, loaded) });
  request.onload = () => {
    if (request.status < 300) resolve(videoSchema.parse(JSON.parse(request.responseText)));
    else reject(refusal(request));
  };
  request.onerror = () => reject(new Error('The connection broke.'));
  request.onabort = () => reject(new DOMException('canceled', 'AbortError'));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.send(file);
  return promise;
}

function refusal({ status, responseText }: XMLHttpRequest): RefusedError {
  const problem = problemSchema.safeParse(parsed(responseText));
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
