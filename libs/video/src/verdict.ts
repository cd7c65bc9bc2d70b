import { AbortedError, LociError } from '@loci/contracts';
import { SourceUnreachableError } from './errors.js';
import { isRemote, sourceName } from './source.js';

/** Problems that only what was read can tell. */
const CERTAIN = ['video-too-long', 'video-too-many-pixels'];
/** The beginning and the end of the object, where containers keep their index. */
const RANGES = ['bytes=0-65535', 'bytes=-65536'];

/**
 * Reads a clip. A verdict on one behind a URL counts only when it is given twice, and the URL could be read
 * before the second time and after it: of a connection that ends without an answer while it seeks, ffmpeg
 * says nothing but that the data are invalid.
 * @throws LociError: the verdict
 * @throws SourceUnreachableError when the URL cannot be read
 */
export async function withVerdict<T>(
  source: string,
  read: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const isVerdict = (error: unknown): boolean =>
    error instanceof LociError && isRemote(source) && !CERTAIN.includes(error.problemName);
  try {
    return await read();
  } catch (error) {
    if (!isVerdict(error)) throw error;
  }
  await readEnds(source, signal);
  try {
    return await read();
  } catch (error) {
    if (isVerdict(error)) await readEnds(source, signal);
    throw error;
  }
}

async function readEnds(url: string, signal: AbortSignal | undefined): Promise<void> {
  for (const range of RANGES) {
    try {
      const answer = await fetch(url, { headers: { range }, ...(signal && { signal }) });
      if (!answer.ok) throw new Error(`it was answered ${answer.status}`);
      await answer.arrayBuffer();
    } catch (cause) {
      if (signal?.aborted) throw new AbortedError('reading was told to stop');
      throw new SourceUnreachableError(`${sourceName(url)} cannot be read`, { cause });
    }
  }
}
