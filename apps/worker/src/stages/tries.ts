import { LociError, type ProblemName } from '@loci/contracts';

/**
 * How often work is tried that ends in a passing fault. With the queue's pauses it takes an hour, which
 * outlasts a store or a database that is away for a while.
 */
const TRIES = 125;
/** Problems that may pass. The object store may show a clip a few seconds late; 6 tries take 15 s. */
const PASSING: Partial<Record<ProblemName, number>> = { unavailable: TRIES, 'clip-lost': 6 };

/** Whether another try may end better than in this error. */
export const isPassing = (error: unknown): boolean => triesOf(error) > 1;

/** How often work is tried that ends in this error, the first time included. */
export const triesOf = (error: unknown): number =>
  error instanceof LociError ? (PASSING[error.problemName] ?? 1) : TRIES;

/** What a job reports of work that is not tried any more. An internal error's own words stay in the log. */
export const finalError = (error: unknown): LociError =>
  error instanceof LociError
    ? error
    : new LociError('unavailable', 'It was tried for an hour in vain; submit the job again', {
        cause: error,
      });
