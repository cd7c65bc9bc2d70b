import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CodeVersion } from '@loci/contracts';
import { ROOT } from '@loci/host';

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim();

/** The commit of this checkout; null without git, or in a copy without its history. */
export async function codeVersion(): Promise<CodeVersion | null> {
  try {
    return {
      commit: await git('rev-parse', 'HEAD'),
      changed: (await git('status', '--porcelain', '--untracked-files=no')) !== '',
    };
  } catch {
    // not an error: a report names its commit only where there is one
    return null;
  }
}
