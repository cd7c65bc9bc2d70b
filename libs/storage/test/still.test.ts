import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3Store } from '../src/s3-store.js';
import type { ObjectStore } from '../src/index.js';

const STILL_LIMIT_MS = 200;

describe('a server of S3 that stands still', () => {
  let server: Server;
  let store: ObjectStore;
  /** Whether it begins an answer. */
  let begins = false;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      if (begins) response.writeHead(200, { 'content-length': 1000 }).write('half of it');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    store = openS3Store(
      {
        ...{ bucket: 'clips', endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', pathStyle: true },
        credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      },
      STILL_LIMIT_MS,
    );
  });
  afterEach(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });

  it('keeps nobody waiting for an answer', async () => {
    begins = false;
    const late = { name: 'TimeoutError' };
    await expect(store.get('videos/one')).rejects.toMatchObject(late);
    await expect(store.stream('videos/one')).rejects.toMatchObject(late);
    await expect(store.has('videos/one')).rejects.toMatchObject(late);
    await expect(store.put('videos/one', new Uint8Array(10))).rejects.toMatchObject(late);
    await expect(store.delete('videos/one')).rejects.toMatchObject(late);
  });

  it('keeps nobody waiting for the rest of an object that is read whole', async () => {
    begins = true;
    await expect(store.get('videos/one')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});
