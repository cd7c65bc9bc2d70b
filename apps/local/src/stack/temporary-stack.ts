import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killOnParentExit, shutdownSignal } from '@loci/host';
import { readSettings, type StackSettings } from './settings.js';
import { startStack, type Stack } from './stack.js';

/**
 * Runs `work` on a stack of its own: a free port and a temporary data directory, which is removed at the end, whatever
 * happens, kill -9 included.
 * @param purpose a word in the directory's name
 */
export async function withTemporaryStack<T>(
  purpose: string,
  overrides: Partial<StackSettings>,
  say: (line: string) => void,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const stopping = shutdownSignal();
  const dataDir = await mkdtemp(join(tmpdir(), `loci-${purpose}-`));
  try {
    // Postgres may have to run under another account
    await chmod(dataDir, 0o755);
    say('starting Postgres, the API and the workers on free ports');
    const stack = await startStack({ ...readSettings(), port: 0, ...overrides, dataDir }, say, stopping);
    stopping.addEventListener('abort', () => void stack.stop(), { once: true });
    const letGo = await leashFolder(dataDir);
    try {
      return await work(stack);
    } finally {
      await stack.stop();
      await letGo();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Has the folder removed when this process is killed: once the last of its processes is gone, which is Postgres where there is one. */
async function leashFolder(dataDir: string): Promise<() => Promise<void>> {
  const pidFile = ['postgres', 'api'].map((name) => join(dataDir, 'pids', `${name}.pid`)).find(existsSync);
  return pidFile === undefined
    ? () => Promise.resolve()
    : killOnParentExit(Number(await readFile(pidFile, 'utf8')), 'INT', [dataDir]);
}
