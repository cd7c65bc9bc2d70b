import { BuiltProgram, browserOffer, isMissing, temporaryFolder } from '@loci/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack serves, without a slash at the end. */
    url: string;
    /** Its data directory. */
    dataDir: string;
  }
}

/** Starts the stack of `npm start`, with the shipped model, for all files of this project. */
export default async function startStack({
  provide,
}: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (isMissing(browserOffer(), 'the page in a browser')) return undefined;
  const folder = await temporaryFolder('page');
  const stack = new BuiltProgram('apps/local/start', {
    LOCI_DATA_DIR: folder.path,
    LOCI_WORKERS: '1',
    PORT: '0',
  });
  const [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
  provide('url', url);
  provide('dataDir', folder.path);
  return async () => {
    await stack.stop();
    await folder.remove();
  };
}
