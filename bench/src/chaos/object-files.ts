import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The paths of all files below a folder, one after the other. The service may delete some meanwhile: a folder
 * that is gone when its turn comes has none.
 */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  const left = await readdir(folder, { withFileTypes: true });
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield path;
    if (entry.isDirectory()) left.push(...((await unlessGone(readdir(path, { withFileTypes: true }))) ?? []));
  }
}

/** Sets the times of those files that are still there. */
export async function setTimes(files: AsyncIterable<string>, time: Date): Promise<void> {
  for await (const file of files) await unlessGone(utimes(file, time, time));
}

/** What work on a file or folder resolves to; null where that has been deleted. */
async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
