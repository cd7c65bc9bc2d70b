import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killOnParentExit, shutdownSignal } from '@loci/host';
import { pidFileOf } from './service-specs.js';
import { readSettings, type StackSettings } from './settings.js';
import { startStack, type Stack } from './stack.js';

/**
 * Runs `work` on a stack of its own, with free ports and a temporary data directory. The directory is
 * removed at the end, kill -9 included.
 * @param purpose a word in the directory's name
 */
export async function withTemporaryStack<T>(
  purpose: string,
  overrides: Partial<StackSettings>,
  say: (line: string) => void,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const shutdown = shutdownSignal();
  const dataDir = await mkdtemp(join(tmpdir(), `loci-${purpose}-`));
  try {
    // Postgres may have to run under another account
    await chmod(dataDir, 0o755);
    say('starting Postgres, the API and the workers on free ports');
    const stack = await startStack({ ...readSettings(), port: 0, ...overrides, dataDir }, say, shutdown);
    shutdown.addEventListener('abort', () => void stack.stop(), { once: true });
    const release = await removeOnParentExit(dataDir);
    try {
      return await work(stack);
    } finally {
      await stack.stop();
      await release?.();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * Has the directory removed when this process is killed, once the last of the stack's processes has ended.
 * That is Postgres, or the API where the database is elsewhere.
 */
async function removeOnParentExit(dataDir: string): Promise<(() => Promise<void>) | undefined> {
  const pidFile = ['postgres', 'api'].map((name) => pidFileOf(dataDir, name)).find(existsSync);
  if (pidFile === undefined) return undefined;
  return killOnParentExit(Number(await readFile(pidFile, 'utf8')), 'INT', [dataDir]);
}
