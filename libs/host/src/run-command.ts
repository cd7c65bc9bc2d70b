import { LociError } from '@loci/contracts';
import { CommandError } from './command-error.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** Errors whose message is one sentence for the person at the terminal. */
const FOR_PEOPLE: readonly ErrorClass[] = [CommandError, LociError];

/**
 * Runs a command to its exit code. A known error ends it with one sentence, any other error with its stack.
 * @param work resolves to the exit code; `say` writes a line to standard error
 * @param known further errors whose message is one sentence
 */
export async function runCommand(
  work: (say: (line: string) => void) => Promise<number>,
  known: readonly ErrorClass[] = [],
): Promise<void> {
  const say = (line: string) => void process.stderr.write(`loci: ${line}\n`);
  try {
    process.exitCode = await work(say);
  } catch (error) {
    process.exitCode = 1;
    say(describe(error, [...FOR_PEOPLE, ...known]));
  }
  // the IPC channel to the bootstrap would keep this process alive
  if (process.connected) process.disconnect();
}

function describe(error: unknown, known: readonly ErrorClass[]): string {
  if (!(error instanceof Error)) return String(error);
  return known.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
