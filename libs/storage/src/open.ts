import { fileURLToPath } from 'node:url';
import { openDirectoryStore } from './directory-store.js';
import type { ObjectStore } from './object-store.js';
import { openS3Store } from './s3-store.js';
import { parseS3Url } from './s3-url.js';

/**
 * Opens an object store by its URL:
 * - `file:///dir`: a folder, created if needed.
 * - `s3://bucket?endpoint=https://…&region=…&path_style=true`: a bucket. The AWS SDK finds the credentials,
 *   unless the URL holds them: `s3://key:secret@bucket`.
 * @throws TypeError for another URL; the message never holds credentials
 */
export async function openStore(url: string): Promise<ObjectStore> {
  const { protocol } = parseUrl(url);
  if (protocol === 'file:') return openDirectoryStore(fileURLToPath(url));
  if (protocol === 's3:') return openS3Store(parseS3Url(url));
  throw new TypeError(`an object store's URL starts with file: or s3:, not ${protocol}`);
}

function parseUrl(url: string): URL {
  if (!URL.canParse(url)) throw new TypeError('the object store URL is not a URL');
  return new URL(url);
}
