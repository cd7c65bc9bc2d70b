import { LociError, modelRef } from '@loci/contracts';
import {
  listBundles,
  openEngine,
  openKeypointGraph,
  openThingsGraph,
  type Bundle,
  type Engine,
  type KeypointGraph,
  type ThingsGraph,
} from '@loci/inference';
import type { Config } from './config.js';

/** A bundle with its warm engine. */
export interface Model {
  bundle: Bundle;
  engine: Engine;
}

/** The models that this worker serves, each with one warm engine. */
export class Models {
  /** Graphs that find keypoints, by their SHA-256: each is loaded when it is first asked for. */
  private readonly keypointGraphs = new Map<string, Promise<KeypointGraph>>();
  /** The same of graphs that say what things pictures show. */
  private readonly thingsGraphs = new Map<string, Promise<ThingsGraph>>();

  private constructor(
    private readonly byRef: Map<string, Model>,
    private readonly onCrash: (error: Error) => void,
  ) {}

  /**
   * Loads, verifies and warms up every bundle in MODEL_DIR.
   * @param onCrash hears once of an inference thread that died: a worker without its engine must end
   * @throws LociError 'bundle-invalid'
   */
  static async open(config: Config, onCrash: (error: Error) => void): Promise<Models> {
    const bundles = await listBundles(config.modelDir);
    if (bundles.length === 0)
      throw new LociError('bundle-invalid', `there is no bundle in ${config.modelDir}`);
    const byRef = new Map<string, Model>();
    for (const bundle of bundles) {
      const engine = await openEngine(bundle, {
        executionProviders: config.executionProviders,
        threads: config.inferenceThreads,
      });
      engine.onCrash(onCrash);
      byRef.set(modelRef(bundle.manifest), { bundle, engine });
    }
    return new Models(byRef, onCrash);
  }

  /** @throws LociError 'unknown-model' when this worker lacks the bundle that the memory was built with */
  of(ref: string): Model {
    const model = this.byRef.get(ref);
    if (model === undefined)
      throw new LociError(
        'unknown-model',
        `this worker has no bundle ${ref} (it has ${this.refs().join(', ')})`,
      );
    return model;
  }

  /**
   * The graph that finds a memory's keypoints. One that could not be loaded is tried again when it is next
   * asked for.
   * @throws LociError 'unknown-model' when this worker lacks it, 'bundle-invalid'
   */
  keypoints({ keypoints }: Bundle, sha256: string): Promise<KeypointGraph> {
    if (keypoints?.sha256 !== sha256)
      throw new LociError('unknown-model', 'this worker lacks the graph that finds the memory’s keypoints');
    return this.opened(this.keypointGraphs, sha256, () => openKeypointGraph(keypoints.file));
  }

  /** As keypoints(), the graph that says what things a memory's pictures show. */
  things({ things }: Bundle, sha256: string): Promise<ThingsGraph> {
    if (things?.sha256 !== sha256)
      throw new LociError('unknown-model', 'this worker lacks the graph that sees the memory’s things');
    return this.opened(this.thingsGraphs, sha256, () => openThingsGraph(things.file));
  }

  private opened<G extends Pick<KeypointGraph, 'onCrash'>>(
    graphs: Map<string, Promise<G>>,
    sha256: string,
    open: () => Promise<G>,
  ): Promise<G> {
    const known = graphs.get(sha256);
    if (known !== undefined) return known;
    const opened = open();
    graphs.set(sha256, opened);
    opened.then(
      (graph) => graph.onCrash(this.onCrash),
      () => graphs.delete(sha256),
    );
    return opened;
  }

  refs(): string[] {
    return [...this.byRef.keys()];
  }

  async close(): Promise<void> {
    await Promise.all([...this.byRef.values()].map(({ engine }) => engine.close()));
    const graphs = [...this.keypointGraphs.values(), ...this.thingsGraphs.values()];
    for (const graph of await Promise.allSettled<KeypointGraph | ThingsGraph>(graphs))
      if (graph.status === 'fulfilled') await graph.value.close();
  }
}
