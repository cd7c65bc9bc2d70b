import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/** The signals that a process may be sent when its parent has ended, as the shell names them. */
export type ExitSignal = 'INT' | 'TERM' | 'KILL';

/** Arguments: the process, the signal, and the folders to remove once the process has ended. */
const SCRIPT = `
  read -r word
  [ "$word" = released ] && exit
  pid=$1
  kill -s "$2" "$pid"
  kill -s CONT "$pid"
  shift 2
  [ $# -gt 0 ] || exit
  while kill -s 0 "$pid"; do sleep 0.1; done
  rm -rf "$@"`;

/**
 * Ties a process to this one. When this process ends in whatever way, kill -9 included, `pid` is sent
 * `signal`, also when it stands still, and the folders in `remove` are removed once `pid` has ended.
 *
 * A shell reads from a pipe whose other end only this process holds, and the kernel closes that end when
 * this process dies. The shell has a process group of its own, so that a Ctrl-C does not end it early.
 * @returns `release`: `pid` is not signalled any more; resolves when the shell has ended
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
  // the shell may have ended before the release is written; its end is what we wait for
  shell.stdin.on('error', () => undefined);
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return async () => {
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    shell.ref();
    shell.stdin.end('released\n');
    await ended;
  };
}
