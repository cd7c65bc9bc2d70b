import { BundleError } from './errors.js';
import { feedsOf, Outputs } from './tensors.js';
import { InferenceThread } from './thread.js';
import type { FoundGraph, GraphSpec } from './graphs.js';

/** A graph that says what things a picture shows, cell by cell (training/export/things.py). */
export interface ThingsGraph {
  height: number;
  width: number;
  rows: number;
  columns: number;
  categories: number;
  /**
   * 255ths of the probability of each category in each cell, [rows, columns, categories].
   * @param picture RGB, uint8 [height, width, 3]
   */
  look(picture: Uint8Array): Promise<Uint8Array>;
  /** Calls back once when the graph's thread ends unexpectedly; at once when it already has. */
  onCrash(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/**
 * Loads a graph that says what things a picture shows; it runs on one thread of the CPU, as that of keypoints
 * does.
 * @throws BundleError when the file is no such graph
 */
export async function openThingsGraph(file: string): Promise<ThingsGraph> {
  const thread = new InferenceThread({
    ...{ graphs: { things: file }, executionProviders: ['cpu'], threads: 1 },
  });
  try {
    const loaded = await thread.loaded;
    if (loaded.kind === 'unloadable')
      throw new BundleError(file, 'a graph that ONNX Runtime loads', loaded.message);
    const spec = specOf(file, loaded.graphs.things ?? { inputs: [], outputs: [] });
    const [, height = 0, width = 0] = spec.inputs['frames']?.dims ?? [];
    const [, rows = 0, columns = 0, categories = 0] = spec.outputs['cells']?.dims ?? [];
    return {
      ...{ height, width, rows, columns, categories },
      look: async (picture) => {
        const feeds = feedsOf('things', spec.inputs, { frames: picture });
        const found = await thread.run({ graph: 'things', feeds, outputs: ['cells'] });
        const cells = new Outputs('things', spec.outputs, found).floats('cells');
        return Uint8Array.from(cells, (probability) => Math.round(255 * probability));
      },
      onCrash: (listener) => thread.onCrash(listener),
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** The graph's own sizes. @throws BundleError where its tensors are others */
function specOf(file: string, { inputs, outputs }: FoundGraph): GraphSpec {
  const dimsOf = (found: FoundGraph['inputs'], name: string, type: string): number[] => {
    const tensor = found.find((each) => each.name === name);
    const dims = (tensor?.dims ?? []).filter((dim) => typeof dim === 'number');
    if (tensor?.type !== type || dims.length !== 4 || dims[0] !== 1)
      throw new BundleError(file, `${name} ${type} of 4 known sizes, the first 1`, String(tensor?.dims));
    return dims;
  };
  return {
    inputs: { frames: { type: 'uint8', dims: dimsOf(inputs, 'frames', 'uint8') } },
    outputs: { cells: { type: 'float32', dims: dimsOf(outputs, 'cells', 'float32') } },
  };
}
