import { request as httpRequest } from 'node:http';
import type { Page, Video } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import * as clips from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ maxVideoBytes: 300_000, maxVideoSeconds: 30 });
});
afterAll(() => api.close());

const stored = (folder: string): Promise<string[]> => api.storedUnder(folder);
/** Clips on their way in: what the store is still writing, and what waits for its probe. */
const onTheWay = async (): Promise<string[]> => [
  ...(await stored('.incoming')),
  ...(await stored('uploads')),
];
const nothingLeftOver = () => vi.waitFor(async () => expect(await onTheWay()).toEqual([]));

const upload = (bytes: Buffer, type = 'video/mp4', key = 'key-one') =>
  api.request('/v1/videos', { method: 'POST', headers: { 'content-type': type }, body: bytes }, key);

const form = (bytes: Buffer, filename: string, field = 'file') => {
  const body = new FormData();
  body.append('note', 'a small field before it');
  body.append(field, new Blob([new Uint8Array(bytes)]), filename);
  return api.request('/v1/videos', { method: 'POST', body });
};

describe('an upload', () => {
  test('of an mp4 is a video that is ready, and its clip lies in the store under its hash', async () => {
    const response = await upload(clips.clip({ seed: 'first' }));
    const video = response.body as Video;
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/v1/videos/${video.id}`);
    expect(video).toMatchObject({ status: 'ready', width: 64, height: 48, codec: 'h264', duration_s: 2 });
    expect(await stored('videos')).toContain(video.sha256);
    await nothingLeftOver();
  });

  test('of the same bytes again is 200 and the same video', async () => {
    const bytes = clips.clip({ seed: 'twice' });
    const first = await upload(bytes);
    const second = await upload(bytes);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    await nothingLeftOver();
  });

  test('of the same bytes at the same time makes one video', async () => {
    const bytes = clips.clip({ seed: 'at once' });
    const responses = await Promise.all([upload(bytes), upload(bytes), upload(bytes)]);
    expect(new Set(responses.map(({ body }) => (body as Video).id)).size).toBe(1);
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    await nothingLeftOver();
  });

  test('of another tenant’s bytes is a video of one’s own', async () => {
    const bytes = clips.clip({ seed: 'shared' });
    const first = await upload(bytes);
    const two = await upload(bytes, 'video/mp4', 'key-two');
    expect(two.status).toBe(201);
    expect((two.body as Video).id).not.toBe((first.body as Video).id);
  });

  test('may come as a multipart form, whatever the file is called', async () => {
    const response = await form(clips.clip({ seed: 'form' }), 'notes.txt');
    expect(response.status).toBe(201);
  });

  test.each(['', 'content-type: video/mp4\r\n'])(
    'may come as a form in which it has no name (%j)',
    async (type) => {
      const bytes = clips.clip({ seed: `no name ${type}` });
      const form = Buffer.concat([
        Buffer.from('--x\r\ncontent-disposition: form-data; name="note"\r\n\r\nname="file"\r\n'),
        Buffer.from(`--x\r\nContent-Disposition: form-data; name="file"\r\n${type}\r\n`),
        bytes,
        Buffer.from('\r\n--x--\r\n'),
      ]);
      const response = await upload(form, 'multipart/form-data; boundary="x"');
      expect(response.status).toBe(201);
      expect((response.body as Video).bytes).toBe(bytes.length);
    },
  );

  test('may be webm', async () => {
    const response = await upload(clips.webm(), 'video/webm');
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({ codec: 'vp8' });
  });

  test('of one frame is a video', async () => {
    const response = await upload(clips.oneFrame());
    expect(response.status).toBe(201);
    expect((response.body as Video).duration_s).toBeGreaterThan(0);
  });

  test('of one pixel is a video', async () => {
    const response = await upload(clips.onePixel(), 'video/x-matroska');
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({ width: 1, height: 1 });
  });
});

describe('an upload is refused', () => {
  test.each([
    ['when it is empty', () => Buffer.alloc(0), ['not-a-video']],
    ['when it is a text', () => Buffer.from('this is no video at all\n'.repeat(50)), ['not-a-video']],
    ['when it is cut short', clips.truncated, ['not-a-video']],
    ['when it has sound only', clips.audioOnly, ['no-video-track']],
    ['when it has no frames', clips.zeroFrames, ['no-frames', 'not-a-video']],
    ['when its frames have too many pixels', clips.manyPixels, ['video-too-many-pixels']],
    ['when it lasts too long', () => clips.clip({ seconds: 31 }), ['video-too-long']],
  ])('%s', async (_, bytes, names) => {
    const response = await upload(bytes(), 'application/octet-stream');
    expect(response.status).toBe(422);
    expect(names).toContain(problemName(response.body));
    await nothingLeftOver();
  });

  test('or taken for what it really is when its header claims 65535 × 65535 pixels', async () => {
    const response = await upload(clips.hugeHeader());
    if (response.status === 201) expect(response.body).toMatchObject({ width: 64, height: 48 });
    else expect(['video-too-many-pixels', 'not-a-video']).toContain(problemName(response.body));
    await nothingLeftOver();
  });

  test('when its type is not one of a video', async () => {
    const response = await upload(clips.clip(), 'image/png');
    expect([response.status, problemName(response.body)]).toEqual([415, 'unsupported-media-type']);
  });

  test('when its announced length is over the limit, before it is sent', async () => {
    const response = await upload(Buffer.alloc(400_000), 'video/mp4');
    expect([response.status, problemName(response.body)]).toEqual([413, 'video-too-large']);
    await nothingLeftOver();
  });

  test('when it grows over the limit, though it never announced a length', async () => {
    async function* endless() {
      for (;;) yield await Promise.resolve(new Uint8Array(64 * 1024));
    }
    const response = await raw(endless());
    expect([response.status, problemName(response.body)]).toEqual([413, 'video-too-large']);
    await nothingLeftOver();
  });

  test('when the form has no part called file', async () => {
    const response = await form(clips.clip(), 'clip.mp4', 'upload');
    expect([response.status, problemName(response.body)]).toEqual([400, 'invalid-request']);
  });

  test.each([
    ['has no boundary', 'multipart/form-data', 'nothing'],
    [
      'breaks off within the file',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc',
    ],
    ['breaks off within a header', 'multipart/form-data; boundary=x', '--x\r\ncontent-dispo'],
    ['is empty', 'multipart/form-data; boundary=x', ''],
  ])('when the form %s', async (_, type, text) => {
    const response = await upload(Buffer.from(text), type);
    expect([response.status, problemName(response.body)]).toEqual([400, 'invalid-request']);
    await nothingLeftOver();
  });

  test('when no key comes with it', async () => {
    const response = await api.request(
      '/v1/videos',
      { method: 'POST', headers: { 'content-type': 'video/mp4' }, body: clips.clip() },
      null,
    );
    expect(response.status).toBe(401);
  });
});

describe('a client that hangs up', () => {
  test.each([
    ['a raw body', 'video/mp4', ''],
    [
      'a form',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n',
    ],
  ])('in the middle of %s leaves nothing behind', async (_, type, head) => {
    const outgoing = httpRequest(`${api.url}/v1/videos`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-one', 'content-type': type, 'content-length': 200_000 },
    });
    outgoing.on('error', () => undefined);
    outgoing.write(head);
    outgoing.write(Buffer.alloc(100_000));
    await vi.waitFor(async () => expect((await onTheWay()).length).toBeGreaterThan(0));
    outgoing.destroy();
    await nothingLeftOver();
    expect((await api.request('/healthz')).status).toBe(200);
  });
});

describe('videos', () => {
  test('are listed newest first, page by page, each once', async () => {
    const key = 'key-three';
    const made: string[] = [];
    for (const seed of ['p', 'q', 'r'])
      made.unshift(((await upload(clips.clip({ seed }), 'video/mp4', key)).body as Video).id);
    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await api.request(
        `/v1/videos?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
        {},
        key,
      );
      const page = body as Page<Video>;
      listed.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(listed).toEqual(made);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'cursor=no', 'cursor=%00'])(
    'cannot be listed with ?%s',
    async (query) => {
      const response = await api.request(`/v1/videos?${query}`);
      expect([response.status, problemName(response.body)]).toEqual([400, 'invalid-request']);
    },
  );

  test('of another tenant are 404: to read, to delete, to submit', async () => {
    const { id } = (await upload(clips.clip({ seed: 'mine' }))).body as Video;
    expect((await api.request(`/v1/videos/${id}`, {}, 'key-two')).status).toBe(404);
    expect((await api.request(`/v1/videos/${id}`, { method: 'DELETE' }, 'key-two')).status).toBe(404);
    expect((await api.request(`/v1/videos/${id}`)).status).toBe(200);
  });

  test.each(['vid_00000000000000000000000000', 'nonsense', '%00', 'vid_01'])('%s is 404', async (id) => {
    const response = await api.request(`/v1/videos/${id}`);
    expect([response.status, problemName(response.body)]).toEqual([404, 'not-found']);
  });

  test.each(['cut short', 'changed', 'lost'])('mend a clip that was %s in the store', async (damage) => {
    const bytes = clips.clip({ seed: `to be ${damage}` });
    const video = (await upload(bytes)).body as Video;
    const key = `videos/${video.sha256}`;
    if (damage === 'lost') await api.store.delete(key);
    else await api.store.put(key, damage === 'changed' ? Buffer.alloc(bytes.length) : bytes.subarray(0, 500));
    const again = await upload(bytes);
    expect([again.status, again.body]).toEqual([200, video]);
    expect(Buffer.from(await api.store.get(key)).equals(bytes)).toBe(true);
  });

  test('can be deleted again and again, and uploaded anew', async () => {
    const bytes = clips.clip({ seed: 'to be deleted' });
    const { id, sha256 } = (await upload(bytes)).body as Video;
    const remove = async () => (await api.request(`/v1/videos/${id}`, { method: 'DELETE' })).status;
    expect([await remove(), await remove()]).toEqual([204, 204]);
    expect((await api.request(`/v1/videos/${id}`)).status).toBe(404);
    expect((await api.request(`/v1/videos/${id}`, { method: 'DELETE' }, 'key-two')).status).toBe(404);
    expect((await upload(bytes)).body).toMatchObject({ sha256 });
  });
});

/** A request whose body is sent chunk by chunk, without a length, for as long as the API takes it. */
function raw(body: AsyncIterable<Uint8Array>): Promise<{ status: number; body: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  let answered = false;
  const outgoing = httpRequest(
    `${api.url}/v1/videos`,
    { method: 'POST', headers: { authorization: 'Bearer key-one', 'content-type': 'video/mp4' } },
    (response) => {
      answered = true;
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          body: JSON.parse(Buffer.concat(pieces).toString()) as unknown,
        });
        outgoing.destroy();
      });
    },
  );
  outgoing.setMaxListeners(0);
  outgoing.on('error', (error) => {
    if (!answered) reject(error);
  });
  void (async () => {
    for await (const piece of body) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(piece))
        await new Promise((drained) => outgoing.once('drain', drained).once('close', drained));
    }
  })();
  return promise;
}
