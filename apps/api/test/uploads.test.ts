import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Page, Video } from '@loci/contracts';
import { partKey, type StoredObject } from '@loci/storage';
import { waitFor } from '@loci/testing';
import fc from 'fast-check';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { contiguous } from '../src/uploads/parts.js';
import { startApi, testSurroundings, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

const MAX_BYTES = 300_000;
const TUS = { 'tus-resumable': '1.0.0' };

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ maxVideoBytes: MAX_BYTES });
});
afterAll(() => api.close());

const call = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: RequestInit['body'],
  key?: string,
) =>
  api.request(
    path,
    { method, headers: { ...TUS, ...headers }, ...(body === undefined ? {} : { body }) },
    key,
  );
/** Begins an upload, and gives its address. */
const begin = async (bytes: number): Promise<string> => {
  const { status, headers } = await call('POST', '/v1/uploads', { 'upload-length': String(bytes) });
  expect(status).toBe(201);
  return headers.get('location') ?? '';
};
const send = (path: string, start: number, bytes: Uint8Array) =>
  call(
    'PATCH',
    path,
    { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(start) },
    new Uint8Array(bytes),
  );
const offsetOf = async (path: string): Promise<number> =>
  Number((await call('HEAD', path)).headers.get('upload-offset'));
const finish = (path: string) => api.request(`${path}/video`, { method: 'POST' });

describe('an upload in parts', () => {
  test('by a tus client becomes the video that it would be as one body', async () => {
    const bytes = clip({ seed: 'tus' });
    const starts: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const upload = new Upload(bytes, {
        endpoint: `${api.url}/v1/uploads`,
        headers: { authorization: 'Bearer key-one' },
        chunkSize: Math.ceil(bytes.length / 3),
        metadata: { name: 'a walk' },
        retryDelays: null,
        onBeforeRequest(request) {
          if (request.getMethod() === 'PATCH') starts.push(request.getHeader('Upload-Offset') ?? '');
        },
        onError: reject,
        onSuccess: () => resolve(upload.url ?? ''),
      });
      upload.start();
    });
    expect(starts).toHaveLength(3);
    const path = new URL(url).pathname;
    expect((await call('HEAD', path)).headers.get('upload-metadata')).toMatch(/^name /);
    const { status, body } = await finish(path);
    expect(status).toBe(201);
    expect(body).toEqual(await api.upload(bytes));
    // asked again, after an answer that was lost
    expect(await finish(path)).toMatchObject({ status: 200, body });
  });

  test('that breaks off keeps what has come, and goes on from there', async () => {
    const bytes = clip({ seed: 'breaks' });
    const half = Math.floor(bytes.length / 2);
    const path = await begin(bytes.length);
    const gone = new AbortController();
    const slow = Readable.toWeb(
      Readable.from(
        (async function* () {
          yield bytes.subarray(0, half);
          await new Promise(() => undefined);
        })(),
      ),
    );
    const broken = fetch(api.url + path, {
      method: 'PATCH',
      headers: {
        ...TUS,
        authorization: 'Bearer key-one',
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
      },
      body: slow,
      duplex: 'half',
      signal: gone.signal,
    });
    await waitFor(async () => ((await api.storedUnder('.incoming')).length > 0 ? true : null));
    gone.abort();
    await expect(broken).rejects.toThrow();
    const kept = await waitFor(async () => (await offsetOf(path)) || null);
    expect(kept).toBe(half);
    expect(await finish(path)).toMatchObject({ status: 409 });
    expect((await send(path, kept, bytes.subarray(kept))).headers.get('upload-offset')).toBe(
      String(bytes.length),
    );
    expect(((await finish(path)).body as Video).bytes).toBe(bytes.length);
    expect(await api.storedUnder(`parts/${path.split('/').at(-1)}`)).toEqual(['head']);
  });

  test('that is finished twice at once is one video, though its parts are taken away meanwhile', async () => {
    const bytes = clip({ seed: 'finished at once' });
    const path = await begin(bytes.length);
    await send(path, 0, bytes);
    const stream = api.store.stream.bind(api.store);
    const [begun, late] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const spy = vi.spyOn(api.store, 'stream').mockImplementationOnce(async (...args) => {
      begun.resolve(undefined);
      await late.promise;
      return stream(...args);
    });
    const first = finish(path);
    await begun.promise;
    const second = await finish(path);
    late.resolve(undefined);
    spy.mockRestore();
    expect([second.status, (await first).status]).toEqual([201, 200]);
    expect((await first).body).toEqual(second.body);
  });

  test('is refused at its beginning when it is too large, and at its end when it is no video', async () => {
    const large = await call('POST', '/v1/uploads', { 'upload-length': String(MAX_BYTES + 1) });
    expect([large.status, problemName(large.body)]).toEqual([413, 'video-too-large']);
    const path = await begin(4);
    await send(path, 0, Buffer.from('text'));
    const refused = await finish(path);
    expect([refused.status, problemName(refused.body)]).toEqual([422, 'not-a-video']);
    expect((await call('HEAD', path)).status).toBe(404);
  });

  test('takes a part only where it stands, and no more bytes than it said', async () => {
    const path = await begin(4);
    expect((await send(path, 0, Buffer.from('ab'))).status).toBe(204);
    const again = await send(path, 0, Buffer.from('ab'));
    expect([again.status, problemName(again.body)]).toEqual([409, 'offset-mismatch']);
    expect((await send(path, 2, Buffer.from('cde'))).status).toBe(400);
    expect(await offsetOf(path)).toBe(2);
  });

  test('needs the version, a length and the type of a part', async () => {
    const path = await begin(4);
    const unversioned = await api.request(path, { method: 'DELETE' });
    expect([unversioned.status, problemName(unversioned.body)]).toEqual([412, 'tus-version']);
    expect((await call('POST', '/v1/uploads')).status).toBe(400);
    const untyped = { 'content-type': 'video/mp4', 'upload-offset': '0' };
    expect((await call('PATCH', path, untyped, 'abcd')).status).toBe(415);
  });

  test('belongs to its tenant, and is gone once it is given up', async () => {
    const path = await begin(4);
    expect((await call('HEAD', path, {}, undefined, 'key-two')).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('HEAD', path)).status).toBe(404);
    const { data } = (await api.request('/v1/videos')).body as Page<Video>;
    expect(data.every(({ bytes }) => bytes !== 4)).toBe(true);
  });
});

