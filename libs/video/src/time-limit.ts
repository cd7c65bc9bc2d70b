import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/** Looks at the process so many times within its limit. */
const LOOKS = 8;
/** A process that waits uses some processor time all the same: less than this share of the time. */
const WAITING_SHARE = 0.002;
/** The unit of processor time in /proc, on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** How a process ran out of time: at work on what it reads, or waiting for it. */
export type Overtime = 'busy' | 'still';

export interface ProgressWatch {
  /** Whether the process has written something since the last question. */
  moved: () => boolean;
  /** Whether it waits for us. */
  waits: () => boolean;
  onTime: (overtime: Overtime) => void;
}

/**
 * Limits how long a process may go on without output: so much processor time, or so much time in which it
 * stands still. A process that waits for its turn on a busy machine has time. So has one that was frozen
 * together with this process, whose timers then do not run.
 * @param limitMs for either, in milliseconds
 * @returns `stop`: ends the watch
 */
export function watchProgress(pid: number | undefined, limitMs: number, watch: ProgressWatch): () => void {
  // it does not start at all
  if (pid === undefined) return () => undefined;
  const everyMs = limitMs / LOOKS;
  let atOutput = 0;
  let before = 0;
  let still = 0;
  let looking = false;
  const look = async (): Promise<void> => {
    const used = await processorMs(pid);
    // it has ended
    if (used === null) return;
    const wrote = watch.moved();
    if (wrote || watch.waits()) atOutput = used;
    still = wrote || watch.waits() || used - before > everyMs * WAITING_SHARE ? 0 : still + 1;
    before = used;
    if (still >= LOOKS) watch.onTime('still');
    else if (used - atOutput > limitMs) watch.onTime('busy');
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  }, everyMs);
  return () => clearInterval(timer);
}

/** The processor time that a process has used, in milliseconds; null when it has ended. */
async function processorMs(pid: number): Promise<number | null> {
  if (platform() === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (stat === null) return null;
    // proc(5): utime and stime are the 14th and 15th fields; the second one may hold spaces
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return (user + system) * MS_PER_TICK;
  }
  const ps = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]).catch(() => null);
  if (ps === null) return null;
  // [[hours:]minutes:]seconds
  return ps.stdout
    .trim()
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part) * 1000, 0);
}
