import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { killOnParentExit } from '@loci/host';

const START_LIMIT_MS = 60_000;
const POLL_MS = 30;
/** Characters of a server's output that are kept for an error. */
const KEPT_OUTPUT = 2000;

/** Whether a program is on PATH. */
export const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/**
 * Starts a server on a folder, and waits until `isUp`. The server and its folder end with this process, even
 * when that is killed.
 * @returns `stop`: kills the server, and resolves when it has ended
 * @throws Error with the server's output when it does not come up
 */
export async function startProgram(
  command: string,
  args: string[],
  folder: string,
  isUp: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  await once(child, 'spawn');
  const output = keepOutput(child);
  const release = child.pid === undefined ? undefined : killOnParentExit(child.pid, 'KILL', [folder]);
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isUp())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      await release?.();
      throw new Error(`${command} does not start: ${output()}`);
    }
    await delay(POLL_MS);
  }
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await release?.();
  };
}

/** Keeps the end of a program's output. */
function keepOutput(child: ChildProcess): () => string {
  let text = '';
  const keep = (part: Buffer) => (text = (text + part.toString('utf8')).slice(-KEPT_OUTPUT));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text.trim();
}