test('a part under way when the API closes is kept before the connections go', async () => {
  const surroundings = await testSurroundings();
  const closing = await startApi({}, {}, surroundings);
  const order: string[] = [];
  const put = closing.store.put.bind(closing.store);
  const [begun, late] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const created = await closing.request('/v1/uploads', {
    method: 'POST',
    headers: { ...TUS, 'upload-length': '9' },
  });
  vi.spyOn(closing.store, 'put').mockImplementationOnce(async (...args) => {
    begun.resolve(undefined);
    const stored = await put(...args);
    await late.promise;
    order.push('part');
    return stored;
  });
  const closeQueues = closing.queues.close.bind(closing.queues);
  vi.spyOn(closing.queues, 'close').mockImplementationOnce(() => {
    order.push('connections');
    return closeQueues();
  });
  const outgoing = request(closing.url + (created.headers.get('location') ?? ''), {
    method: 'PATCH',
    headers: {
      ...TUS,
      authorization: 'Bearer key-one',
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
    },
  });
  outgoing.on('error', () => undefined).write('part');
  await begun.promise;
  outgoing.destroy();
  const closed = closing.close();
  await once(closing.server, 'close');
  for (let turns = 0; turns < 50; turns += 1) await setImmediate();
  late.resolve(undefined);
  await closed;
  expect(order).toEqual(['part', 'connections']);
  await surroundings.remove();
});

describe('the parts of an upload', () => {
  const part = (start: number, bytes: number): StoredObject => ({
    key: partKey('upl_a', start),
    bytes,
    writtenAt: new Date(),
  });

  test('follow one another from the first byte, whatever else has come', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.array(fc.tuple(fc.nat(400), fc.nat(3)), { maxLength: 8 }), (sizes, noise) => {
        let end = 0;
        const chain = sizes.map((bytes) => part((end += bytes) - bytes, bytes));
        // shorter beginnings of parts that were sent again
        const broken = noise.flatMap(([at, bytes]) =>
          chain
            .slice(at % chain.length)
            .slice(0, 1)
            .map(({ key, bytes: whole }) =>
              part(Number.parseInt(key.split('/').at(-1) ?? '', 10), Math.min(bytes, whole)),
            ),
        );
        const found = contiguous([...broken, ...chain].reverse());
        expect(found.end).toBe(end);
        expect(found.parts.map(({ bytes }) => bytes)).toEqual(sizes);
      }),
    );
  });

  test('end before a gap', () => {
    expect(contiguous([part(0, 4), part(5, 4)])).toMatchObject({ end: 4, parts: [{ bytes: 4 }] });
    expect(contiguous([])).toEqual({ parts: [], end: 0 });
  });
});
