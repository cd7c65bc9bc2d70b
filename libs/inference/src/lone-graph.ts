import { BundleError } from './errors.js';
import type { FoundGraph, GraphSpec, OpenGraphSpec } from './graphs.js';
import { feedsOf, Outputs, type TensorArrays } from './tensors.js';
import { InferenceThread, type ThreadGraph } from './thread.js';

/** What each graph beside the bundles does. */
export interface ClosableGraph {
  /** Calls back once when the graph's thread ends unexpectedly; at once when it already has. */
  onCrash(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** A graph that lies beside the bundles, and belongs to none of them. */
export interface LoneGraph extends ClosableGraph {
  /** Its own sizes. */
  spec: GraphSpec;
  run(inputs: TensorArrays): Promise<Outputs>;
}

/**
 * Loads a graph that lies beside the bundles. It runs on one thread of the CPU, so that all machines of a
 * kind get the same bits.
 * @param specIn the tensors that such a graph has; a dimension that it says itself is a name
 * @throws BundleError when the file is no such graph
 */
export async function openLoneGraph(
  name: ThreadGraph,
  file: string,
  specIn: (found: FoundGraph) => OpenGraphSpec,
): Promise<LoneGraph> {
  const thread = new InferenceThread({
    ...{ graphs: { [name]: file }, executionProviders: ['cpu'], threads: 1 },
  });
  try {
    const loaded = await thread.loaded;
    if (loaded.kind === 'unloadable')
      throw new BundleError(file, 'a graph that ONNX Runtime loads', loaded.message);
    const found = loaded.graphs[name] ?? { inputs: [], outputs: [] };
    const { inputs, outputs } = specIn(found);
    const spec = {
      inputs: sized(file, inputs, found.inputs),
      outputs: sized(file, outputs, found.outputs),
    };
    return {
      spec,
      run: async (given) => {
        const feeds = feedsOf(name, spec.inputs, given);
        const wanted = Object.keys(spec.outputs);
        return new Outputs(name, spec.outputs, await thread.run({ graph: name, feeds, outputs: wanted }));
      },
      onCrash: (listener) => thread.onCrash(listener),
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** Tensors with the sizes that a graph says itself. @throws BundleError where its tensors are others */
function sized(
  file: string,
  specs: OpenGraphSpec['inputs'],
  found: FoundGraph['inputs'],
): GraphSpec['inputs'] {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, dims }]) => {
      const tensor = found.find((each) => each.name === name);
      const known = (tensor?.dims ?? []).filter((dim) => typeof dim === 'number');
      const fits =
        known.length === dims.length &&
        dims.every((dim, axis) => typeof dim === 'string' || dim === known[axis]);
      if (tensor?.type !== type || !fits)
        throw new BundleError(
          file,
          `${name} ${type} [${dims.join(', ')}]`,
          tensor === undefined ? 'none' : `${tensor.type} [${tensor.dims.join(', ')}]`,
        );
      return [name, { type, dims: known }];
    }),
  );
}
