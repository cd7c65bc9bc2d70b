import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { expect, it, onTestFinished } from 'vitest';
import { BundleError, loadBundle, openThingsGraph } from '../src/index.js';
import { TINY } from './tiny-bundle.js';

it('the shipped graph says of each cell how likely it is each of the things that have names', async () => {
  const { things } = await loadBundle(inRoot('models', 'loci-nano'));
  const graph = await openThingsGraph(things?.file ?? '');
  onTestFinished(() => graph.close());
  const { height, width, rows, columns, categories } = graph;
  expect(categories).toBe(things?.categories.length);
  const picture = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * i) % 251);
  const cells = await graph.look(picture);
  expect(cells).toHaveLength(rows * columns * categories);
  // the categories leave room for others: in no cell do they share more than all
  const shares = Array.from({ length: rows * columns }, (_, cell) =>
    cells.subarray(cell * categories, (cell + 1) * categories).reduce((sum, share) => sum + share, 0),
  );
  expect(Math.max(...shares)).toBeLessThanOrEqual(255 + categories);
  expect(await graph.look(picture)).toEqual(cells);
});

it('a graph that sees no things is refused', async () => {
  await expect(openThingsGraph(join(TINY, 'perceive.onnx'))).rejects.toThrow(BundleError);
  await expect(openThingsGraph(inRoot('models', 'xfeat', 'keypoints.onnx'))).rejects.toThrow(/cells float32/);
});
