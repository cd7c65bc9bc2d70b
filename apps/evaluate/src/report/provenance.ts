import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '@loci/host';

export interface CodeVersion {
  commit: string;
  /** Files of the checkout were changed since. */
  changed: boolean;
}

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim();

/** The commit that this runs from; null where there is no git, or no checkout. */
export async function codeVersion(): Promise<CodeVersion | null> {
  try {
    return {
      commit: await git('rev-parse', 'HEAD'),
      changed: (await git('status', '--porcelain', '--untracked-files=no')) !== '',
    };
  } catch {
    // a copy without its history says nothing about its commit
    return null;
  }
}
