import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/** The signals that a process may be sent when its parent has ended, as the shell names them. */
export type ExitSignal = 'INT' | 'TERM' | 'KILL';

/** How long a process may take to end after its signal, in seconds. */
const PATIENCE_S = 30;

/**
 * Arguments: the process, the signal, tenths of a second until SIGKILL, and the folders to remove once the
 * process has ended.
 */
const SCRIPT = `
  read -r word
  [ "$word" = released ] && exit
  pid=$1
  left=$3
  kill -s "$2" "$pid"
  kill -s CONT "$pid"
  shift 3
  while kill -s 0 "$pid"; do
    [ "$left" -gt 0 ] || kill -s KILL "$pid"
    left=$((left - 1))
    sleep 0.1
  done
  [ $# -eq 0 ] || rm -rf "$@"`;

/**
 * Ties a process to this one. When this process ends in whatever way, kill -9 included, `pid` is sent
 * `signal`, also when it stands still, then SIGKILL where it does not end of that. Once it has ended, the
 * folders in `remove` go.
 *
 * A shell reads from a pipe whose other end only this process holds, and the kernel closes that end when
 * this process dies. The shell has a process group of its own, so that a Ctrl-C does not end it early.
 * @returns `release`: `pid` is not signalled any more; resolves when the shell has ended
 */
export function killOnParentExit(
  pid: number,
  signal: ExitSignal = 'TERM',
  remove: readonly string[] = [],
  patienceS = PATIENCE_S,
): () => Promise<void> {
  const args = [String(pid), signal, String(Math.round(patienceS * 10)), ...remove];
  const shell = spawn('sh', ['-c', SCRIPT, 'killOnParentExit', ...args], {
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
