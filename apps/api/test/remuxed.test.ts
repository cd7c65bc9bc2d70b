import type { Video } from '@loci/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import * as clips from './fixtures/clips.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test('a transport stream is a video with one timeline, and a copy of its track lies beside it', async () => {
  const body = clips.transportStream();
  const upload = () =>
    api.request('/v1/videos', { method: 'POST', headers: { 'content-type': 'video/mp2t' }, body });
  const response = await upload();
  const video = response.body as Video;
  expect(response.status).toBe(201);
  expect(video).toMatchObject({ codec: 'h264', start_s: 0, duration_s: 4, fps: 10, bytes: body.length });
  expect(await api.storedUnder('videos')).toEqual([video.sha256]);
  expect(await api.storedUnder('remuxed')).toEqual([video.sha256]);
  expect((await upload()).body).toEqual(video);
  await vi.waitFor(async () => expect(await api.storedUnder('uploads')).toEqual([]));
});
