import { LociError, modelRef } from '@loci/contracts';
import {
  listBundles,
  openEngine,
  openKeypointGraph,
  openThingsGraph,
  type Bundle,
  type Engine,
  type EngineOptions,
  type KeypointGraph,
  type ThingsGraph,
} from '@loci/inference';
import type { Config } from './config.js';

/** A bundle with its warm engine. */
export interface Model {
  bundle: Bundle;
  engine: Engine;
}

/** The models that this worker serves. */
export class Models {
  /** The engines by their models: of a bundle's two precisions, one is loaded when it is first asked for. */
  private readonly engines = new Map<string, Promise<Engine>>();
  /** Graphs that find keypoints, by their SHA-256, likewise. */
  private readonly keypointGraphs = new Map<string, Promise<KeypointGraph>>();
  /** The same of graphs that say what things pictures show. */
  private readonly thingsGraphs = new Map<string, Promise<ThingsGraph>>();

  private constructor(
    private readonly bundles: ReadonlyMap<string, Bundle>,
    private readonly options: EngineOptions,
    private readonly onCrash: (error: Error) => void,
  ) {}

  /**
   * Verifies every bundle in MODEL_DIR, and warms up the model of each that new jobs take.
   * @param onCrash hears once of an inference thread that died: a worker without its engine must end
   * @throws LociError 'bundle-invalid'
   */
  static async open(config: Config, onCrash: (error: Error) => void): Promise<Models> {
    const { modelDir, modelPrecision, executionProviders, inferenceThreads: threads } = config;
    const bundles = await listBundles(modelDir, modelPrecision);
    if (bundles.length === 0) throw new LociError('bundle-invalid', `there is no bundle in ${modelDir}`);
    const byRef = new Map(bundles.map((bundle) => [modelRef(bundle.manifest), bundle]));
    const models = new Models(byRef, { executionProviders, threads }, onCrash);
    for (const { dir } of bundles) {
      const first = bundles.find((bundle) => bundle.dir === dir);
      if (first !== undefined) await models.of(modelRef(first.manifest));
    }
    return models;
  }

  /**
   * A model with its warm engine. One that could not be loaded is tried again when it is next asked for.
   * @throws LociError 'unknown-model' when this worker lacks the bundle that the memory was built with
   */
  async of(ref: string): Promise<Model> {
    const bundle = this.bundleOf(ref);
    return { bundle, engine: await this.opened(this.engines, ref, () => openEngine(bundle, this.options)) };
  }

  /** @throws LociError 'unknown-model' when this worker lacks it */
  bundleOf(ref: string): Bundle {
    const bundle = this.bundles.get(ref);
    if (bundle === undefined)
      throw new LociError(
        'unknown-model',
        `this worker has no bundle ${ref} (it has ${this.refs().join(', ')})`,
      );
    return bundle;
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

  private opened<G extends Pick<Engine, 'onCrash'>>(
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
    return [...this.bundles.keys()];
  }

  async close(): Promise<void> {
    const graphs = [this.engines, this.keypointGraphs, this.thingsGraphs].flatMap((each) => [
      ...each.values(),
    ]);
    for (const graph of await Promise.allSettled<Engine | KeypointGraph | ThingsGraph>(graphs))
      if (graph.status === 'fulfilled') await graph.value.close();
  }
}
