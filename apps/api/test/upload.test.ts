import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { openStore } from '@loci/storage';
import { temporaryFolder } from '@loci/testing';
import { expect, test } from 'vitest';
import { receive } from '../src/videos/upload.js';
import { startApi } from './fixtures/api.js';

test.each([
  ['its clip is too large', 'POST', { 'content-type': 'video/mp4' }, 413],
  ['more comes than was said', 'PATCH', { 'content-type': 'application/offset+octet-stream' }, 400],
])('a client that reads nothing until it has sent all hears that %s', async (_, method, more, status) => {
  const api = await startApi({ maxVideoBytes: 100_000 });
  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': '0' };
  const begun = await api.request('/v1/uploads', {
    method: 'POST',
    headers: { ...tus, 'upload-length': '9' },
  });
  const path = method === 'POST' ? '/v1/videos' : begun.headers.get('location');
  const headers = { authorization: 'Bearer key-one', 'transfer-encoding': 'chunked', ...tus, ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const body = Buffer.alloc(2 ** 24);
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.write([`${method} ${path} HTTP/1.1`, 'host: loci', ...lines, '', ''].join('\r\n'));
  socket.write(`${body.length.toString(16)}\r\n`);
  socket.write(body);
  await promisify((done: () => void) => socket.write('\r\n0\r\n\r\n', done))();
  expect(await text(socket)).toContain(`HTTP/1.1 ${status} `);
  await api.close();
});

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
