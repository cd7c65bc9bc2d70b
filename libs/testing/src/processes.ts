import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The ids of all processes whose command line holds `text`; Linux only. */
export const findProcesses = (text: string): Promise<number[]> =>
  processesOf('cmdline', (line) => line.includes(text));

/** The ids of all processes that have inherited a variable with this value; Linux only. */
export const findHeirs = (variable: string, value: string): Promise<number[]> =>
  processesOf('environ', (environment) => environment.split('\0').includes(`${variable}=${value}`));

/** The processes that a process has started, as far as they run; Linux only. */
export const childrenOf = (parent: number): Promise<number[]> =>
  processesOf('status', (status) => Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) === parent);

/** The ids of the processes whose file in /proc is as wanted. One that ends meanwhile is left out. */
async function processesOf(file: string, isWanted: (text: string) => boolean): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => isWanted(texts[index] ?? '')).map(Number);
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
