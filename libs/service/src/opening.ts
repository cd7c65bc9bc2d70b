import { withTimeout } from './time-limit.js';

/** How long a part may take to open, in ms. */
const LIMIT_MS = 10_000;
/** What libraries say that have nothing to say. */
const MEANINGLESS = ['', 'UnknownError'];

/** A process cannot start, because it cannot use what it depends on. The message is one line. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Opens something that a process depends on.
 * @param variable the environment variable that names it
 * @throws StartError that names the variable and says what is wrong, within ten seconds
 */
export async function opening<T>(variable: string, open: () => Promise<T>): Promise<T> {
  try {
    return await withTimeout(open(), LIMIT_MS, 'it does not answer');
  } catch (cause) {
    throw new StartError(`what ${variable} names cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

/** What an error says, as one line. Libraries that write several come to the point in the last one. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const line = error.message.trim().split('\n').at(-1)?.trim() ?? '';
  if (!MEANINGLESS.includes(line)) return line.replace(/\.$/, '');
  return 'code' in error ? String(error.code) : error.name;
}
