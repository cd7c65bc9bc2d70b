import { Inject, Injectable } from '@nestjs/common';
import { LociError, modelRef, type Model } from '@loci/contracts';
import type { Bundle } from '@loci/inference';
import { BUNDLES } from '../connections/tokens.js';

/** The loaded bundles. The API reads only their manifests and tokenizers; it never runs a graph. */
@Injectable()
export class ModelsService {
  constructor(@Inject(BUNDLES) private readonly bundles: readonly Bundle[]) {}

  list(): Model[] {
    return this.bundles.map(({ manifest }) => ({
      name: manifest.name,
      version: manifest.version,
      description: manifest.description,
      domain: manifest.domain,
      sizes: manifest.sizes,
      sampling: manifest.sampling,
      categories: manifest.categories,
      unsupported_tasks: manifest.unsupported_tasks,
      scores: manifest.scores,
    }));
  }

  /**
   * The bundle called `name` or `name@version`; the first one when no name is given.
   * @throws LociError 'unknown-model'
   */
  named(name: string | undefined): Bundle {
    const found = this.bundles.find(
      ({ manifest }) => name === undefined || name === manifest.name || name === modelRef(manifest),
    );
    if (found === undefined) {
      const refs = this.bundles.map(({ manifest }) => modelRef(manifest));
      throw new LociError('unknown-model', `There is no model ${name ?? ''}; there are ${refs.join(', ')}`);
    }
    return found;
  }

  /** The bundle that a memory was built with, or null when it is not loaded any more. */
  of(reference: string): Bundle | null {
    return this.bundles.find(({ manifest }) => modelRef(manifest) === reference) ?? null;
  }
}
