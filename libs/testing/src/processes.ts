import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The ids of all processes whose command line holds `text`; Linux only. */
export async function findProcesses(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(text) === true).map(Number);
}

/** The ids of all processes that have inherited a variable with this value; Linux only. */
export async function findHeirs(variable: string, value: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')),
  );
  return ids
    .filter((_, index) => environments[index]?.split('\0').includes(`${variable}=${value}`))
    .map(Number);
}

/** The processes that a process has started, as far as they run; Linux only. */
export async function childrenOf(parent: number): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    ids.map(async (id) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    }),
  );
  return ids.filter((_, index) => parents[index] === parent).map(Number);
}

/**
 * The process ids of a stack by service name, from the pid files in its data directory. A service that is
 * just being restarted has no file, and is left out.
 */
export async function readPidFiles(dataDir: string): Promise<Record<string, number>> {
  const folder = join(dataDir, 'pids');
  const read = async (file: string): Promise<[string, number][]> => {
    try {
      const pid = Number(await readFile(join(folder, file), 'utf8'));
      // one that is being written is empty, and signals to process 0 reach us
      return pid > 0 ? [[file.replace('.pid', ''), pid]] : [];
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return Object.fromEntries((await Promise.all((await readdir(folder)).map(read))).flat());
}
