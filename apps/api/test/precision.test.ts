import type { Job, Memory, Model, Page } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

describe('an installation whose models are to compute in 8 bits', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ modelDir: inRoot('models'), modelPrecision: '8bit' });
  });
  afterAll(() => api.close());

  const memoryModel = async (videoId: string, model?: string): Promise<string> => {
    const job = (await api.submit({ video_id: videoId, ...(model === undefined ? {} : { model }) }))
      .body as Job;
    return ((await api.request(`/v1/memories/${job.memory_id}`)).body as Memory).model;
  };

  test('builds a memory in 8 bits, and another where a job names the float model', async () => {
    const { data } = (await api.request('/v1/models')).body as Page<Model>;
    const [eightBit, float] = data.map(({ name, version }) => `${name}@${version}`);
    expect(eightBit).toBe(`${float}-8bit`);
    const video = await api.upload(clip({ seconds: 8, seed: 'precision' }));
    expect(await memoryModel(video.id)).toBe(eightBit);
    expect(await memoryModel(video.id, 'loci-nano')).toBe(eightBit);
    expect(await memoryModel(video.id, float)).toBe(float);
  });
});
