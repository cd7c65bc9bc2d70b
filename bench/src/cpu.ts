import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';

/** Processor time of a process, seconds: what it has spent itself, and what the processes that it started have, dead or alive. */
export interface CpuSeconds {
  own: number;
  children: number;
}

/** The kernel counts processor time in hundredths of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Null where the system does not tell, and for a process that is gone. */
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
    own: user + system,
    children: deadUser + deadSystem + alive.reduce((sum, child) => sum + all(child), 0),
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

const all = (cpu: CpuSeconds | null): number => (cpu === null ? 0 : cpu.own + cpu.children);

/** What the processes of an embedded stack have spent so far, in seconds, by what they are. What runs elsewhere is not counted. */
export async function stackCpu(
  dataDir: string,
  workers: number,
): Promise<Record<'worker' | 'ffmpeg' | 'Postgres' | 'API', number>> {
  const of = async (name: string): Promise<CpuSeconds | null> => {
    const pid = Number(await readFile(join(dataDir, 'pids', `${name}.pid`), 'utf8').catch(() => Number.NaN));
    return Number.isInteger(pid) ? cpuOf(pid) : null;
  };
  const [postgres, api, ...each] = await Promise.all(
    ['postgres', 'api', ...Array.from({ length: workers }, (_, index) => `worker-${index + 1}`)].map(of),
  );
  return {
    worker: each.reduce((sum, cpu) => sum + (cpu?.own ?? 0), 0),
    // the only processes that a worker starts
    ffmpeg: each.reduce((sum, cpu) => sum + (cpu?.children ?? 0), 0),
    Postgres: all(postgres ?? null),
    API: all(api ?? null),
  };
}
