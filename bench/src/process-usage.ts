import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuOf } from './cpu.js';

/** What a process has and has used. */
interface Usage {
  /** Resident memory. */
  bytes: number;
  /** Processor time of the process and of those that it started, seconds; null where the system does not tell. */
  cpuSeconds: number | null;
}

/** One look at a process. */
export interface Sample extends Usage {
  /** Chunks that had been remembered by then. */
  chunks: number;
}

async function usageOf(pid: number): Promise<Usage> {
  if (platform() === 'linux') {
    const [status, cpu] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), cpuOf(pid)]);
    return {
      bytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024,
      cpuSeconds: cpu === null ? null : cpu.own + cpu.children,
    };
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return { bytes: Number(stdout) * 1024, cpuSeconds: null };
}

/** Looks at a process every `everyMs` until the signal; `chunks` tells how far the work is. */
export async function watchProcess(
  pid: number,
  chunks: () => number,
  everyMs: number,
  signal: AbortSignal,
): Promise<Sample[]> {
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
  const at = (fraction: number): Sample | undefined =>
    samples.find((sample) => sample.chunks >= fraction * chunks) ?? samples.at(-1);
  const spent = (from: number, to: number): number => {
    const [first, last] = [at(from), at(to)];
    return first === undefined || last === undefined || first.cpuSeconds === null || last.cpuSeconds === null
      ? Number.NaN
      : (last.cpuSeconds - first.cpuSeconds) / (last.chunks - first.chunks);
  };
  const ratio = spent(0.75, 1) / spent(0, 0.25);
  return Number.isFinite(ratio) ? ratio : null;
}
