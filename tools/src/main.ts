import { LociError } from '@loci/contracts';
import { EmbeddedPostgresError } from './embedded-postgres.js';
import { StackError } from './stack/failure.js';

const SENTENCES = [StackError, EmbeddedPostgresError, LociError];

/** Runs a program of tools/ to its exit code; a fault that is known ends in one sentence, any other with its stack. */
export async function main(work: (say: (line: string) => void) => Promise<number>): Promise<void> {
  const say = (line: string) => void process.stderr.write(`loci: ${line}\n`);
  try {
    process.exitCode = await work(say);
  } catch (error) {
    process.exitCode = 1;
    const known = SENTENCES.some((kind) => error instanceof kind);
    say(
      known && error instanceof Error
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
  }
  // the channel to the bootstrap would keep this process alive
  if (process.connected) process.disconnect();
}
