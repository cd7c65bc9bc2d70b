import { once } from 'node:events';
import { readdir, readlink, rm, truncate } from 'node:fs/promises';
import {
  Agent,
  createServer,
  get,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Problem, Video } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiRequest } from '../src/http/request.js';
import { ContentService } from '../src/videos/content.service.js';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip, onePixel, webm } from './fixtures/clips.js';

let api: TestApi;
let bytes: Buffer;
let video: Video;
let path: string;
beforeAll(async () => {
  api = await startApi();
  bytes = clip({ seconds: 2 });
  video = await api.upload(bytes);
  path = `/v1/videos/${video.id}/content`;
});
afterAll(() => api.close());

const content = (headers: Record<string, string> = {}, method = 'GET') =>
  api.request(path, { method, headers });

describe('the clip of a video', () => {
  test('comes whole, as what it is, and may be kept by the tenant’s browser alone', async () => {
    const response = await content();
    expect(response.status).toBe(200);
    expect(response.bytes).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      etag: `"${video.sha256}"`,
    });
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=10-99', 10, 99],
    ['bytes=-7', -7, -1],
    ['bytes=1000-', 1000, -1],
    ['bytes=5-999999999', 5, -1],
  ])('comes in part for the range %s', async (range, from, to) => {
    const start = from < 0 ? bytes.length + from : from;
    const end = to < 0 ? bytes.length + to : to;
    const response = await content({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${bytes.length}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(response.bytes).toEqual(bytes.subarray(start, end + 1));
  });

  test.each(['bytes=0-1,5-6', 'pages=1-2', 'bytes', 'bytes=b-a', 'bytes=9-1'])(
    'comes whole for the range %s, which nobody has to follow',
    async (range) => {
      const response = await content({ range });
      expect([response.status, response.bytes.length]).toEqual([200, bytes.length]);
    },
  );

  test('has no bytes behind its end', async () => {
    const response = await content({ range: `bytes=${bytes.length}-` });
    expect(response.status).toBe(416);
    expect((response.body as Problem).type).toMatch(/range-not-satisfiable$/);
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  test('is not sent again to one who has it', async () => {
    const response = await content({ 'if-none-match': `"other", W/"${video.sha256}"` });
    expect([response.status, response.bytes.length]).toEqual([304, 0]);
    expect(response.headers.get('etag')).toBe(`"${video.sha256}"`);
    expect((await content({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('goes on with a range only for one who has the same clip', async () => {
    const range = 'bytes=2-3';
    expect((await content({ range, 'if-range': `"${video.sha256}"` })).status).toBe(206);
    expect((await content({ range, 'if-range': '"other"' })).status).toBe(200);
  });

  test('is announced by HEAD, whole and in part', async () => {
    const whole = await content({}, 'HEAD');
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    const part = await content({ range: 'bytes=0-9' }, 'HEAD');
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '10']);
    expect(part.bytes.length).toBe(0);
  });

  test('in another container comes as that', async () => {
    for (const [made, type] of [
      [webm(), 'video/webm'],
      [onePixel(), 'video/matroska'],
    ] as const) {
      const { id } = await api.upload(made);
      const response = await api.request(`/v1/videos/${id}/content`);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.bytes).toEqual(made);
    }
  });

  test('of another tenant, or of none, is 404, and needs a key', async () => {
    expect((await api.request(path, {}, 'key-two')).status).toBe(404);
    expect((await api.request(`/v1/videos/${'vid_'.padEnd(30, '0')}/content`)).status).toBe(404);
    expect((await api.request('/v1/videos/x/content')).status).toBe(404);
    expect((await api.request(path, {}, null)).status).toBe(401);
  });

  test('that the store has lost is said to be so', async () => {
    const { id, sha256 } = await api.upload(clip({ seed: 'lost' }));
    await rm(join(api.storeDir, 'videos', sha256));
    const response = await api.request(`/v1/videos/${id}/content`);
    expect([response.status, (response.body as Problem).type.split('/').at(-1)]).toEqual([500, 'clip-lost']);
  });

  test('that the store has cut short ends its connection, so that no player waits for the rest', async () => {
    const cut = await api.upload(clip({ seed: 'cut short' }));
    await truncate(join(api.storeDir, 'videos', cut.sha256), 1000);
    expect(await leavesOpen(cut)).toBe(false);
    expect(await leavesOpen(video)).toBe(true);
  });
});

/**
 * Sends a clip to a player that keeps its connection for more.
 * @param before the clip is looked for
 * @returns whether the connection is still open once the clip is sent, or cannot be
 */
async function leavesOpen(
  sent: Video,
  before?: (player: ClientRequest, response: ServerResponse) => Promise<unknown>,
): Promise<boolean> {
  const { promise: isOpen, resolve, reject } = Promise.withResolvers<boolean>();
  const server = createServer((request, response) => {
    Promise.resolve(before?.(player, response))
      .then(() => new ContentService(api.store).send(sent, request as ApiRequest, response))
      .then(() => resolve(!request.socket.destroyed), reject);
  }).listen(0);
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  const ignore = () => undefined;
  const player = get({ port: (server.address() as AddressInfo).port, agent }, (response) =>
    response.on('error', ignore).resume(),
  ).on('error', ignore);
  try {
    return await isOpen;
  } finally {
    agent.destroy();
    server.close();
  }
}

/** An mp4 that ends in so many bytes of padding, which players skip. */
function padded(bytes: number): Buffer {
  const box = Buffer.alloc(bytes);
  box.writeUInt32BE(bytes);
  box.write('free', 4, 'latin1');
  return Buffer.concat([clip({ seed: 'padded' }), box]);
}

// the list of open files is Linux's
describe.skipIf(process.platform !== 'linux')('a player', () => {
  test('that leaves before the clip is opened leaves nothing open', async () => {
    await leavesOpen(video, (player, response) => {
      player.destroy();
      return once(response, 'close');
    });
    await vi.waitFor(async () => expect(await openFiles(video.sha256)).toEqual([]));
  });

  test('that leaves in the middle leaves nothing open', async () => {
    const large = await api.upload(padded(16 * 1024 * 1024));
    const headers = { authorization: 'Bearer key-one' };
    const request = get(`${api.url}/v1/videos/${large.id}/content`, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    expect(await openFiles(large.sha256)).toHaveLength(1);
    response.destroy();
    await vi.waitFor(async () => expect(await openFiles(large.sha256)).toEqual([]));
  });
});

/** The files of this process, which the API runs in, that are open and have a name in their paths. */
async function openFiles(name: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  const paths = await Promise.all(numbers.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.includes(name));
}
