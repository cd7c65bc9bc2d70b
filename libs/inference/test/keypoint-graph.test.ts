import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BundleError, openKeypointGraph } from '../src/index.js';
import { FIXTURES, TINY } from './tiny-bundle.js';

const open = async (name: string) => {
  const graph = await openKeypointGraph(join(FIXTURES, 'keypoints', name));
  onTestFinished(() => graph.close());
  return graph;
};

describe('a graph that finds keypoints', () => {
  it('says how large its pictures are, and gives the keypoints that a picture has', async () => {
    const graph = await open('keypoints.onnx');
    expect([graph.height, graph.width]).toEqual([1, 3]);
    // red and green are a keypoint's place, blue its score: the third has none
    const { positions, descriptors } = await graph.find(Uint8Array.of(7, 8, 200, 3, 1, 90, 5, 5, 0));
    expect([...positions]).toEqual([7, 8, 3, 1]);
    expect([...descriptors]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
    expect((await graph.find(new Uint8Array(9))).positions).toHaveLength(0);
    expect((await graph.find(new Uint8Array(9).fill(2))).positions).toHaveLength(6);
  });

  it('matches a picture with earlier ones, where it can', async () => {
    const graph = await openKeypointGraph(inRoot('models', 'xfeat', 'keypoints.onnx'));
    onTestFinished(() => graph.close());
    const picture = Uint8Array.from({ length: graph.height * graph.width * 3 }, (_, i) => (i * i) % 251);
    const { positions, descriptors } = await graph.find(picture);
    const { matches } = await graph.find(picture, [descriptors]);
    const count = positions.length / 2;
    expect(count).toBeGreaterThan(100);
    // all are their own most alike, but for those that look like others
    const own = Array.from({ length: matches[0]!.length / 2 }, (_, m) => matches[0]!.slice(2 * m, 2 * m + 2));
    expect(own.filter(([earlier, here]) => earlier === here).length).toBeGreaterThan(0.9 * count);
  });

  it('is refused where it is none', async () => {
    await expect(open('no-scores.onnx')).rejects.toThrow(/no-scores\.onnx.*scores float32 \[1, keypoints\]/s);
    await expect(openKeypointGraph(join(TINY, 'perceive.onnx'))).rejects.toThrow(BundleError);
    await expect(open('nowhere.onnx')).rejects.toThrow(BundleError);
  });
});
