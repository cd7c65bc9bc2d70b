import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that a test uses: started by it, or one that the environment names. */
export interface TestServer {
  url: string;
  /** Ends it abruptly for its clients and starts it again on the same data. Rejects for a server that is not ours. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether a test can have such a server here, and in a word why not. */
export type Offer = { start(): Promise<TestServer> } | { missing: string };

/** For `describe.skipIf`: says in the test's output what is skipped, and why. */
export function isMissing(offer: Offer, what: string): offer is { missing: string } {
  if (!('missing' in offer)) return false;
  console.warn(`${what}: skipped, ${offer.missing}`);
  return true;
}

/** A new empty folder. `remove` takes it away with all that is in it. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `loci-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A server that the environment names: it is left as it is. */
export const givenServer = (url: string, variable: string): TestServer => ({
  url,
  restart: () => Promise.reject(new Error(`the server of ${variable} is not ours to restart`)),
  stop: () => Promise.resolve(),
});
