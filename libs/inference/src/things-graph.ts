import type { OpenGraphSpec } from './graphs.js';
import { openLoneGraph, type ClosableGraph } from './lone-graph.js';

/** A graph that says what things a picture shows, cell by cell (training/export/things.py). */
export interface ThingsGraph extends ClosableGraph {
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
}

const SPEC: OpenGraphSpec = {
  inputs: { frames: { type: 'uint8', dims: [1, 'height', 'width', 3] } },
  outputs: { cells: { type: 'float32', dims: [1, 'rows', 'columns', 'categories'] } },
};

/**
 * Loads a graph that says what things a picture shows.
 * @throws BundleError when the file is no such graph
 */
export async function openThingsGraph(file: string): Promise<ThingsGraph> {
  const graph = await openLoneGraph('things', file, () => SPEC);
  const [, height = 0, width = 0] = graph.spec.inputs['frames']?.dims ?? [];
  const [, rows = 0, columns = 0, categories = 0] = graph.spec.outputs['cells']?.dims ?? [];
  return {
    ...{ height, width, rows, columns, categories },
    look: async (picture) => {
      const cells = (await graph.run({ frames: picture })).floats('cells');
      return Uint8Array.from(cells, (probability) => Math.round(255 * probability));
    },
    onCrash: (listener) => graph.onCrash(listener),
    close: () => graph.close(),
  };
}
