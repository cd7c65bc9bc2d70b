import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The ids of all processes whose command line holds `text`; Linux only. */
export async function findProcesses(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(text) === true).map(Number);
}

/**
 * The process ids of a stack by service name, from the pid files in its data directory. A service that is
 * just being restarted has no file, and is left out.
 */
export async function readPidFiles(dataDir: string): Promise<Record<string, number>> {
  const folder = join(dataDir, 'pids');
  const read = async (file: string): Promise<[string, number][]> => {
    try {
      return [[file.replace('.pid', ''), Number(await readFile(join(folder, file), 'utf8'))]];
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return Object.fromEntries((await Promise.all((await readdir(folder)).map(read))).flat());
}
