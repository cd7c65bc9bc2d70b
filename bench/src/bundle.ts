import { CommandError } from '@loci/host';
import { listBundles, type Bundle } from '@loci/inference';
import { readSettings } from '@loci/local';

/**
 * The models at hand, the one first whose convolutions are float.
 * @throws CommandError when there is none
 */
export async function loadBundles(): Promise<[Bundle, ...Bundle[]]> {
  const { modelDir } = readSettings();
  const [first, ...others] = await listBundles(modelDir);
  if (first === undefined) throw new CommandError(`There is no model bundle in ${modelDir}.`);
  return [first, ...others];
}

/** The first of them. @throws CommandError when there is none */
export async function loadDefaultBundle(): Promise<Bundle> {
  const [first] = await loadBundles();
  return first;
}
