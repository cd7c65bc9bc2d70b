import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that a test uses: one that it has started, or one that the environment names. */
export interface TestServer {
  url: string;
  /** Of an S3 server that keeps objects as files: the folder of the bucket. */
  folder?: string;
  /**
   * Ends its connections abruptly, and starts it again on the same data.
   * @throws Error for a server that the environment names
   */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A server that a test can start here, or the reason why it cannot. */
export type Offer<Server = TestServer> = { start(): Promise<Server> } | { missing: string };

/** Whether servers run in containers though they are installed: TEST_SERVERS=containers asks for it. */
export const prefersContainers = (): boolean => process.env['TEST_SERVERS'] === 'containers';

/** For `describe.skipIf`: prints what is skipped, and why. */
export function isMissing(offer: Offer<unknown>, what: string): offer is { missing: string } {
  if (!('missing' in offer)) return false;
  console.warn(`${what}: skipped, ${offer.missing}`);
  return true;
}

/** Makes an empty folder. `remove` deletes it with everything in it. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `loci-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A server that the environment names. It is neither restarted nor stopped. */
export const givenServer = (url: string, variable: string): TestServer => ({
  url,
  restart: () => Promise.reject(new Error(`the server of ${variable} is not ours to restart`)),
  stop: () => Promise.resolve(),
});
