import { ClientError } from './errors.js';

/**
 * A file of this machine, read as it is sent. Imported when it is called for, so that the client runs in a
 * browser too, which has no files but those that a person gives.
 * @throws ClientError when the file cannot be read
 */
export async function openFile(path: string): Promise<Blob> {
  const { openAsBlob } = await import('node:fs');
  try {
    return await openAsBlob(path);
  } catch (cause) {
    throw new ClientError(`${path} cannot be read.`, { cause });
  }
}
