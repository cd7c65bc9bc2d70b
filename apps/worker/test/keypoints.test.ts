import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { loadBundle } from '@loci/inference';
import { temporaryFolder } from '@loci/testing';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../src/config.js';
import { Models } from '../src/models.js';

const MODELS = inRoot('models');
const GRAPH = join(MODELS, 'xfeat', 'keypoints.onnx');

const SETTINGS = {
  DATABASE_URL: 'postgres://nowhere/loci',
  QUEUE_URL: 'redis://nowhere',
  OBJECT_STORE_URL: 'file:///nowhere',
  MODEL_DIR: MODELS,
};

it('a keypoints graph that could not be loaded is tried again, and keeps nothing open', async () => {
  const folder = await temporaryFolder('keypoints');
  onTestFinished(() => folder.remove());
  const models = await Models.open(readConfig(SETTINGS), () => undefined);
  const bundle = await loadBundle(join(MODELS, 'loci-nano'));
  const file = join(folder.path, 'keypoints.onnx');
  const beside = { ...bundle, keypoints: { file, sha256: 'later' } };
  await expect(models.keypoints(beside, 'later')).rejects.toThrow(/keypoints\.onnx/);
  await copyFile(GRAPH, file);
  const graph = await models.keypoints(beside, 'later');
  expect(await models.keypoints(beside, 'later')).toBe(graph);

  const missing = { ...bundle, keypoints: { file: join(folder.path, 'none.onnx'), sha256: 'none' } };
  const lost = models.keypoints(missing, 'none');
  await models.close();
  await expect(lost).rejects.toThrow(/none\.onnx/);
  await expect(graph.find(new Uint8Array(graph.height * graph.width * 3))).rejects.toThrow(/closed/);
});
