import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { killOnParentExit } from '@loci/host';

const START_LIMIT_MS = 60_000;

/** Whether a program can be found on PATH. */
export const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/**
 * Starts a server of a test on its folder and waits until `isUp`. It ends with the test, however that ends, and the folder with it.
 * @returns ends it at once and resolves when it is gone
 */
export async function startProgram(
  command: string,
  args: string[],
  folder: string,
  isUp: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  await once(child, 'spawn');
  const said = listen(child);
  const letGo =
    child.pid === undefined ? () => Promise.resolve() : killOnParentExit(child.pid, 'KILL', [folder]);
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isUp())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      await letGo();
      throw new Error(`${command} does not start: ${said()}`);
    }
    await delay(30);
  }
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await letGo();
  };
}

/** Keeps the end of what a program says. */
function listen(child: ChildProcess): () => string {
  let text = '';
  const keep = (part: Buffer) => (text = (text + part.toString('utf8')).slice(-2000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text.trim();
}
