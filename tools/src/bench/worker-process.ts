import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What a process has and has used. */
interface Usage {
  /** Resident memory. */
  bytes: number;
  /** Processor time of the process and of the children that it has waited for, seconds; null where the system does not tell. */
  cpuSeconds: number | null;
}

/** One look at a process. */
export interface Sample extends Usage {
  /** Chunks that had been remembered by then. */
  chunks: number;
}

/** The kernel counts processor time in hundredths of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

async function usageOf(pid: number): Promise<Usage> {
  if (platform() === 'linux') {
    const [status, stat] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')]);
    // proc(5): utime, stime, cutime and cstime are the 14th to 17th fields; the second one may hold spaces
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15).map(Number);
    return { bytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024, cpuSeconds: ticks.reduce((sum, part) => sum + part, 0) / TICKS_PER_SECOND };
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return { bytes: Number(stdout) * 1024, cpuSeconds: null };
}

/** Looks at a process every `everyMs` until the signal; `chunks` tells how far the work is. */
export async function watchProcess(pid: number, chunks: () => number, everyMs: number, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    samples.push({ chunks: chunks(), ...(await usageOf(pid)) });
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return samples;
}

/**
 * Processor time per chunk in the last quarter of the work over that in the first one: what the process itself spends,
 * whatever else the machine does. Null where the system does not tell.
 */
export function cpuRatio(samples: readonly Sample[], chunks: number): number | null {
  const at = (fraction: number): Sample | undefined => samples.find((sample) => sample.chunks >= fraction * chunks) ?? samples.at(-1);
  const spent = (from: number, to: number): number => {
    const [first, last] = [at(from), at(to)];
    return first === undefined || last === undefined || first.cpuSeconds === null || last.cpuSeconds === null
      ? Number.NaN
      : (last.cpuSeconds - first.cpuSeconds) / (last.chunks - first.chunks);
  };
  const ratio = spent(0.75, 1) / spent(0, 0.25);
  return Number.isFinite(ratio) ? ratio : null;
}
