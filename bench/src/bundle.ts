import { CommandError } from '@loci/host';
import { listBundles, type Bundle } from '@loci/inference';
import { readSettings } from '@loci/local';

/**
 * The bundle of a job that names no model: the first one.
 * @throws CommandError when there is none
 */
export async function loadDefaultBundle(): Promise<Bundle> {
  const { modelDir } = readSettings();
  const [bundle] = await listBundles(modelDir);
  if (bundle === undefined) throw new CommandError(`There is no model bundle in ${modelDir}.`);
  return bundle;
}
