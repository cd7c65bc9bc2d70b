import { LociError, modelRef } from '@loci/contracts';
import { listBundles, openEngine, type Bundle, type Engine } from '@loci/inference';
import type { Config } from './config.js';

/** A bundle with its warm engine. */
export interface Model {
  bundle: Bundle;
  engine: Engine;
}

/** The models that this worker serves, each with one warm engine. */
export class Models {
  private constructor(private readonly byRef: Map<string, Model>) {}

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
    return new Models(byRef);
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

  refs(): string[] {
    return [...this.byRef.keys()];
  }

  async close(): Promise<void> {
    await Promise.all([...this.byRef.values()].map(({ engine }) => engine.close()));
  }
}
