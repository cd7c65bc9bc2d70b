import { listBundles, type Bundle } from '@loci/inference';
import { StackError } from '../stack/failure.js';
import { readSettings } from '../stack/settings.js';

/** The bundle that the stack uses when a job names none: the first one. */
export async function loadOneBundle(): Promise<Bundle> {
  const { modelDir } = readSettings();
  const [bundle] = await listBundles(modelDir);
  if (bundle === undefined) throw new StackError(`There is no model bundle in ${modelDir}.`);
  return bundle;
}
