import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Account } from './account.js';

/** How to start a program of Postgres. */
export interface ProcessPlan {
  command: string;
  args: string[];
  /** Both outputs are appended to it. */
  logFile: string;
  workingFolder: string;
  /** Standard input: an open file. */
  input?: number;
}

/**
 * Starts a program under an account. It gets a process group of its own, so that a Ctrl-C does not reach
 * Postgres before those who use it have ended.
 */
export async function spawnAs(account: Account, plan: ProcessPlan): Promise<ChildProcess> {
  const log = await open(plan.logFile, 'a');
  try {
    const child = spawn(plan.command, plan.args, {
      cwd: plan.workingFolder,
      stdio: [plan.input ?? 'ignore', log.fd, log.fd],
      detached: true,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      ...account,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

/** The part of a log file that is written from now on. */
export interface LogTail {
  /** The line that says best what went wrong, without its time and process. */
  complaint(): Promise<string>;
}

/** Remembers where a log file ends now. */
export async function watchLog(logFile: string): Promise<LogTail> {
  const log = await open(logFile, 'a+');
  const start = (await log.stat()).size;
  await log.close();
  return { complaint: async () => complaintIn(await readFrom(logFile, start)) };
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await handle.read({ buffer, position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function complaintIn(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const worst =
    lines.findLast((line) => /address already in use|No space left/i.test(line)) ??
    lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ??
    lines.at(-1);
  return worst?.replace(/^\S+ \S+ \S+ \[\d+\] /, '') ?? 'it ended without a word';
}
