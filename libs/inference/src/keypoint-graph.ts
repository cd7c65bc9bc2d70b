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
}

/** A graph that finds the keypoints of single pictures (training/export/keypoints.py). */
export interface KeypointGraph {
  height: number;
  width: number;
  /** @param picture RGB, uint8 [height, width, 3] */
  find(picture: Uint8Array): Promise<FoundKeypoints>;
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
      find: async (picture) => {
        const feeds = feedsOf('keypoints', spec.inputs, { frames: picture });
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
        };
      },
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** The graph's own sizes. @throws BundleError where its tensors are others */
function specOf(file: string, { inputs, outputs }: FoundGraph): GraphSpec {
  const dimsOf = (found: FoundGraph['inputs'], name: string, type: string, rank: number): number[] => {
    const tensor = found.find((each) => each.name === name);
    const dims = (tensor?.dims ?? []).filter((dim) => typeof dim === 'number');
    if (tensor?.type !== type || dims.length !== rank || dims[0] !== 1)
      throw new BundleError(
        file,
        `${name} ${type} of ${rank} known sizes, the first 1`,
        String(tensor?.dims),
      );
    return dims;
  };
  return {
    inputs: { frames: { type: 'uint8', dims: dimsOf(inputs, 'frames', 'uint8', 4) } },
    outputs: {
      positions: { type: 'float32', dims: dimsOf(outputs, 'positions', 'float32', 3) },
      scores: { type: 'float32', dims: dimsOf(outputs, 'scores', 'float32', 2) },
      descriptors: { type: 'float32', dims: dimsOf(outputs, 'descriptors', 'float32', 3) },
    },
  };
}
