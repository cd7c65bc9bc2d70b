import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { openStore } from '@loci/storage';
import { temporaryFolder } from '@loci/testing';
import { expect, test } from 'vitest';
import { receive } from '../src/videos/upload.js';

test('what breaks a file off is told as it is: it need not be the client’s fault', async () => {
  const folder = await temporaryFolder('upload');
  const store = await openStore(pathToFileURL(folder.path).href);
  const fault = new Error('the disk gives up');
  const source = new Readable({ read: () => source.destroy(fault) });
  const { signal } = new AbortController();
  await expect(receive(source, store, 'uploads/clip', 100, signal)).rejects.toBe(fault);
  await store.close();
  await folder.remove();
});
