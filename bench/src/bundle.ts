import { CommandError } from '@loci/host';
import { listBundles, type Bundle } from '@loci/inference';
import { readSettings } from '@loci/local';

/** The bundle that the stack uses when a job names none: the first one. */
export async function loadOneBundle(): Promise<Bundle> {
  const { modelDir } = readSettings();
  const [bundle] = await listBundles(modelDir);
  if (bundle === undefined) throw new CommandError(`There is no model bundle in ${modelDir}.`);
  return bundle;
}
