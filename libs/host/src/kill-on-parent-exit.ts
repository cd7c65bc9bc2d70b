import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/** Shell signal names that a killOnParentExit can send when its holder is gone. */
export type ExitSignal = 'INT' | 'TERM' | 'KILL';

const SCRIPT = `
  read -r word
  [ "$word" = released ] && exit
  pid=$1
  kill -s "$2" "$pid"
  shift 2
  [ $# -gt 0 ] || exit
  while kill -s 0 "$pid"; do sleep 0.1; done
  rm -rf "$@"`;

/**
 * Ties a process to this one: when this process ends in whatever way, kill -9 included, `pid` is sent `signal`, and the folders
 * `remove` are removed once it is gone.
 *
 * A shell waits at the end of a pipe that only we hold open; the kernel closes it for us when we die. It runs in a group of
 * its own, so that a Ctrl-C does not take it away before it has done its work.
 * @returns lets go: `pid` is not signalled any more. Resolves when the shell is gone.
 */
export function killOnParentExit(
  pid: number,
  signal: ExitSignal = 'TERM',
  remove: readonly string[] = [],
): () => Promise<void> {
  const shell = spawn('sh', ['-c', SCRIPT, 'killOnParentExit', String(pid), signal, ...remove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'exit');
  shell.unref();
  // the shell may already be gone when we write to it; its end is what we wait for
  shell.stdin.on('error', () => undefined);
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return async () => {
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    shell.ref();
    shell.stdin.end('released\n');
    await ended;
  };
}
