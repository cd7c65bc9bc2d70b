import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Resident memory of a process, bytes. */
export async function residentBytes(pid: number): Promise<number> {
  if (platform() === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}

/** One look at a process's memory. */
export interface Sample {
  /** Chunks that had been remembered by then. */
  chunks: number;
  bytes: number;
}

/** Samples a process's memory every `everyMs` until the signal; `chunks` tells how far the work is. */
export async function watchMemory(pid: number, chunks: () => number, everyMs: number, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    samples.push({ chunks: chunks(), bytes: await residentBytes(pid) });
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return samples;
}
