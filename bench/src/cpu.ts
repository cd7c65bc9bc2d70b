import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';

/** Processor time in seconds. */
export interface CpuSeconds {
  /** Of the process itself. */
  itself: number;
  /** Of all processes that it has started, dead or alive. */
  children: number;
}

/** The unit of processor time in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * The processor time of a process, from /proc.
 * @returns null on other systems than Linux, and for a process that has ended
 */
export async function cpuOf(pid: number): Promise<CpuSeconds | null> {
  if (platform() !== 'linux') return null;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // proc(5): utime, stime, cutime and cstime are the 14th to 17th fields; the second one may hold spaces
  const [user = 0, system = 0, deadUser = 0, deadSystem = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  const alive = await Promise.all((await childrenOf(pid)).map(cpuOf));
  return {
    itself: user + system,
    children: deadUser + deadSystem + alive.reduce((sum, child) => sum + total(child), 0),
  };
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) =>
    list
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
}

const total = (cpu: CpuSeconds | null): number => (cpu === null ? 0 : cpu.itself + cpu.children);

/** Processor time of an embedded stack by program, in seconds. */
export type StackCpu = Record<'worker' | 'ffmpeg' | 'Postgres' | 'API', number>;

/** The processor time that an embedded stack has spent so far. Services that run elsewhere count as 0. */
export async function stackCpu(dataDir: string, workers: number): Promise<StackCpu> {
  const cpuByName = async (name: string): Promise<CpuSeconds | null> => {
    const pid = Number(await readFile(join(dataDir, 'pids', `${name}.pid`), 'utf8').catch(() => Number.NaN));
    return Number.isInteger(pid) ? cpuOf(pid) : null;
  };
  const names = Array.from({ length: workers }, (_, index) => `worker-${index + 1}`);
  const [postgres, api, ...perWorker] = await Promise.all(['postgres', 'api', ...names].map(cpuByName));
  return {
    worker: perWorker.reduce((sum, cpu) => sum + (cpu?.itself ?? 0), 0),
    // a worker starts no other processes
    ffmpeg: perWorker.reduce((sum, cpu) => sum + (cpu?.children ?? 0), 0),
    Postgres: total(postgres ?? null),
    API: total(api ?? null),
  };
}
