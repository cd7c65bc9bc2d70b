import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuOf } from './cpu.js';

/** The memory that a process has, and the processor time that it has used. */
interface Usage {
  /** Resident memory. */
  bytes: number;
  /** Processor time of the process and its children, seconds; null where the system does not say. */
  cpuSeconds: number | null;
}

/** The usage of a process at one moment. */
export interface Sample extends Usage {
  /** Number of chunks that had been remembered by then. */
  chunks: number;
}

async function usageOf(pid: number): Promise<Usage> {
  if (platform() === 'linux') {
    const [status, cpu] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), cpuOf(pid)]);
    return {
      bytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024,
      cpuSeconds: cpu === null ? null : cpu.itself + cpu.children,
    };
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return { bytes: Number(stdout) * 1024, cpuSeconds: null };
}

/**
 * Samples a process every `everyMs` until the signal aborts.
 * @param chunks the number of chunks that are remembered at the moment
 */
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
 * The processor time per chunk in the last quarter of the work over that in the first quarter. Unlike wall
 * time it does not depend on what else the machine does.
 * @returns null where the system does not say
 */
export function cpuRatio(samples: readonly Sample[], chunks: number): number | null {
  const sampleAt = (fraction: number): Sample | undefined =>
    samples.find((sample) => sample.chunks >= fraction * chunks) ?? samples.at(-1);
  const spent = (from: number, to: number): number => {
    const [first, last] = [sampleAt(from), sampleAt(to)];
    return first === undefined || last === undefined || first.cpuSeconds === null || last.cpuSeconds === null
      ? Number.NaN
      : (last.cpuSeconds - first.cpuSeconds) / (last.chunks - first.chunks);
  };
  const ratio = spent(0.75, 1) / spent(0, 0.25);
  return Number.isFinite(ratio) ? ratio : null;
}
