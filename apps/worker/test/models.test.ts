import { inRoot } from '@loci/host';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { Models } from '../src/models.js';

describe('the models of a worker that is to compute in 8 bits', () => {
  let models: Models;
  beforeAll(async () => {
    const settings = {
      DATABASE_URL: 'postgres://nowhere/loci',
      QUEUE_URL: 'redis://nowhere',
      OBJECT_STORE_URL: 'file:///nowhere',
      MODEL_DIR: inRoot('models'),
      MODEL_PRECISION: '8bit',
    };
    models = await Models.open(readConfig(settings), () => undefined);
  });
  afterAll(() => models.close());

  const somePoints = async (ref: string): Promise<Float32Array> => {
    const { bundle, engine } = await models.of(ref);
    const { frames_per_chunk: length, height, width } = bundle.manifest.sizes;
    const bytes = length * height * width * 3;
    const frames = Uint8Array.from({ length: bytes }, (_, index) => (index * index) % 251);
    return (await engine.perceive({ frames, frameMask: new Uint8Array(length).fill(1) })).points;
  };

  it('still go on with memories that float convolutions have begun', async () => {
    const [eightBit = '', float = ''] = models.refs();
    expect(eightBit).toBe(`${float}-8bit`);
    expect((await models.of(float)).bundle.perceive).toBe('perceive.onnx');
    expect(await somePoints(eightBit)).not.toEqual(await somePoints(float));
  });

  it('load each once, whoever asks', async () => {
    const engines = await Promise.all([...models.refs(), ...models.refs()].map((ref) => models.of(ref)));
    expect(new Set(engines.map(({ engine }) => engine)).size).toBe(2);
  });

  it('are no others', async () => {
    await expect(models.of('loci-nano@0-8bit')).rejects.toThrow(
      /^this worker has no bundle loci-nano@0-8bit/,
    );
  });
});
