import { BundleError } from './errors.js';
import { feedsOf, Outputs } from './tensors.js';
import { InferenceThread } from './thread.js';
import type { FoundGraph, GraphSpec } from './graphs.js';

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
export interface KeypointGraph {
  height: number;
  width: number;
  /**
   * @param picture RGB, uint8 [height, width, 3]
   * @param earlier the descriptors of pictures that it is matched with, at most as many as the graph takes
   */
  find(picture: Uint8Array, earlier?: readonly Float32Array[]): Promise<FoundKeypoints>;
  /** Calls back once when the graph's thread ends unexpectedly; at once when it already has. */
  onCrash(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/**
 * Loads a graph that finds keypoints; it runs on one thread of the CPU, so that all machines of a kind get
 * the same bits.
 * @throws BundleError when the file is no such graph
 */
export async function openKeypointGraph(file: string): Promise<KeypointGraph> {
  const thread = new InferenceThread({
    ...{ graphs: { keypoints: file }, executionProviders: ['cpu'], threads: 1 },
  });
  try {
    const loaded = await thread.loaded;
    if (loaded.kind === 'unloadable')
      throw new BundleError(file, 'a graph that ONNX Runtime loads', loaded.message);
    const spec = specOf(file, loaded.graphs.keypoints ?? { inputs: [], outputs: [] });
    const [, height = 0, width = 0] = spec.inputs['frames']?.dims ?? [];
    return {
      ...{ height, width },
      find: async (picture, earlier = []) => {
        const [pictures = 0, most = 0, wide = 0] = spec.inputs['earlier']?.dims ?? [];
        const matched = earlier.slice(0, pictures);
        const padded = new Float32Array(pictures * most * wide);
        matched.forEach((descriptors, index) => padded.set(descriptors, index * most * wide));
        const given = pictures === 0 ? { frames: picture } : { frames: picture, earlier: padded };
        const feeds = feedsOf('keypoints', spec.inputs, given);
        const outputs = new Outputs(
          'keypoints',
          spec.outputs,
          await thread.run({ graph: 'keypoints', feeds, outputs: Object.keys(spec.outputs) }),
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
      onCrash: (listener) => thread.onCrash(listener),
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** Pairs of an earlier picture's keypoint and an own one, in the earlier one's order. */
function mutual(nearest: Int32Array, back: Int32Array, likeness: Float32Array): Int32Array {
  const pairs: number[] = [];
  back.forEach((own, earlier) => {
    if (nearest[own] === earlier && (likeness[own] ?? 0) > LEAST_COSINE) pairs.push(earlier, own);
  });
  return Int32Array.from(pairs);
}

/** The graph's own sizes. @throws BundleError where its tensors are others */
function specOf(file: string, { inputs, outputs }: FoundGraph): GraphSpec {
  const dimsOf = (
    found: FoundGraph['inputs'],
    name: string,
    type: string,
    rank: number,
    first?: number,
  ): number[] => {
    const tensor = found.find((each) => each.name === name);
    const dims = (tensor?.dims ?? []).filter((dim) => typeof dim === 'number');
    if (tensor?.type !== type || dims.length !== rank || (first ?? dims[0]) !== dims[0])
      throw new BundleError(
        file,
        `${name} ${type} of ${rank} known sizes${first === undefined ? '' : `, the first ${first}`}`,
        String(tensor?.dims),
      );
    return dims;
  };
  const matches = inputs.some(({ name }) => name === 'earlier');
  return {
    inputs: {
      frames: { type: 'uint8', dims: dimsOf(inputs, 'frames', 'uint8', 4, 1) },
      ...(matches ? { earlier: { type: 'float32', dims: dimsOf(inputs, 'earlier', 'float32', 3) } } : {}),
    },
    outputs: {
      positions: { type: 'float32', dims: dimsOf(outputs, 'positions', 'float32', 3, 1) },
      scores: { type: 'float32', dims: dimsOf(outputs, 'scores', 'float32', 2, 1) },
      descriptors: { type: 'float32', dims: dimsOf(outputs, 'descriptors', 'float32', 3, 1) },
      ...(matches
        ? {
            nearest: { type: 'int32', dims: dimsOf(outputs, 'nearest', 'int32', 2) },
            likeness: { type: 'float32', dims: dimsOf(outputs, 'likeness', 'float32', 2) },
            back: { type: 'int32', dims: dimsOf(outputs, 'back', 'int32', 2) },
          }
        : {}),
    },
  };
}
