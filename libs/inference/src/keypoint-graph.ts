import type { OpenGraphSpec, OpenSpec } from './graphs.js';
import { openLoneGraph, type ClosableGraph } from './lone-graph.js';

/** The keypoints of one picture, the surest first. */
export interface FoundKeypoints {
  /** [K, 2] pixels of the graph's picture, x and y; 0 is the middle of the first */
  positions: Float32Array;
  /** [K, D] of length 1 */
  descriptors: Float32Array;
  /**
   * By earlier picture that was asked for, [M, 2]: the keypoints of that and of this one that are each
   * other's most alike. None where the graph does not match.
   */
  matches: Int32Array[];
}

/** Cosine of two descriptors below which they show different things; XFeat's own. */
const LEAST_COSINE = 0.82;

/** A graph that finds the keypoints of single pictures (training/export/keypoints.py). */
export interface KeypointGraph extends ClosableGraph {
  height: number;
  width: number;
  /**
   * @param picture RGB, uint8 [height, width, 3]
   * @param earlier the descriptors of pictures that it is matched with, at most as many as the graph takes
   */
  find(picture: Uint8Array, earlier?: readonly Float32Array[]): Promise<FoundKeypoints>;
}

/**
 * Loads a graph that finds keypoints.
 * @throws BundleError when the file is no such graph
 */
export async function openKeypointGraph(file: string): Promise<KeypointGraph> {
  const graph = await openLoneGraph('keypoints', file, ({ inputs }) =>
    specOf(inputs.some(({ name }) => name === 'earlier')),
  );
  const [, height = 0, width = 0] = graph.spec.inputs['frames']?.dims ?? [];
  const [pictures = 0, most = 0, wide = 0] = graph.spec.inputs['earlier']?.dims ?? [];
  return {
    ...{ height, width },
    find: async (picture, earlier = []) => {
      const matched = earlier.slice(0, pictures);
      const padded = new Float32Array(pictures * most * wide);
      matched.forEach((descriptors, index) => padded.set(descriptors, index * most * wide));
      const outputs = await graph.run(
        pictures === 0 ? { frames: picture } : { frames: picture, earlier: padded },
      );
      const scores = outputs.floats('scores');
      // those that a picture lacks come last, without a score
      const none = scores.findIndex((score) => !(score > 0));
      const count = none < 0 ? scores.length : none;
      const [positions, descriptors] = [outputs.floats('positions'), outputs.floats('descriptors')];
      return {
        positions: positions.slice(0, 2 * count),
        descriptors: descriptors.slice(0, (descriptors.length / scores.length) * count),
        matches: matched.map((_, index) => {
          const ofOne = <A extends Float32Array | Int32Array>(all: A) =>
            all.subarray(index * most, (index + 1) * most) as A;
          return mutual(
            ofOne(outputs.integers('nearest')),
            ofOne(outputs.integers('back')),
            ofOne(outputs.floats('likeness')),
          );
        }),
      };
    },
    onCrash: (listener) => graph.onCrash(listener),
    close: () => graph.close(),
  };
}

/** Pairs of an earlier picture's keypoint and an own one, in the earlier one's order. */
function mutual(nearest: Int32Array, back: Int32Array, likeness: Float32Array): Int32Array {
  const pairs: number[] = [];
  back.forEach((own, earlier) => {
    if (nearest[own] === earlier && (likeness[own] ?? 0) > LEAST_COSINE) pairs.push(earlier, own);
  });
  return Int32Array.from(pairs);
}

const tensor = (type: OpenSpec['type'], ...dims: OpenSpec['dims']): OpenSpec => ({ type, dims });

/** The tensors of such a graph. @param matches whether it matches a picture with earlier ones */
const specOf = (matches: boolean): OpenGraphSpec => ({
  inputs: {
    frames: tensor('uint8', 1, 'height', 'width', 3),
    ...(matches ? { earlier: tensor('float32', 'pictures', 'keypoints', 'length') } : {}),
  },
  outputs: {
    positions: tensor('float32', 1, 'keypoints', 2),
    scores: tensor('float32', 1, 'keypoints'),
    descriptors: tensor('float32', 1, 'keypoints', 'length'),
    ...(matches
      ? {
          nearest: tensor('int32', 'pictures', 'keypoints'),
          likeness: tensor('float32', 'pictures', 'keypoints'),
          back: tensor('int32', 'pictures', 'keypoints'),
        }
      : {}),
  },
});
